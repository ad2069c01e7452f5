// One script over up to 500 keys; without scripts WATCH, MGET, MULTI, the command for each key that is ours, EXEC.
#include "redis/held_operation.hpp"

#include "redis/refusal.hpp"

namespace lockrec::redis {

namespace {

constexpr std::size_t ids_per_script = 500;
constexpr std::size_t ids_per_transaction = 500;

// Each key's element: 1 done, nil missing, a text how another value starts, an error as Redis gave it.
// PERSIST says 0 for a key that is permanent already.
constexpr std::string_view persist_script =
    "local result = {} "
    "for i, key in ipairs(KEYS) do "
    "local now = redis.pcall('get', key) "
    "if now == ARGV[i] then now = redis.pcall('persist', key) "
    "elseif type(now) == 'string' then now = string.sub(now, 1, 200) end "
    "result[i] = now "
    "end "
    "return result";
constexpr std::string_view remove_script =
    "local result = {} "
    "for i, key in ipairs(KEYS) do "
    "local now = redis.pcall('get', key) "
    "if now == ARGV[i] then now = redis.pcall('del', key) "
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

std::size_t HeldOperation::ids_per_request() const { return may_script() ? ids_per_script : ids_per_transaction; }

void HeldOperation::append_keys(std::span<const LockId> ids, OutBuffer& out) {
  for (const LockId id : ids) {
    text_.clear();
    texts_.append_key(id, text_);
    append_argument(out, text_);
  }
}

std::size_t HeldOperation::append(std::span<const LockId> ids, OutBuffer& out) {
  if (may_script()) return append_script(ids, out);
  stage_ = Stage::watch;
  refusal_.clear();
  held_.clear();
  append_command(out, "WATCH", ids.size() + 1);
  append_keys(ids, out);
  append_command(out, "MGET", ids.size() + 1);
  append_keys(ids, out);
  return 2;
}

std::size_t HeldOperation::append_script(std::span<const LockId> ids, OutBuffer& out) {
  stage_ = Stage::script;
  append_command(out, "EVAL", 3 + 2 * ids.size());
  append_argument(out, what_ == What::persist ? persist_script : remove_script);
  append_argument(out, std::to_string(ids.size()));
  append_keys(ids, out);
  for (const LockId id : ids) {
    text_.clear();
    texts_.append_value(id, text_);
    append_argument(out, text_);
  }
  return 1;
}

std::size_t HeldOperation::take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) {
  if (stage_ == Stage::script) return take_script(request, reply, outcome);
  if (reply.is_error() && refusal_.empty()) refusal_ = reply.text();
  switch (stage_) {
    case Stage::watch: stage_ = Stage::compare; break;
    case Stage::compare: return take_compare(request, reply, out, outcome);
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
    case ReplyKind::integer: outcome.answer(id, {Answer::Kind::done}); break;
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
  const bool is_our_command = refusal_.find(what_ == What::persist ? "'persist'" : "'del'") != refusal_.npos;
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
  request.ids = held_;
  if (held_.empty()) {
    stage_ = Stage::unwatch;
    append_command(out, {"UNWATCH"});
    return 1;
  }
  stage_ = Stage::queue;
  append_command(out, {"MULTI"});
  for (const LockId id : held_) {
    append_command(out, what_ == What::persist ? "PERSIST" : "DEL", 2);
    append_keys({&id, 1}, out);
  }
  append_command(out, {"EXEC"});
  return held_.size() + 2;
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
