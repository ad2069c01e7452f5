// MGET or GET, PTTL and SET NX PX, and what their replies mean.
#include "redis/key_operations.hpp"

namespace lockrec::redis {

namespace {

constexpr std::size_t ids_per_look = 500;

void take_value(LockId id, const Reply& reply, Outcome& outcome) {
  switch (reply.kind()) {
    case ReplyKind::nil: outcome.answer(id, {Answer::Kind::missing}); break;
    case ReplyKind::bulk: outcome.answer(id, {Answer::Kind::value, reply.text()}); break;
    default: throw ProtocolError("a key's value is neither a text nor nothing");
  }
}

}  // namespace

std::size_t LookOperation::ids_per_request() const { return look_ == Look::closer ? 1 : ids_per_look; }

std::size_t LookOperation::append(std::span<const LockId> ids, bool, OutBuffer& out) {
  append_command(out, look_ == Look::closer ? "GET" : "MGET", 1 + ids.size());
  for (const LockId id : ids) {
    key_.clear();
    texts_.append_key(id, key_);
    append_argument(out, key_);
  }
  return 1;
}

std::size_t LookOperation::take(Request& request, const Reply& reply, OutBuffer&, Outcome& outcome) {
  if (reply.is_error()) {
    outcome.refused(request.ids, reply.text());
  } else if (look_ == Look::closer) {
    take_value(request.ids.front(), reply, outcome);
  } else {
    if (reply.count() != request.ids.size()) throw ProtocolError("MGET got another number of values than keys");
    reply.for_each([&](std::size_t index, const Reply& element) { take_value(request.ids[index], element, outcome); });
  }
  return 0;
}

std::size_t LifeOperation::append(std::span<const LockId> ids, bool, OutBuffer& out) {
  key_.clear();
  texts_.append_key(ids.front(), key_);
  append_command(out, {"PTTL", key_});
  return 1;
}

std::size_t LifeOperation::take(Request& request, const Reply& reply, OutBuffer&, Outcome& outcome) {
  constexpr std::int64_t no_such_key = -2;
  if (reply.is_error()) {
    outcome.refused(request.ids, reply.text());
  } else if (reply.kind() != ReplyKind::integer) {
    throw ProtocolError("PTTL got no number");
  } else if (reply.integer() == no_such_key) {
    outcome.answer(request.ids.front(), {Answer::Kind::missing});
  } else {
    outcome.answer(request.ids.front(), {Answer::Kind::life, {}, reply.integer()});
  }
  return 0;
}

ClaimOperation::ClaimOperation(const LockTexts& texts, std::int64_t safety_ttl_ms) : texts_(texts) {
  for (const auto& word : {std::string("NX"), std::string("PX"), std::to_string(safety_ttl_ms)}) {
    append_argument(options_, word);
  }
}

std::size_t ClaimOperation::append(std::span<const LockId> ids, bool, OutBuffer& out) {
  key_.clear();
  value_.clear();
  texts_.append_key(ids.front(), key_);
  texts_.append_value(ids.front(), value_);
  append_command(out, "SET", 6);
  append_argument(out, key_);
  append_argument(out, value_);
  out.append(options_);
  return 1;
}

std::size_t ClaimOperation::take(Request& request, const Reply& reply, OutBuffer&, Outcome& outcome) {
  switch (reply.kind()) {
    case ReplyKind::nil: outcome.answer(request.ids.front(), {Answer::Kind::taken}); break;
    case ReplyKind::status: outcome.answer(request.ids.front(), {Answer::Kind::done}); break;
    case ReplyKind::error: outcome.refused(request.ids, reply.text()); break;
    default: throw ProtocolError("SET got neither OK nor nothing");
  }
  return 0;
}

}  // namespace lockrec::redis
