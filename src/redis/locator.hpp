// Says where to connect, anew before every attempt.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "net/byte_stream.hpp"

namespace lockrec::redis {

class Locator {
 public:
  virtual ~Locator() = default;
  // Starts to look.
  virtual void begin() = 0;
  // Where to connect; null while that is being found out. Throws TryLater, or Error where trying again is no use.
  virtual const net::Endpoint* found() = 0;
  // Whether there is somewhere else to try at once.
  virtual bool has_another() const { return false; }
  // Whether looking again may lead elsewhere: then silence is not waited out.
  virtual bool may_lead_elsewhere() const = 0;
  // The connection has been greeted: what was found was right.
  virtual void did_well() {}
  // What is looked for, for a sentence, while nothing is found.
  virtual std::string name() const = 0;
};

// One host, or several that are tried in turn.
class HostList final : public Locator {
 public:
  explicit HostList(std::vector<net::Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}

  void begin() override {
    if (has_begun_) at_ = (at_ + 1) % endpoints_.size();
    has_begun_ = true;
    ++tried_;
  }
  const net::Endpoint* found() override { return &endpoints_[at_]; }
  bool has_another() const override { return tried_ % endpoints_.size() != 0; }
  bool may_lead_elsewhere() const override { return endpoints_.size() > 1; }
  void did_well() override { tried_ = 0; }
  std::string name() const override { return net::display_name(endpoints_[at_]); }
  const std::vector<net::Endpoint>& endpoints() const { return endpoints_; }
  void add(const net::Endpoint& endpoint) { endpoints_.push_back(endpoint); }

 private:
  std::vector<net::Endpoint> endpoints_;
  std::size_t at_ = 0;
  std::size_t tried_ = 0;
  bool has_begun_ = false;
};

}  // namespace lockrec::redis
