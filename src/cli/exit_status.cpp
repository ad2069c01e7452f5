// What a shell learns of a run.
#include "exit_status.hpp"

#include <lockrec/lockrec.h>

namespace lockrec::cli {

int exit_status(std::int32_t status) {
  switch (status) {
    case LOCKREC_OK:
    case LOCKREC_SKIPPED: return kExitDone;
    case LOCKREC_PARTIAL: return kExitPartial;
    case LOCKREC_E_ARGUMENT:
    case LOCKREC_E_CONFIG:
    case LOCKREC_E_CONFIG_TOO_NEW: return kExitUsage;
    case LOCKREC_E_DEADLINE: return kExitDeadline;
    case LOCKREC_E_CANCELLED: return kExitCancelled;
    case LOCKREC_E_SHEET_AUTH:
    case LOCKREC_E_SHEET_PERMISSION:
    case LOCKREC_E_SHEET_NOT_FOUND:
    case LOCKREC_E_SHEET_QUOTA:
    case LOCKREC_E_SHEET_UNAVAILABLE:
    case LOCKREC_E_SHEET_FORMAT: return kExitSheet;
    case LOCKREC_E_REDIS_CONNECT:
    case LOCKREC_E_REDIS_AUTH:
    case LOCKREC_E_REDIS_REFUSED:
    case LOCKREC_E_REDIS_PROTOCOL: return kExitRedis;
    default: return kExitInternal;
  }
}

}  // namespace lockrec::cli
