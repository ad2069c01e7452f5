// One script over up to 500 keys; without scripts WATCH, MGET, MULTI, the command for each key that is ours, EXEC.
#include "redis/held_operation.hpp"

#include "redis/refusal.hpp"

namespace lockrec::redis {

namespace {

constexpr std::size_t ids_per_script = 500;
constexpr std::size_t ids_per_transaction = 500;

// Each key's element: 1 done, nil missing (or no string: claiming it again will tell), a text how another value
// starts, an error as Redis gave it. PERSIST says 0 for a key that is permanent already. One MGET, as a call from a
// script costs as much as the work itself.
constexpr std::string_view persist_script =
    "local result = redis.call('mget', unpack(KEYS)) "
    "for i, now in ipairs(result) do "
    "if now == ARGV[i] then result[i] = redis.pcall('persist', KEYS[i]) "
    "elseif now then result[i] = string.sub(now, 1, 200) end "
    "end "
    "return result";
constexpr std::string_view replace_script =
    "local now = redis.pcall('get', KEYS[1]) "
    "if now == ARGV[1] then now = redis.pcall('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) "
    "if now.ok then now = 1 end "
    "elseif type(now) == 'string' then now = string.sub(now, 1, 200) end "
    "return {now}";
// A claim that another run has adopted and made permanent is no claim any more.
constexpr std::string_view remove_script =
    "local result = {} "
    "for i, key in ipairs(KEYS) do "
    "local now = redis.pcall('get', key) "
    "if now == ARGV[i] and redis.call('pttl', key) >= 0 then now = redis.pcall('del', key) "
    "elseif type(now) == 'string' then now = string.sub(now, 1, 200) end "
    "result[i] = now "
    "end "
    "return result";

bool forbids_scripts(std::string_view text) {
  const Refusal refusal = classify(text);
  return refusal.scope == Refusal::Scope::unknown ||
         (refusal.scope == Refusal::Scope::server && refusal.cause == LOCKREC_REDIS_NOPERM);
}

}  // namespace

std::size_t HeldOperation::ids_per_request() const {
  if (what_ == What::replace) return 1;
  return may_script() ? ids_per_script : ids_per_transaction;
}

void HeldOperation::append_keys(std::span<const LockId> ids, OutBuffer& out) {
  for (const LockId id : ids) {
    text_.clear();
    texts_.append_key(id, text_);
    append_argument(out, text_);
  }
}

std::size_t HeldOperation::append(std::span<const LockId> ids, bool asks, OutBuffer& out) {
  if (may_script()) return append_script(ids, out);
  stage_ = Stage::watch;
  refusal_.clear();
  held_.clear();
  append_command(out, "WATCH", ids.size() + 1);
  append_keys(ids, out);
  if (asks) append_asking(out);
  append_command(out, "MGET", ids.size() + 1);
  append_keys(ids, out);
  return asks ? 3 : 2;
}

std::size_t HeldOperation::append_script(std::span<const LockId> ids, OutBuffer& out) {
  stage_ = Stage::script;
  const bool replaces = what_ == What::replace;
  append_command(out, "EVAL", 3 + 2 * ids.size() + (replaces ? 2 : 0));
  append_argument(out, replaces ? replace_script : what_ == What::persist ? persist_script : remove_script);
  append_argument(out, std::to_string(ids.size()));
  append_keys(ids, out);
  for (const LockId id : ids) {
    text_.clear();
    texts_.append_value(id, text_);
    append_argument(out, text_);
  }
  if (replaces) {
    append_argument(out, new_value_);
    append_argument(out, new_life_ms_);
  }
  return 1;
}

void HeldOperation::append_deed(LockId id, OutBuffer& out) {
  append_command(out,
                 what_ == What::persist  ? "PERSIST"
                 : what_ == What::remove ? "DEL"
                                         : "SET",
                 what_ == What::replace ? 5 : 2);
  append_keys({&id, 1}, out);
  if (what_ != What::replace) return;
  append_argument(out, new_value_);
  append_argument(out, "PX");
  append_argument(out, new_life_ms_);
}

std::size_t HeldOperation::take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) {
  if (stage_ == Stage::script) return take_script(request, reply, outcome);
  if (reply.is_error() && refusal_.empty()) refusal_ = reply.text();
  switch (stage_) {
    // OK for WATCH, perhaps another for ASKING, then what MGET says.
    case Stage::watch:
      if (request.replies_left == 0) return take_compare(request, reply, out, outcome);
      break;
    case Stage::lives: return take_life(request, reply, out, outcome);
    case Stage::queue: take_queue(request, reply, outcome); break;
    default: break;
  }
  return 0;
}

std::size_t HeldOperation::take_script(Request& request, const Reply& reply, Outcome& outcome) {
  if (reply.is_error()) {
    if (forbids_scripts(reply.text())) {
      script_refusal_ = reply.text();
      outcome.again(request.ids);
    } else {
      outcome.refused(request.ids, reply.text());
    }
    return 0;
  }
  if (reply.count() != request.ids.size()) throw ProtocolError("EVAL got another number of answers than keys");
  reply.for_each([&](std::size_t index, const Reply& element) { take_element(request.ids[index], element, outcome); });
  return 0;
}

void HeldOperation::take_element(LockId id, const Reply& element, Outcome& outcome) {
  switch (element.kind()) {
    case ReplyKind::integer:
    case ReplyKind::status: outcome.answer(id, {Answer::Kind::done}); break;
    case ReplyKind::nil: outcome.answer(id, {Answer::Kind::missing}); break;
    case ReplyKind::bulk: outcome.answer(id, {Answer::Kind::value, element.text()}); break;
    case ReplyKind::error: outcome.refused({&id, 1}, element.text()); break;
    default: throw ProtocolError("EVAL got an answer of an unknown type");
  }
}

// One grant of EVAL lets a user in who lacks WATCH, MGET, MULTI or EXEC.
std::string_view HeldOperation::transaction_refusal() const {
  const auto is_denied = [](std::string_view text) {
    return classify(text).cause == LOCKREC_REDIS_NOPERM && classify(text).scope == Refusal::Scope::server;
  };
  const char* deed = what_ == What::persist ? "'persist'" : what_ == What::remove ? "'del'" : "'set'";
  const bool is_our_command = refusal_.find(deed) != refusal_.npos;
  return is_denied(refusal_) && is_denied(script_refusal_) && !is_our_command ? script_refusal_ : refusal_;
}

std::size_t HeldOperation::take_compare(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) {
  if (!refusal_.empty()) {
    outcome.refused(request.ids, transaction_refusal());
    return 0;
  }
  if (reply.count() != request.ids.size()) throw ProtocolError("MGET got another number of values than keys");
  reply.for_each([&](std::size_t index, const Reply& element) {
    const LockId id = request.ids[index];
    text_.clear();
    texts_.append_value(id, text_);
    // MGET says nil for a key of another type, too; claiming it again will tell.
    if (element.kind() == ReplyKind::nil) outcome.answer(id, {Answer::Kind::missing});
    else if (element.text() != text_) outcome.answer(id, {Answer::Kind::value, element.text()});
    else held_.push_back(id);
  });
  if (what_ == What::remove && !held_.empty()) return append_lives(request, out);
  return append_transaction(request, out);
}

std::size_t HeldOperation::append_lives(Request& request, OutBuffer& out) {
  stage_ = Stage::lives;
  looked_at_.swap(held_);
  held_.clear();
  permanent_.clear();
  lives_ = 0;
  for (const LockId id : looked_at_) {
    if (request.asks) append_asking(out);
    append_command(out, "PTTL", 2);
    append_keys({&id, 1}, out);
  }
  request.ids = looked_at_;
  return looked_at_.size() * (request.asks ? 2 : 1);
}

std::size_t HeldOperation::take_life(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) {
  if (reply.kind() == ReplyKind::integer && lives_ < looked_at_.size()) {
    const LockId id = looked_at_[lives_++];
    (reply.integer() >= 0 ? held_ : permanent_).push_back(id);
  }
  if (request.replies_left > 0) return 0;
  if (!refusal_.empty()) {
    outcome.refused(looked_at_, transaction_refusal());
    return 0;
  }
  for (const LockId id : permanent_) outcome.answer(id, {Answer::Kind::value});
  return append_transaction(request, out);
}

std::size_t HeldOperation::append_transaction(Request& request, OutBuffer& out) {
  request.ids = held_;
  if (held_.empty()) {
    stage_ = Stage::unwatch;
    append_command(out, {"UNWATCH"});
    return 1;
  }
  stage_ = Stage::queue;
  // Said before MULTI, it holds for all that is queued.
  if (request.asks) append_asking(out);
  append_command(out, {"MULTI"});
  for (const LockId id : held_) append_deed(id, out);
  append_command(out, {"EXEC"});
  return held_.size() + (request.asks ? 3 : 2);
}

void HeldOperation::take_queue(Request& request, const Reply& reply, Outcome& outcome) {
  if (request.replies_left > 0) return;  // OK, QUEUED ...
  if (!refusal_.empty()) {
    outcome.refused(request.ids, transaction_refusal());
  } else if (reply.kind() == ReplyKind::nil) {
    outcome.again(request.ids);  // somebody changed one of them in between
  } else {
    if (reply.count() != request.ids.size()) throw ProtocolError("EXEC got another number of answers than commands");
    reply.for_each(
        [&](std::size_t index, const Reply& element) { take_element(request.ids[index], element, outcome); });
  }
}

}  // namespace lockrec::redis
