// The six functions: everything that crosses the boundary crosses it here.
#include "lockrec/lockrec.h"

#include <algorithm>
#include <cstring>

#include "api/call.hpp"
#include "api/describe.hpp"
#include "api/guard.hpp"
#include "api/sized_struct.hpp"
#include "base/status.hpp"

using namespace lockrec;

extern "C" {

int32_t lockrec_reconcile(const lockrec_config_t* config, lockrec_result_t* result) {
  std::uint32_t struct_size = 0;
  if (result != nullptr) std::memcpy(&struct_size, result, sizeof struct_size);
  if (result == nullptr || !api::is_usable_size(api::result_layout(), struct_size)) return LOCKREC_E_ARGUMENT;
  api::clear_result(result);
  lockrec_result_t filled{};
  api::call(config, filled);
  api::give_result(filled, result);
  return filled.status;
}

const char* lockrec_status_name(int32_t status) { return status_name(status); }

int32_t lockrec_status_is_retryable(int32_t status) { return status_is_retryable(status) ? 1 : 0; }

const char* lockrec_version(void) { return LOCKREC_VERSION; }

uint32_t lockrec_abi_version(void) { return LOCKREC_ABI_VERSION; }

uint64_t lockrec_abi_describe(char* buffer, uint64_t capacity) {
  std::uint64_t length = 0;
  api::guard([&] {
    const std::string text = api::describe();
    length = text.size();
    if (buffer == nullptr || capacity == 0) return;
    const std::size_t copied = static_cast<std::size_t>(std::min<std::uint64_t>(length, capacity - 1));
    std::memcpy(buffer, text.data(), copied);
    buffer[copied] = '\0';
  });
  return length;
}

}  // extern "C"
