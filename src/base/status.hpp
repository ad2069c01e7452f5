// The contract's numbers as words, for the log, the command line and the public helpers.
#pragma once

#include <cstdint>

namespace lockrec {

const char* status_name(std::int32_t status);    // "LOCKREC_E_DEADLINE"; "LOCKREC_UNKNOWN"
bool status_is_retryable(std::int32_t status);   // may the same call succeed without anybody's doing
const char* phase_name(std::int32_t phase);      // "token"; "unknown"
const char* outcome_name(std::int32_t outcome);  // the count's field name: "reconciled"; "unknown"
const char* reason_name(std::int32_t reason);    // "date_missing"; "unknown"

}  // namespace lockrec
