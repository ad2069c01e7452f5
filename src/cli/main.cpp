// The lockrec command: a client of the public header like any other.
#include <signal.h>
#include <unistd.h>

#include <exception>
#include <string>

#include "cancel.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "exit_status.hpp"
#include "terminal.hpp"

int main(int argc, char** argv) {
  using namespace lockrec::cli;
  try {
    reserve_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);  // whoever stops reading our log must not end the run in the middle
    Options options;
    std::string text;
    const Command command = read_command_line(argc, argv, options, text);
    if (command == Command::nothing) return write_all(STDOUT_FILENO, text) ? kExitDone : kExitInternal;
    listen_for_cancel();
    return command == Command::check ? check(options) : reconcile(options);
  } catch (const UsageError& error) {
    write_all(STDERR_FILENO, std::string("lockrec: ") + error.what() + "\n");
    return kExitUsage;
  } catch (const std::exception& error) {
    write_all(STDERR_FILENO, std::string("lockrec: ") + error.what() + "\n");
    return kExitInternal;
  }
}
