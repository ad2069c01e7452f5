// Commit, withdraw, replace: a command for every key that still holds the expected value, compared and done in one.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "redis/operation.hpp"

namespace lockrec::redis {

class HeldOperation final : public Operation {
 public:
  enum class What { persist, remove, replace };

  // script_refusal is set where this server or user forbids scripts: then a transaction does the same.
  HeldOperation(What what, const LockTexts& texts, std::string& script_refusal)
      : what_(what), texts_(texts), script_refusal_(script_refusal) {}
  // Replaces what is expected by value, with that life.
  HeldOperation(std::string value, std::int64_t life_ms, const LockTexts& texts, std::string& script_refusal)
      : what_(What::replace),
        texts_(texts),
        script_refusal_(script_refusal),
        new_value_(std::move(value)),
        new_life_ms_(std::to_string(life_ms)) {}

  std::size_t ids_per_request() const override;
  // WATCH belongs to the connection, not to a request.
  bool is_one_at_a_time() const override { return !may_script(); }
  void append_key(LockId id, std::string& into) const override { texts_.append_key(id, into); }
  std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) override;
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;

 private:
  enum class Stage { script, watch, lives, queue, unwatch };

  bool may_script() const { return script_refusal_.empty(); }
  std::string_view transaction_refusal() const;
  std::size_t append_script(std::span<const LockId> ids, OutBuffer& out);
  void append_keys(std::span<const LockId> ids, OutBuffer& out);
  void append_deed(LockId id, OutBuffer& out);
  std::size_t take_script(Request& request, const Reply& reply, Outcome& outcome);
  void take_element(LockId id, const Reply& element, Outcome& outcome);
  std::size_t take_compare(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome);
  std::size_t append_lives(Request& request, OutBuffer& out);
  std::size_t take_life(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome);
  std::size_t append_transaction(Request& request, OutBuffer& out);
  void take_queue(Request& request, const Reply& reply, Outcome& outcome);

  What what_;
  const LockTexts& texts_;
  std::string& script_refusal_;
  std::string new_value_;
  std::string new_life_ms_;
  std::string text_;

  // Of the transaction under way.
  Stage stage_ = Stage::watch;
  std::string refusal_;  // the first error in it
  std::vector<LockId> held_;
  std::vector<LockId> looked_at_;  // held, and asked for their lives
  std::vector<LockId> permanent_;
  std::size_t lives_ = 0;          // how many of these have answered
};

}  // namespace lockrec::redis
