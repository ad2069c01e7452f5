#include "redis/acknowledged_operation.hpp"

#include <utility>

namespace lockrec::redis {

std::size_t AcknowledgedOperation::take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) {
  if (is_waiting_) {
    take_count(reply, outcome);
    return 0;
  }
  outcome_ = &outcome;
  return commit_.take(request, reply, out, *this);
}

void AcknowledgedOperation::answer(LockId id, const Answer& answer) {
  if (answer.kind == Answer::Kind::done) done_.push_back(id);
  else outcome_->answer(id, answer);
}

// One WAIT for all of them: it counts the replicas that have everything that came before it on this connection.
std::size_t AcknowledgedOperation::append_last(OutBuffer& out) {
  if (done_.empty()) return 0;
  is_waiting_ = true;
  append_command(out, {"WAIT", std::to_string(replicas_), std::to_string(patience_ms_)});
  return 1;
}

void AcknowledgedOperation::take_count(const Reply& reply, Outcome& outcome) {
  is_waiting_ = false;
  const auto ids = std::exchange(done_, {});
  if (reply.is_error()) {
    outcome.refused(ids, reply.text());
    return;
  }
  if (reply.kind() != ReplyKind::integer) throw ProtocolError("WAIT got no number");
  const std::string text = std::to_string(reply.integer()) + " of " + std::to_string(replicas_) + " replicas have it";
  const bool is_enough = reply.integer() >= replicas_;
  for (const LockId id : ids) {
    outcome.answer(id, is_enough ? Answer{Answer::Kind::done} : Answer{Answer::Kind::unacknowledged, text});
  }
}

// On another connection, perhaps to another master, WAIT would say nothing about these.
void AcknowledgedOperation::lost(Outcome& outcome) {
  is_waiting_ = false;
  outcome.again(std::exchange(done_, {}));
}

}  // namespace lockrec::redis
