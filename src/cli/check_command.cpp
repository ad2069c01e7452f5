// lockrec check: walks the path of a run without writing, and says what works and what does not.
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "check_output.hpp"
#include "check_steps.hpp"
#include "commands.hpp"
#include "exit_status.hpp"
#include "remedies.hpp"
#include "run.hpp"
#include "summary.hpp"
#include "terminal.hpp"
#include "wrap.hpp"

namespace lockrec::cli {
namespace {

struct Walk {
  StepLog steps;
  Run run;
};

Walk walk(lockrec_config_t config, const Options& options) {
  config.flags |= static_cast<std::uint32_t>(LOCKREC_DRY_RUN);
  LiveLine live(config.deadline_ms);
  Walk walk;
  RunWishes wishes;
  wishes.log_level = std::max<std::int32_t>(options.log_level, LOCKREC_LOG_INFO);
  wishes.on_log = [&](std::int32_t level, std::string_view text) {
    walk.steps.line(level, text);
    // Warnings become findings; what was asked for beyond them is shown as a run shows it.
    if (options.log_level > LOCKREC_LOG_WARNING && level <= options.log_level) live.print(log_line(level, text));
  };
  walk.run = run(config, live, std::move(wishes));
  return walk;
}

// The same Redis with a source of no rows: whatever keeps the sheet from being read does not matter then.
lockrec_config_t without_sheet(const Options& options) {
  lockrec_config_t config = options.config;
  config.flags |= static_cast<std::uint32_t>(LOCKREC_ROWS);
  config.spreadsheet_id = config.source_file = nullptr;
  config.credentials_file = config.access_token = config.sheets_endpoint = config.token_endpoint = config.ca_file =
      nullptr;
  config.time_zone = "UTC";
  return config;
}

bool is_redis_step(Step step) { return step == Step::redis || step == Step::permissions; }

bool has_finished(const Walk& walk) { return walk.run.result.status >= 0; }

// A setting that is wrong ends a run before every step; which credential steps it would have had is not known then.
bool is_before_any(Step step, const lockrec_result_t& result) {
  return result.phase == LOCKREC_PHASE_CONFIG && step >= Step::sheet;
}

void add_half(const Walk& walk, Step first, Step last, const Options& options, std::vector<Finding>& into) {
  const lockrec_result_t& result = walk.run.result;
  const Step failing = has_finished(walk) ? Step::count : walk.steps.failing(result);
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i) {
    const auto step = static_cast<Step>(i);
    walk.steps.add_findings(step, into);
    if (step == failing) {
      into.push_back({std::string(step_name(step)), Finding::State::fail, result.message, remedies(result, options)});
    } else if (!has_finished(walk) && !walk.steps.has_passed(step) && (step > failing || is_before_any(step, result))) {
      into.push_back({std::string(step_name(step)), Finding::State::not_tried, "", {}});
    }
  }
}

std::string what_a_run_would_do(const lockrec_result_t& result) {
  const std::int64_t restored = result.reconciled + result.adopted;
  std::string text = counted(result.rows_total, "row", "rows") + ": " +
                     (restored == 0 ? "no lock is missing" : "would restore " + counted(restored, "lock", "locks"));
  const auto add = [&text](std::int64_t count, const char* what) {
    if (count > 0) text += ", " + std::to_string(count) + " " + what;
  };
  add(result.already_locked, "already locked");
  add(result.rows_free, "free");
  add(result.skipped_stale, "too old");
  add(result.skipped_invalid, "can't be read");
  add(result.conflicting, "locked by somebody else");
  return text;
}

int print(const std::vector<Finding>& findings, const Options& options, std::int32_t status) {
  const std::string text = options.prints_json
                               ? findings_as_json(findings)
                               : findings_as_text(findings, Style::of(STDOUT_FILENO), text_width(STDOUT_FILENO));
  return write_all(STDOUT_FILENO, text) ? exit_status(status) : static_cast<int>(kExitInternal);
}

}  // namespace

int check(const Options& options) {
  std::vector<Finding> findings;
  const Walk whole = walk(options.config, options);
  const lockrec_result_t& result = whole.run.result;
  const bool is_sheet_fault =
      !has_finished(whole) && !is_redis_step(whole.steps.failing(result)) && result.status != LOCKREC_E_CANCELLED;
  add_half(whole, Step::settings, Step::zone, options, findings);
  if (is_sheet_fault) {
    add_half(walk(without_sheet(options), options), Step::redis, Step::permissions, options, findings);
  } else {
    add_half(whole, Step::redis, Step::permissions, options, findings);
  }
  const bool is_known = has_finished(whole);
  findings.push_back({"run",
                      is_known ? Finding::State::ok : Finding::State::not_tried,
                      is_known ? what_a_run_would_do(result) : std::string(),
                      {}});
  whole.steps.add_findings(Step::run, findings);
  return print(findings, options, result.status);
}

}  // namespace lockrec::cli
