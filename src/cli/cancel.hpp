// Ctrl-C and SIGTERM: the first asks the run to stop, the second ends the process.
#pragma once

#include <cstdint>

namespace lockrec::cli {

// From here on the flag follows the signals. A signal that the caller ignores stays ignored.
void listen_for_cancel();
const std::int32_t* cancel_flag();
bool is_cancelled();

}  // namespace lockrec::cli
