// What is sent next, what is sent again, and when that is over.
#include "redis/lane.hpp"

#include <algorithm>

namespace lockrec::redis {

Lane::Lane(Link& link, Operation& operation, RetryLog& retries, std::span<const LockId> ids, const OnAnswer& on_answer)
    : link_(link),
      operation_(operation),
      retries_(retries),
      on_answer_(on_answer),
      backoff_(net::redis_backoff),
      queue_(ids) {}

bool Lane::is_finished() const {
  if (host_error_) return true;
  if (!in_flight_.empty()) return false;
  return stop_.has_value() || (queue_.empty() && again_.empty() && singly_.empty());
}

std::int64_t Lane::retry_in_ms() const {
  if (!is_holding_ || wants_reconnect_) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(resume_at_ - Clock::now()).count();
  return std::max<std::int64_t>(left, 0);
}

int Lane::wake_in_ms() const {
  if (!is_holding_ || !in_flight_.empty()) return -1;
  return static_cast<int>(retry_in_ms());
}

// Requests under way look into the round's list: the next round waits for them.
bool Lane::start_round() {
  if (!in_flight_.empty()) return false;
  is_singly_ = again_.empty();
  auto& source = is_singly_ ? singly_ : again_;
  round_.swap(source);
  source.clear();
  queue_ = round_;
  return !queue_.empty();
}

bool Lane::fill(OutBuffer& out) {
  if (stop_ || host_error_) return false;
  if (is_holding_) {
    if (!in_flight_.empty() || wants_reconnect_ || Clock::now() < resume_at_) return false;
    is_holding_ = false;
    is_probing_ = true;
  }
  if (queue_.empty() && !start_round()) return false;
  if ((is_probing_ || operation_.is_one_at_a_time()) && !in_flight_.empty()) return false;
  const auto size = std::min(queue_.size(), is_singly_ ? std::size_t{1} : operation_.ids_per_request());
  const auto ids = queue_.first(size);
  const auto replies = operation_.append(ids, out);
  in_flight_.push_back({ids, replies});
  queue_ = queue_.subspan(size);
  return true;
}

void Lane::take(const Reply& reply, OutBuffer& out) {
  Request& request = in_flight_.front();
  --request.replies_left;
  request.replies_left += operation_.take(request, reply, out, *this);
  if (request.replies_left == 0) in_flight_.pop_front();
}

void Lane::lost(const Error& error) {
  failure_ = error;
  is_holding_ = false;  // the link waits by itself
  wants_reconnect_ = false;
  for (const auto& request : in_flight_) again(request.ids);
  in_flight_.clear();
}

void Lane::answer(LockId id, const Answer& answer) {
  if (host_error_) return;
  is_probing_ = false;
  if (!is_holding_) {
    failure_.reset();
    backoff_.reset();
    link_.did_well();
  }
  try {
    on_answer_(id, answer);
  } catch (...) {
    host_error_ = std::current_exception();
  }
}

void Lane::again(std::span<const LockId> ids) { again_.insert(again_.end(), ids.begin(), ids.end()); }

void Lane::refused(std::span<const LockId> ids, std::string_view text) {
  const Refusal refusal = classify(text);
  switch (refusal.scope) {
    case Refusal::Scope::passing:
      again(ids);
      hold(refusal, text);
      return;
    case Refusal::Scope::key:
      if (ids.size() == 1) {
        const bool is_other_type = refusal.cause == LOCKREC_REDIS_WRONGTYPE;
        answer(ids.front(), {is_other_type ? Answer::Kind::other_type : Answer::Kind::refused, text});
      } else {
        singly_.insert(singly_.end(), ids.begin(), ids.end());
      }
      return;
    default:
      if (!stop_) stop_ = refusal_error(refusal, text, link_.where());
  }
}

void Lane::hold(const Refusal& refusal, std::string_view text) {
  if (is_holding_) return;
  is_holding_ = true;
  failure_ = refusal_error(refusal, text, link_.where());
  wants_reconnect_ = refusal.reconnect;
  if (wants_reconnect_) return;
  const auto wait_ms = backoff_.next_ms();
  resume_at_ = Clock::now() + std::chrono::milliseconds(wait_ms);
  retries_.tell(*failure_, wait_ms);
}

void Lane::check() const {
  if (host_error_) std::rethrow_exception(host_error_);
  if (stop_) throw Error(*stop_);
}

namespace {

class Attached {
 public:
  Attached(Link& link, Lane* lane) : link_(link) { link_.attach(lane); }
  ~Attached() { link_.detach(); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  Link& link_;
};

void check_time(const Link& link, const Lane* lane, const Deadline& deadline) {
  const auto wait_ms = std::max(link.retry_in_ms(), lane != nullptr ? lane->retry_in_ms() : 0);
  const auto left_ms = deadline.remaining_ms();
  if (!deadline.cancelled() && (left_ms == 0 || (wait_ms > 0 && wait_ms >= left_ms))) {
    if (link.failure()) throw Error(*link.failure());
    if (lane != nullptr && lane->failure()) throw Error(*lane->failure());
    if (left_ms == 0)
      throw Error(LOCKREC_E_DEADLINE, "Redis at " + link.where() + " did not answer before the deadline");
  }
  deadline.check();
}

}  // namespace

void drive(net::Loop& loop, Link& link, Lane* lane, const Deadline& deadline) {
  const Attached attached(link, lane);
  while (lane != nullptr ? !lane->is_finished() : !link.is_ready()) {
    link.check();
    if (lane != nullptr && lane->wants_reconnect()) link.reconnect(Error(*lane->failure()));
    check_time(link, lane, deadline);
    link.forget_news();
    loop.turn(deadline);
  }
  if (lane != nullptr) lane->check();
}

}  // namespace lockrec::redis
