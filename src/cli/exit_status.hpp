// What a shell learns of a run.
#pragma once

#include <cstdint>

namespace lockrec::cli {

enum ExitStatus {
  kExitDone = 0,
  kExitPartial = 1,
  kExitUsage = 2,  // the command line or the configuration
  kExitDeadline = 3,
  kExitSheet = 4,
  kExitRedis = 5,
  kExitInternal = 6,
  kExitCancelled = 130,  // as a shell reports a command that Ctrl-C ended
};

int exit_status(std::int32_t status);

}  // namespace lockrec::cli
