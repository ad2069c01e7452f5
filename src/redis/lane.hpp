// One operation's requests on one link: sends again what was lost or refused for now, and stops where that is no use.
#pragma once

#include <chrono>
#include <deque>
#include <exception>
#include <optional>
#include <vector>

#include "redis/link.hpp"
#include "redis/operation.hpp"

namespace lockrec::redis {

class Lane final : public Work, public Outcome {
 public:
  Lane(Link& link, Operation& operation, RetryLog& retries, std::span<const LockId> ids, const OnAnswer& on_answer);

  bool fill(OutBuffer& out) override;
  void take(const Reply& reply, OutBuffer& out) override;
  bool awaits_reply() const override { return !in_flight_.empty(); }
  void lost(const Error& error) override;
  bool is_finished() const override;
  int wake_in_ms() const override;

  void answer(LockId id, const Answer& answer) override;
  void refused(std::span<const LockId> ids, std::string_view text) override;
  void again(std::span<const LockId> ids) override;

  // The last failure since the last good answer.
  const std::optional<Error>& failure() const { return stop_ ? stop_ : failure_; }
  // Milliseconds until it tries again after a refusal; 0 unless it waits for that.
  std::int64_t retry_in_ms() const;
  bool wants_reconnect() const { return wants_reconnect_ && in_flight_.empty(); }
  // Throws what ended it early.
  void check() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool start_round();
  void hold(const Refusal& refusal, std::string_view text);

  Link& link_;
  Operation& operation_;
  RetryLog& retries_;
  const OnAnswer& on_answer_;
  net::Backoff backoff_;

  std::span<const LockId> queue_;  // of this round
  std::vector<LockId> round_;
  std::vector<LockId> again_;
  std::vector<LockId> singly_;  // a request of many was refused for a key in it: which one?
  bool is_singly_ = false;
  std::deque<Request> in_flight_;

  bool is_holding_ = false;  // nothing new is sent until resume_at_
  bool is_probing_ = false;  // one request first: is it over?
  bool wants_reconnect_ = false;
  Clock::time_point resume_at_;
  std::optional<Error> failure_;
  std::optional<Error> stop_;
  std::exception_ptr host_error_;
};

// Moves the loop on until the lane is finished or, without a lane, until the link is ready.
// Throws the last failure where time runs out, or the next attempt does not fit into it.
void drive(net::Loop& loop, Link& link, Lane* lane, const Deadline& deadline);

}  // namespace lockrec::redis
