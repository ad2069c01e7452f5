// Ctrl-C and SIGTERM: the first asks the run to stop, the second ends the process.
#include "cancel.hpp"

#include <signal.h>

#include <atomic>

namespace lockrec::cli {
namespace {

alignas(4) std::int32_t flag = 0;
static_assert(std::atomic_ref<std::int32_t>::is_always_lock_free, "a signal handler may not take a lock");

void on_signal(int) { std::atomic_ref(flag).store(1, std::memory_order_release); }

}  // namespace

void listen_for_cancel() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction former {};
    if (sigaction(number, nullptr, &former) == 0 && former.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    // The handler serves once: the same signal again does what it does by default.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

const std::int32_t* cancel_flag() { return &flag; }

bool is_cancelled() { return std::atomic_ref(flag).load(std::memory_order_acquire) != 0; }

}  // namespace lockrec::cli
