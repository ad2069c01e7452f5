// The one place where exceptions end: no C++ exception reaches the host.
#pragma once

#include <cxxabi.h>

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace lockrec::api {

struct Failure {
  std::int32_t status = LOCKREC_OK;
  Cause cause;
  std::string sentence;
};

// Fixed text needs no memory where there is none left.
inline constexpr const char* no_memory_sentence = "out of memory";

template <class Work>
Failure guard_with_memory(Work work) {
  try {
    work();
    return {};
  } catch (const Error& error) {
    return {error.status(), error.cause(), error.what()};
  } catch (const abi::__forced_unwind&) {
    throw;  // pthread_cancel: the thread ends here, and must be let go
  } catch (const std::bad_alloc&) {
    return {LOCKREC_E_NO_MEMORY, {}, no_memory_sentence};
  } catch (const std::exception& error) {
    return {LOCKREC_E_INTERNAL, {}, std::string("unexpected: ") + error.what()};
  } catch (...) {
    return {LOCKREC_E_INTERNAL, {}, "unexpected: an exception of an unknown type"};
  }
}

// Even where memory runs out while a failure's sentence is being kept.
template <class Work>
Failure guard(Work work) {
  try {
    return guard_with_memory(std::move(work));
  } catch (const std::bad_alloc&) {
    return {LOCKREC_E_NO_MEMORY, {}, no_memory_sentence};
  }
}

}  // namespace lockrec::api
