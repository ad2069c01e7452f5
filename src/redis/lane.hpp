// One operation's requests on one link: sends again what was lost or refused for now, and stops where that is no use.
#pragma once

#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "redis/link.hpp"
#include "redis/operation.hpp"

namespace lockrec::redis {

class Lane;

// Takes the keys that a node sends elsewhere.
class Router {
 public:
  virtual void redirected(Lane& from, std::span<const LockId> ids, std::string_view text) = 0;

 protected:
  ~Router() = default;
};

class Lane final : public Work, private Outcome {
 public:
  // of_cluster: keys of one request must be in one slot.
  Lane(Link& link, std::unique_ptr<Operation> operation, bool of_cluster, Router& router, RetryLog& retries,
       const OnAnswer& on_answer);
  ~Lane() override;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // These must stay where they are.
  void start(std::span<const LockId> ids) { queue_ = ids; }
  void add(std::span<const LockId> ids) { again(ids); }
  // To be spoken of with ASKING: their slot is on its way here.
  void add_asking(std::span<const LockId> ids) { asking_.insert(asking_.end(), ids.begin(), ids.end()); }
  // What has not been sent, which then is another's.
  std::vector<LockId> take_unsent();
  // One that awaits its reply; nothing where none does.
  std::optional<LockId> awaited() const;
  // These again, after a while.
  void postpone(std::span<const LockId> ids, std::string_view text);

  Link& link() const { return link_; }
  bool is_finished() const override;
  bool awaits_reply() const override { return !in_flight_.empty(); }
  // The last failure since the last good answer.
  const std::optional<Error>& failure() const { return stop_ ? stop_ : failure_; }
  // Milliseconds until it tries again after a refusal; 0 unless it waits for that.
  std::int64_t retry_in_ms() const;
  bool wants_reconnect() const { return wants_reconnect_ && in_flight_.empty(); }
  bool is_stopped() const { return stop_.has_value() || host_error_ != nullptr; }
  // Throws what ended it early.
  void check() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool fill(OutBuffer& out) override;
  void take(const Reply& reply, OutBuffer& out) override;
  void lost(const Error& error) override;
  int wake_in_ms() const override;

  void answer(LockId id, const Answer& answer) override;
  void refused(std::span<const LockId> ids, std::string_view text) override;
  void again(std::span<const LockId> ids) override { again_.insert(again_.end(), ids.begin(), ids.end()); }

  bool has_unsent() const { return !queue_.empty() || !again_.empty() || !singly_.empty() || !asking_.empty(); }
  bool start_round();
  std::span<const LockId> next_ids() const;
  void ask_one(OutBuffer& out);
  bool finish_up(OutBuffer& out);
  void hold(const Refusal& refusal, std::string_view text);

  Link& link_;
  std::unique_ptr<Operation> operation_;
  bool of_cluster_;
  Router& router_;
  RetryLog& retries_;
  const OnAnswer& on_answer_;
  net::Backoff backoff_;

  std::span<const LockId> queue_;  // of this round
  std::vector<LockId> round_;
  std::vector<LockId> again_;
  std::vector<LockId> singly_;  // a request of many was refused for a key in it: which one?
  std::vector<LockId> asking_;
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

}  // namespace lockrec::redis
