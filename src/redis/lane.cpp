// What is sent next, what is sent again, and when that is over.
#include "redis/lane.hpp"

#include <algorithm>
#include <utility>

#include "redis/slots.hpp"

namespace lockrec::redis {

Lane::Lane(Link& link, std::unique_ptr<Operation> operation, bool of_cluster, Router& router, RetryLog& retries,
           const OnAnswer& on_answer)
    : link_(link),
      operation_(std::move(operation)),
      of_cluster_(of_cluster),
      router_(router),
      retries_(retries),
      on_answer_(on_answer),
      backoff_(net::redis_backoff) {
  link_.attach(this);
}

Lane::~Lane() { link_.detach(); }

bool Lane::is_finished() const {
  if (host_error_) return true;
  if (!in_flight_.empty()) return false;
  return stop_.has_value() || (!has_unsent() && !operation_->has_last());
}

std::int64_t Lane::retry_in_ms() const {
  if (!is_holding_ || wants_reconnect_) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(resume_at_ - Clock::now()).count();
  return std::max<std::int64_t>(left, 0);
}

int Lane::wake_in_ms() const {
  if (!in_flight_.empty() || is_stopped()) return -1;
  if (is_holding_) return static_cast<int>(retry_in_ms());
  return has_unsent() ? 0 : -1;
}

std::vector<LockId> Lane::take_unsent() {
  std::vector<LockId> ids(queue_.begin(), queue_.end());
  queue_ = {};
  for (auto* list : {&again_, &singly_, &asking_}) {
    ids.insert(ids.end(), list->begin(), list->end());
    list->clear();
  }
  return ids;
}

std::optional<LockId> Lane::awaited() const {
  for (const Request& request : in_flight_) {
    if (!request.ids.empty()) return request.ids.front();
  }
  return std::nullopt;
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

// As many as one request takes.
std::span<const LockId> Lane::next_ids() const {
  const auto ids = queue_.first(std::min(queue_.size(), is_singly_ ? 1 : operation_->ids_per_request()));
  if (!of_cluster_ || ids.size() < 2) return ids;
  std::string key;
  const auto slot = [&](LockId id) {
    key.clear();
    operation_->append_key(id, key);
    return slot_of(key);
  };
  const auto first = slot(ids.front());
  const auto end = std::find_if(ids.begin() + 1, ids.end(), [&](LockId id) { return slot(id) != first; });
  return ids.first(static_cast<std::size_t>(end - ids.begin()));
}

bool Lane::fill(OutBuffer& out) {
  if (stop_ || host_error_) return false;
  if (is_holding_) {
    if (!in_flight_.empty() || wants_reconnect_ || Clock::now() < resume_at_) return false;
    is_holding_ = false;
    is_probing_ = true;
  }
  if ((is_probing_ || operation_->is_one_at_a_time()) && !in_flight_.empty()) return false;
  if (!asking_.empty()) {
    ask_one(out);
    return true;
  }
  if (queue_.empty() && !start_round()) return finish_up(out);
  const auto ids = next_ids();
  const auto replies = operation_->append(ids, false, out);
  in_flight_.push_back({ids, replies});
  queue_ = queue_.subspan(ids.size());
  return true;
}

void Lane::ask_one(OutBuffer& out) {
  Request& request = in_flight_.emplace_back();
  request.asks = true;
  request.asked = asking_.back();
  request.ids = {&request.asked, 1};
  asking_.pop_back();
  append_asking(out);
  request.replies_left = 1 + operation_->append(request.ids, true, out);
  request.is_announced = true;
}

bool Lane::finish_up(OutBuffer& out) {
  if (!in_flight_.empty()) return false;
  const auto replies = operation_->append_last(out);
  if (replies > 0) in_flight_.push_back({{}, replies});
  return replies > 0;
}

void Lane::take(const Reply& reply, OutBuffer& out) {
  Request& request = in_flight_.front();
  --request.replies_left;
  // OK for ASKING itself; where it is refused, what follows is sent elsewhere.
  if (std::exchange(request.is_announced, false)) {
    const bool is_denied = reply.is_error() && classify(reply.text()).cause == LOCKREC_REDIS_NOPERM;
    if (is_denied && !stop_) stop_ = refusal_error(classify(reply.text()), reply.text(), link_.where());
    return;
  }
  request.replies_left += operation_->take(request, reply, out, *this);
  if (request.replies_left == 0) in_flight_.pop_front();
}

void Lane::lost(const Error& error) {
  failure_ = error;
  is_holding_ = false;  // the link waits by itself
  wants_reconnect_ = false;
  for (const auto& request : in_flight_) again(request.ids);
  in_flight_.clear();
  operation_->lost(*this);
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

void Lane::postpone(std::span<const LockId> ids, std::string_view text) {
  again(ids);
  hold(classify(text), text);
}

void Lane::refused(std::span<const LockId> ids, std::string_view text) {
  const Refusal refusal = classify(text);
  switch (refusal.scope) {
    case Refusal::Scope::passing: postpone(ids, text); return;
    case Refusal::Scope::moved: router_.redirected(*this, ids, text); return;
    case Refusal::Scope::split:
      if (ids.size() > 1) singly_.insert(singly_.end(), ids.begin(), ids.end());
      else postpone(ids, text);
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

}  // namespace lockrec::redis
