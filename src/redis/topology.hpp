// Who serves what: one server, or the masters of a Cluster. Keeps the links to them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "redis/address.hpp"
#include "redis/link.hpp"
#include "redis/slots.hpp"

namespace lockrec::redis {

// A master of a Cluster.
struct Node {
  Node(net::Loop& loop, const net::Endpoint& its_endpoint, const Login& login, RetryLog& retries)
      : endpoint(its_endpoint), locator({its_endpoint}), link(loop, locator, login, Expected::master, retries) {}

  net::Endpoint endpoint;
  HostList locator;
  Link link;
};

class Topology final : private Work {
 public:
  // Starts to connect at once. All must outlive this.
  Topology(net::Loop& loop, const Address& address, RetryLog& retries);
  ~Topology() override;
  Topology(const Topology&) = delete;
  Topology& operator=(const Topology&) = delete;

  // Greeted; of a Cluster, the map is there too.
  bool is_ready() const;
  // Throws what makes all further waiting useless.
  void check() const;
  const std::optional<Error>& failure() const { return failure_ ? failure_ : first_.failure(); }
  std::int64_t retry_in_ms() const { return first_.retry_in_ms(); }

  // The one server. Of a Cluster, the node that is asked for the map and carries nothing else.
  Link& first() { return first_; }
  const Link& first() const { return first_; }
  // first() has been given back by those who used it.
  void attend() { first_.attach(this); }

  bool is_cluster() const { return is_cluster_ || first_.server().is_cluster(); }
  // A server that does not say so by itself has sent us elsewhere.
  void become_cluster();
  // The map may be out of date: it is asked for again, soon.
  void refresh();
  // Grows with every map; 0: none yet.
  std::uint64_t version() const { return version_; }
  // Null: nobody, as far as we know.
  Node* owner_of(std::uint16_t slot) const { return owners_[slot]; }
  // said_by: the host that a name without one means.
  Node& node_at(const NodeName& name, const Link& said_by);
  void set_owner(std::uint16_t slot, Node& node);
  // Grows whenever a connection is lost, or a slot has another owner.
  std::uint64_t changes() const;
  // Asks the Sentinels again, where there are some; another master than ours is a change. Where none answers
  // in time, ours is taken to be right.
  void recheck_master(const Deadline& deadline);
  std::size_t master_count() const { return master_count_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool fill(OutBuffer& out) override;
  void take(const Reply& reply, OutBuffer& out) override;
  bool awaits_reply() const override { return was_asked_; }
  void lost(const Error& error) override;
  bool is_finished() const override { return !is_wanted_; }
  int wake_in_ms() const override;
  void use(const SlotMap& map);

  net::Loop& loop_;
  const Address& address_;
  RetryLog& retries_;
  std::unique_ptr<Locator> locator_;
  HostList* hosts_ = nullptr;  // locator_, where it is one
  Link first_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Node*> owners_;
  std::size_t master_count_ = 0;
  std::uint64_t owner_changes_ = 0;

  bool is_cluster_ = false;
  std::uint64_t version_ = 0;
  bool is_wanted_ = true;
  bool was_asked_ = false;
  Clock::time_point not_before_{};
  std::optional<Error> failure_;
  std::optional<Error> stop_;
};

}  // namespace lockrec::redis
