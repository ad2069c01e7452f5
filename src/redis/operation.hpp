// One kind of thing that is done to many keys: its commands, and what their replies mean.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "redis/reply.hpp"
#include "redis/resp.hpp"
#include "redis/store.hpp"

namespace lockrec::redis {

struct Request {
  std::span<const LockId> ids;  // those without an answer
  std::size_t replies_left = 0;
};

// Where an operation says what became of its keys.
class Outcome {
 public:
  virtual ~Outcome() = default;
  virtual void answer(LockId id, const Answer& answer) = 0;
  // An error reply that holds for all of them.
  virtual void refused(std::span<const LockId> ids, std::string_view text) = 0;
  virtual void again(std::span<const LockId> ids) = 0;
};

class Operation {
 public:
  virtual ~Operation() = default;
  virtual std::size_t ids_per_request() const { return 1; }
  // Whether a request must be through before the next one is sent.
  virtual bool is_one_at_a_time() const { return false; }
  // Appends the commands for these keys; returns how many replies they get.
  virtual std::size_t append(std::span<const LockId> ids, OutBuffer& out) = 0;
  // Returns how many replies more it awaits, for commands appended now.
  virtual std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) = 0;
};

}  // namespace lockrec::redis
