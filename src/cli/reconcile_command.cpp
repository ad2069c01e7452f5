// lockrec reconcile: one run, then what came of it.
#include <unistd.h>

#include <utility>

#include "commands.hpp"
#include "exit_status.hpp"
#include "json_output.hpp"
#include "rows_table.hpp"
#include "run.hpp"
#include "summary.hpp"
#include "terminal.hpp"
#include "wrap.hpp"

namespace lockrec::cli {

namespace {

// Somebody who looks at both outputs reads the run's end once, in the summary.
bool is_told_by_summary(const Options& options, std::int32_t level, std::string_view text) {
  const bool is_conclusion = level == LOCKREC_LOG_ERROR || text.substr(0, 6) == "done: ";
  return is_conclusion && !options.prints_json && is_terminal(STDOUT_FILENO) && is_terminal(STDERR_FILENO);
}

}  // namespace

int reconcile(const Options& options) {
  LiveLine live(options.config.deadline_ms);
  RunWishes wishes;
  wishes.log_level = options.log_level;
  wishes.keeps_rows = options.prints_rows;
  wishes.on_log = [&](std::int32_t level, std::string_view text) {
    if (!is_told_by_summary(options, level, text)) live.print(log_line(level, text));
  };
  const Run run = cli::run(options.config, live, std::move(wishes));

  std::string text;
  if (options.prints_json) {
    text = run_as_json(run, options.prints_rows);
  } else {
    const Style style = Style::of(STDOUT_FILENO);
    if (options.prints_rows) text = rows_table(run.rows, style) + "\n";
    text += summary(run, options, style, text_width(STDOUT_FILENO));
  }
  if (write_all(STDOUT_FILENO, text)) return exit_status(run.result.status);
  write_all(STDERR_FILENO, "lockrec: the result can't be written to standard output\n");
  return kExitInternal;
}

}  // namespace lockrec::cli
