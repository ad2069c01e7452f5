// Commit, for those who want replicas to have it: done counts only once enough of them acknowledge it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "redis/held_operation.hpp"

namespace lockrec::redis {

class AcknowledgedOperation final : public Operation, private Outcome {
 public:
  AcknowledgedOperation(const LockTexts& texts, std::string& script_refusal, std::int64_t replicas,
                        std::int64_t patience_ms)
      : commit_(HeldOperation::What::persist, texts, script_refusal), replicas_(replicas), patience_ms_(patience_ms) {}

  std::size_t ids_per_request() const override { return commit_.ids_per_request(); }
  bool is_one_at_a_time() const override { return commit_.is_one_at_a_time(); }
  void append_key(LockId id, std::string& into) const override { commit_.append_key(id, into); }
  std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) override {
    return commit_.append(ids, asks, out);
  }
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;
  bool has_last() const override { return !done_.empty(); }
  std::size_t append_last(OutBuffer& out) override;
  void lost(Outcome& outcome) override;

 private:
  void answer(LockId id, const Answer& answer) override;
  void refused(std::span<const LockId> ids, std::string_view text) override { outcome_->refused(ids, text); }
  void again(std::span<const LockId> ids) override { outcome_->again(ids); }
  void take_count(const Reply& reply, Outcome& outcome);

  HeldOperation commit_;
  std::int64_t replicas_;
  std::int64_t patience_ms_;
  std::vector<LockId> done_;  // by the master, on this connection
  bool is_waiting_ = false;
  Outcome* outcome_ = nullptr;  // during take
};

}  // namespace lockrec::redis
