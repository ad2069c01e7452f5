// What lockrec check found out, step by step.
#include "check_steps.hpp"

#include <algorithm>
#include <array>

namespace lockrec::cli {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Step::count)> kNames = {
    "settings", "credentials", "token", "sheet", "columns", "zone", "redis", "permissions", "run"};

bool is_prefix_of(std::string_view prefix, std::string_view text) { return text.substr(0, prefix.size()) == prefix; }

// The step that a log line's first word names; Step::count where it names none.
Step step_of(std::string_view& text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (!is_prefix_of(kNames[i], text) || !is_prefix_of(":", text.substr(kNames[i].size()))) continue;
    text.remove_prefix(kNames[i].size() + 1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return static_cast<Step>(i);
  }
  return Step::count;
}

bool speaks_of(std::string_view message, std::string_view word) { return message.find(word) != std::string_view::npos; }

// A warning that names no step: of single rows, of one of the two servers, or of what was just passed.
Step step_of_warning(std::string_view text, Step last_passed) {
  const bool starts_with_number = !text.empty() && text[0] >= '0' && text[0] <= '9';
  if (is_prefix_of("row ", text) || starts_with_number) return Step::run;
  if (speaks_of(text, "Redis")) return Step::redis;
  return speaks_of(text, "token endpoint") ? Step::token : last_passed;
}

// The configuration's sentences name their field.
Step step_of_config(const lockrec_result_t& result) {
  const std::string_view message = result.message;
  if (is_prefix_of("source_file", message) || is_prefix_of("the file", message)) return Step::sheet;
  if (speaks_of(message, "credential") || is_prefix_of("access_token", message)) return Step::credentials;
  if (is_prefix_of("redis_", message) || is_prefix_of("sentinel_", message)) return Step::redis;
  if (is_prefix_of("time_zone", message) || is_prefix_of("time zone", message)) return Step::zone;
  return result.status <= LOCKREC_E_SHEET_AUTH && result.status >= LOCKREC_E_SHEET_FORMAT ? Step::sheet
                                                                                          : Step::settings;
}

}  // namespace

std::string_view state_name(Finding::State state) {
  switch (state) {
    case Finding::State::ok: return "ok";
    case Finding::State::warn: return "warn";
    case Finding::State::fail: return "fail";
    default: return "not_tried";
  }
}

std::string_view step_name(Step step) { return kNames[static_cast<std::size_t>(step)]; }

void StepLog::line(std::int32_t level, std::string_view text) {
  const Step step = step_of(text);
  if (level == LOCKREC_LOG_WARNING && !is_prefix_of("done:", text)) {
    lines_.push_back(
        {step == Step::count ? step_of_warning(text, last_) : step, Finding::State::warn, std::string(text)});
  } else if (level == LOCKREC_LOG_INFO && step != Step::count) {
    lines_.push_back({step, Finding::State::ok, std::string(text)});
    // Redis is reached while the sheet is being read.
    if (step < Step::redis) last_ = step;
  }
}

bool StepLog::has_passed(Step step) const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [step](const Line& line) { return line.step == step && line.state == Finding::State::ok; });
}

Step StepLog::failing(const lockrec_result_t& result) const {
  const std::string_view message = result.message;
  switch (result.phase) {
    case LOCKREC_PHASE_CONFIG: return step_of_config(result);
    case LOCKREC_PHASE_TOKEN: return Step::token;
    case LOCKREC_PHASE_SHEET:
      if (result.status == LOCKREC_E_CONFIG) return Step::zone;
      if (result.status == LOCKREC_E_SHEET_FORMAT && speaks_of(message, "column")) return Step::columns;
      return has_passed(Step::sheet) && !has_passed(Step::columns) ? Step::columns : Step::sheet;
    default: return has_passed(Step::redis) ? Step::permissions : Step::redis;
  }
}

void StepLog::add_findings(Step step, std::vector<Finding>& into) const {
  for (const auto state : {Finding::State::ok, Finding::State::warn}) {
    for (const Line& line : lines_) {
      if (line.step == step && line.state == state) {
        into.push_back({std::string(step_name(step)), state, line.text, {}});
      }
    }
  }
}

}  // namespace lockrec::cli
