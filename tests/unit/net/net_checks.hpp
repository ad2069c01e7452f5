// What every test of the network room asks: which error came, and how long it took.
#pragma once

#include <csignal>
#include <cstdlib>
#include <string>

#include "../unit.hpp"
#include "base/deadline.hpp"
#include "base/error.hpp"
#include "net/transport_error.hpp"

extern "C" {
#include "hygiene.h"
#include "process.h"
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::int64_t noise_ms = 600;
#else
inline constexpr std::int64_t noise_ms = 200;  // what a busy machine may add
#endif

// A group's setup: the library's caller blocks SIGPIPE on its thread during a call.
inline int block_sigpipe(void**) {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  return pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

[[noreturn]] inline void fail_because(const std::string& why) {
  print_error("%s\n", why.c_str());
  _fail(__FILE__, __LINE__);
  std::abort();
}

template <class Body>
lockrec::net::TransportError transport_error_of(Body body) {
  try {
    body();
  } catch (const lockrec::net::TransportError& error) {
    return error;
  } catch (const lockrec::Error& error) {
    fail_because(std::string("another error: ") + error.what());
  }
  fail_because("no error");
}

inline void check_failure(const lockrec::net::TransportError& error, lockrec::net::TransportError::Kind kind,
                          std::string_view part) {
  if (std::string_view(error.what()).find(part) == std::string_view::npos) {
    fail_because("\"" + std::string(error.what()) + "\" does not hold \"" + std::string(part) + "\"");
  }
  check_number(static_cast<int>(error.kind()), static_cast<int>(kind), error.what());
}

// The status that was thrown; LOCKREC_OK where nothing was.
template <class Body>
std::int32_t status_of(Body body) {
  try {
    body();
  } catch (const lockrec::Error& error) {
    return error.status();
  } catch (const std::exception& error) {
    fail_because(std::string("another error: ") + error.what());
  }
  return LOCKREC_OK;
}

// From start_ms to now it took wanted_ms, give or take the noise.
inline void check_took(std::int64_t start_ms, std::int64_t wanted_ms) {
  const std::int64_t took_ms = monotonic_ms() - start_ms;
  if (took_ms < wanted_ms || took_ms > wanted_ms + noise_ms) {
    fail_because("took " + std::to_string(took_ms) + " ms instead of " + std::to_string(wanted_ms));
  }
}
