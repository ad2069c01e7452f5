// One operation over all its keys: a lane to every node that has some of them, all at once.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/deadline.hpp"
#include "redis/lane.hpp"
#include "redis/topology.hpp"

namespace lockrec::redis {

class Run final : public net::Participant, private Router {
 public:
  using MakeOperation = std::function<std::unique_ptr<Operation>()>;

  // ids and all that is referred to must outlive the run. It moves on with the loop.
  Run(net::Loop& loop, Topology& topology, RetryLog& retries, MakeOperation make_operation, std::span<const LockId> ids,
      OnAnswer on_answer);
  ~Run() override;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool is_finished() const;
  // Throws what ended it, or leaves no hope that it will end.
  void check() const;
  // Throws the last failure where time is up, or the next attempt does not fit into what is left.
  void check_time(const Deadline& deadline) const;
  // Connects again, asks for a new map, and gives keys to those who have them now.
  void tend();

  void step() noexcept override;
  void interests(std::vector<net::Interest>&) const override {}

 private:
  Router& router() { return *this; }
  void redirected(Lane& from, std::span<const LockId> ids, std::string_view text) override;
  void tend_cluster();
  void leave_first();
  void distribute();
  Lane& lane_to(Node& node);
  std::uint16_t slot_of_key(LockId id);
  std::optional<Error> failure() const;
  const std::string& where() const;

  net::Loop& loop_;
  Topology& topology_;
  RetryLog& retries_;
  MakeOperation make_operation_;
  OnAnswer on_answer_;

  std::unique_ptr<Lane> first_;                             // to the one server
  std::unordered_map<Node*, std::unique_ptr<Lane>> lanes_;  // to those of a Cluster
  std::vector<LockId> homeless_;                            // nobody is known to serve them
  std::unordered_map<LockId, int> redirections_;            // without an answer in between
  std::uint64_t version_ = 0;                               // of the map that they were distributed by
  std::unique_ptr<Operation> reader_;                       // for its keys
  std::string key_;
  std::exception_ptr crash_;
};

// Moves the loop on until the run is finished.
void drive(net::Loop& loop, Run& run, const Deadline& deadline);

}  // namespace lockrec::redis
