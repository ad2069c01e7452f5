// The one place where the library waits: every transfer and every Redis connection moves on here.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/deadline.hpp"

namespace lockrec::net {

struct Interest {
  int descriptor;
  bool read;
  bool write;
};

// Something that moves on with the loop beside whatever is being waited for.
class Participant {
 public:
  virtual ~Participant() = default;
  // Does what can be done without blocking. Must not throw: failures are kept and told when asked for.
  virtual void step() noexcept = 0;
  // What would make step() worth calling; milliseconds until it wants to be called anyway (-1: never).
  virtual void interests(std::vector<Interest>& into) const = 0;
  virtual int wake_in_ms() const { return -1; }
};

class Loop {
 public:
  Loop();  // throws LOCKREC_E_INTERNAL where this libcurl can't hold a deadline
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void join(Participant& participant);
  void leave(Participant& participant);

  // Moves everything on once, without waiting.
  void move();
  // Waits until something can move, a participant wants to be called, or the deadline's slice is over.
  void wait(const Deadline& deadline);
  // move(), then wait() unless a transfer ended. Never throws for the deadline: callers ask deadline.check().
  void turn(const Deadline& deadline);

  // Moves on until done() holds. Throws LOCKREC_E_DEADLINE or LOCKREC_E_CANCELLED.
  template <class Done>
  void run_until(const Deadline& deadline, Done done) {
    if (done()) return;
    for (;;) {
      deadline.check();
      move();
      if (done()) return;
      wait(deadline);
    }
  }
  // Lets others move on for so long. Throws as run_until does.
  void sleep(std::int64_t duration_ms, const Deadline& deadline);

  struct Impl;
  Impl& impl() { return *impl_; }  // for the other files of this room

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace lockrec::net
