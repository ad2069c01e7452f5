// The turn of a fleet: one process at a time does the work, the others wait until it is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/config.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "net/loop.hpp"

namespace lockrec::redis {

class Turn {
 public:
  // On connections of its own, so that it can be renewed while locks are being made. Starts to connect at once.
  Turn(net::Loop& loop, const Config& config, Log& log);
  // Gives the turn back where it is still ours.
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Waits for it. True: it is ours, and is renewed with the loop. False: another process has done the work.
  // Throws what Redis says, and LOCKREC_E_DEADLINE where another process holds it for longer than that.
  bool take(const Deadline& deadline);
  // The work is done: nobody else has to do it within fleet_ttl_ms.
  void finish(const Deadline& deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lockrec::redis
