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
  bool asks = false;          // its slot is on its way here: commands are preceded by ASKING
  bool is_announced = false;  // the reply to the first ASKING is still to come
  LockId asked = 0;           // ids is this one where it asks
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
  virtual void append_key(LockId id, std::string& into) const = 0;
  // Appends the commands for these keys; returns how many replies they get. The lane has sent a first
  // ASKING where asks; commands after the first with keys need their own.
  virtual std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) = 0;
  // Returns how many replies more it awaits, for commands appended now.
  virtual std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) = 0;
  // Whether something has to be asked once all keys have been.
  virtual bool has_last() const { return false; }
  // Appends it; returns how many replies it gets, each for take with no ids.
  virtual std::size_t append_last(OutBuffer&) { return 0; }
  // The connection is gone: what it knew of the connection is void.
  virtual void lost(Outcome&) {}
};

inline void append_asking(OutBuffer& out) { append_command(out, {"ASKING"}); }

}  // namespace lockrec::redis
