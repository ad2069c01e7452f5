// GET, PTTL and SET NX PX, one each a key, and what their replies mean.
#include "redis/key_operations.hpp"

namespace lockrec::redis {

std::size_t LookOperation::append(std::span<const LockId> ids, bool, OutBuffer& out) {
  key_.clear();
  texts_.append_key(ids.front(), key_);
  append_command(out, {"GET", key_});
  return 1;
}

std::size_t LookOperation::take(Request& request, const Reply& reply, OutBuffer&, Outcome& outcome) {
  switch (reply.kind()) {
    case ReplyKind::nil: outcome.answer(request.ids.front(), {Answer::Kind::missing}); break;
    case ReplyKind::bulk: outcome.answer(request.ids.front(), {Answer::Kind::value, reply.text()}); break;
    case ReplyKind::error: outcome.refused(request.ids, reply.text()); break;
    default: throw ProtocolError("GET got neither a text nor nothing");
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

std::size_t ClaimOperation::append(std::span<const LockId> ids, bool, OutBuffer& out) {
  key_.clear();
  value_.clear();
  texts_.append_key(ids.front(), key_);
  texts_.append_value(ids.front(), value_);
  append_command(out, {"SET", key_, value_, "NX", "PX", safety_ttl_ms_});
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
