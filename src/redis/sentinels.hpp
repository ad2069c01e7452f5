// Asks Sentinels, one after the other, where the master is now.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "redis/address.hpp"
#include "redis/link.hpp"
#include "redis/locator.hpp"

namespace lockrec::redis {

class Sentinels final : public Locator, private Work {
 public:
  // address: one with Sentinels. All must outlive this.
  Sentinels(net::Loop& loop, const Address& address, RetryLog& retries);

  void begin() override;
  const net::Endpoint* found() override;
  bool may_lead_elsewhere() const override { return true; }
  std::string name() const override;

 private:
  using Clock = std::chrono::steady_clock;

  bool fill(OutBuffer& out) override;
  void take(const Reply& reply, OutBuffer& out) override;
  bool awaits_reply() const override { return was_asked_ && !was_answered_; }
  void lost(const Error& error) override;
  bool is_finished() const override { return was_answered_; }
  int wake_in_ms() const override { return -1; }

  void ask_next();
  void give_up_on_it(const Error& error);
  [[noreturn]] void give_up();

  net::Loop& loop_;
  const Address& address_;
  RetryLog& retries_;

  std::size_t at_ = 0;            // the one that is asked
  std::size_t left_ = 0;          // how many are to be asked before it is given up for now
  std::size_t hopeless_ = 0;      // how many of this round will never know it
  std::optional<Error> failure_;  // the last one's
  std::optional<HostList> host_;
  std::unique_ptr<Link> link_;
  Clock::time_point give_up_at_;
  bool was_asked_ = false;
  bool was_answered_ = false;
  std::optional<Error> lost_;
  std::optional<net::Endpoint> master_;
};

}  // namespace lockrec::redis
