#include "redis/run.hpp"

#include <algorithm>
#include <utility>

namespace lockrec::redis {

namespace {

constexpr int redirections_max = 5;  // of one key in a row; more is a Cluster at odds with itself
// So long without a reply, and somebody else may have taken the node's place.
constexpr std::int64_t silence_max_ms = 1000;

}  // namespace

Run::Run(net::Loop& loop, Topology& topology, RetryLog& retries, MakeOperation make_operation,
         std::span<const LockId> ids, OnAnswer on_answer)
    : loop_(loop),
      topology_(topology),
      retries_(retries),
      make_operation_(std::move(make_operation)),
      on_answer_(std::move(on_answer)),
      reader_(make_operation_()) {
  if (topology_.is_cluster()) {
    homeless_.assign(ids.begin(), ids.end());
  } else {
    first_ = std::make_unique<Lane>(topology_.first(), make_operation_(), false, router(), retries_, on_answer_);
    first_->start(ids);
  }
  loop_.join(*this);
  tend();
}

Run::~Run() {
  loop_.leave(*this);
  leave_first();
}

void Run::leave_first() {
  if (first_ == nullptr) return;
  first_.reset();
  topology_.attend();
}

bool Run::is_finished() const {
  bool is_stopped = first_ != nullptr && first_->is_stopped();
  if (first_ != nullptr && !first_->is_finished()) return false;
  for (const auto& [node, lane] : lanes_) {
    if (!lane->is_finished()) return false;
    is_stopped = is_stopped || lane->is_stopped();
  }
  return homeless_.empty() || is_stopped;
}

void Run::check() const {
  if (crash_) std::rethrow_exception(crash_);
  topology_.check();
  if (first_ != nullptr && first_->is_finished()) first_->check();
  const bool is_through = is_finished();
  for (const auto& [node, lane] : lanes_) {
    if (!lane->is_finished()) node->link.check();
    if (is_through) lane->check();
  }
}

// Who is waited for.
const std::string& Run::where() const {
  for (const auto& [node, lane] : lanes_) {
    if (!lane->is_finished()) return node->link.where();
  }
  return topology_.first().where();
}

std::optional<Error> Run::failure() const {
  if (first_ != nullptr) return topology_.first().failure() ? topology_.first().failure() : first_->failure();
  for (const auto& [node, lane] : lanes_) {
    if (lane->is_finished()) continue;
    if (node->link.failure()) return node->link.failure();
    if (lane->failure()) return lane->failure();
  }
  return topology_.failure();
}

void Run::check_time(const Deadline& deadline) const {
  const auto left_ms = deadline.remaining_ms();
  auto wait_ms = left_ms;
  if (first_ != nullptr) {
    wait_ms = std::max(topology_.first().retry_in_ms(), first_->retry_in_ms());
  } else if (lanes_.empty()) {
    wait_ms = 0;
  }
  // As long as one of them has something to do in time, there is something to wait for.
  for (const auto& [node, lane] : lanes_) {
    if (!lane->is_finished()) wait_ms = std::min(wait_ms, std::max(node->link.retry_in_ms(), lane->retry_in_ms()));
  }
  if (!homeless_.empty()) wait_ms = 0;
  if (!deadline.cancelled() && (left_ms == 0 || (!deadline.is_window() && wait_ms > 0 && wait_ms >= left_ms))) {
    if (const auto error = failure()) throw Error(*error);
    if (left_ms == 0) throw Error(LOCKREC_E_DEADLINE, "Redis at " + where() + " did not answer before the deadline");
  }
  deadline.check();
}

void Run::step() noexcept {
  try {
    tend();
  } catch (...) {
    crash_ = std::current_exception();
  }
}

void Run::tend() {
  if (first_ != nullptr) {
    if (first_->wants_reconnect()) first_->link().reconnect(Error(*first_->failure()));
    else if (!first_->is_finished()) first_->link().heed_silence();
  }
  if (topology_.is_cluster()) tend_cluster();
}

void Run::tend_cluster() {
  // The server turned out to be a node among others: what it does not serve goes where it belongs.
  if (first_ != nullptr && !first_->awaits_reply() && !first_->is_stopped()) {
    const auto ids = first_->take_unsent();
    homeless_.insert(homeless_.end(), ids.begin(), ids.end());
    leave_first();
  }
  topology_.first().heed_silence();
  bool is_doubtful = !homeless_.empty();
  for (const auto& [node, lane] : lanes_) {
    if (lane->is_finished()) continue;
    is_doubtful = is_doubtful || lane->failure() || node->link.failure() || node->link.silent_for_ms() > silence_max_ms;
    if (lane->wants_reconnect()) node->link.reconnect(Error(*lane->failure()));
  }
  if (topology_.version() != version_) distribute();
  else if (is_doubtful) topology_.refresh();
}

std::uint16_t Run::slot_of_key(LockId id) {
  key_.clear();
  reader_->append_key(id, key_);
  return slot_of(key_);
}

Lane& Run::lane_to(Node& node) {
  auto& lane = lanes_[&node];
  if (!lane) lane = std::make_unique<Lane>(node.link, make_operation_(), true, router(), retries_, on_answer_);
  return *lane;
}

void Run::distribute() {
  version_ = topology_.version();
  for (const auto& [node, lane] : lanes_) {
    // Somebody else is master now, and this one says nothing: what it was asked is asked there.
    const auto awaited = lane->awaited();
    if (awaited && node->link.silent_for_ms() > silence_max_ms && topology_.owner_of(slot_of_key(*awaited)) != node) {
      node->link.reconnect(Error(LOCKREC_E_REDIS_CONNECT, "Redis at " + node->link.where() + " says nothing"));
    }
    const auto ids = lane->take_unsent();
    homeless_.insert(homeless_.end(), ids.begin(), ids.end());
  }
  // By slot, so that scripts find those of one slot together.
  std::vector<std::pair<std::uint16_t, LockId>> by_slot;
  by_slot.reserve(homeless_.size());
  for (const LockId id : homeless_) by_slot.emplace_back(slot_of_key(id), id);
  homeless_.clear();
  std::ranges::sort(by_slot);
  std::unordered_map<Node*, std::vector<LockId>> shares;
  for (const auto& [slot, id] : by_slot) {
    Node* owner = topology_.owner_of(slot);
    (owner == nullptr ? homeless_ : shares[owner]).push_back(id);
  }
  for (const auto& [node, ids] : shares) lane_to(*node).add(ids);
}

void Run::redirected(Lane& from, std::span<const LockId> ids, std::string_view text) {
  const auto redirection = read_redirection(text);
  if (!topology_.is_cluster()) topology_.become_cluster();
  topology_.refresh();
  if (first_ != nullptr || !redirection) {
    homeless_.insert(homeless_.end(), ids.begin(), ids.end());
    return;
  }
  for (const LockId id : ids) {
    if (++redirections_[id] > redirections_max) {
      redirections_[id] = 0;
      from.postpone({&id, 1}, text);
      continue;
    }
    Node& node = topology_.node_at(redirection->node, from.link());
    if (redirection->is_ask) {
      lane_to(node).add_asking({&id, 1});
    } else {
      topology_.set_owner(redirection->slot, node);
      lane_to(node).add({&id, 1});
    }
  }
}

void drive(net::Loop& loop, Run& run, const Deadline& deadline) {
  while (!run.is_finished()) {
    run.check();
    run.check_time(deadline);
    loop.move();
    run.tend();
    if (run.is_finished()) break;
    loop.wait(deadline);
  }
  run.check();
}

}  // namespace lockrec::redis
