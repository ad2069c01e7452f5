// What lockrec check found out, step by step.
#pragma once

#include <lockrec/lockrec.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lockrec::cli {

struct Finding {
  enum class State { ok, warn, fail, not_tried };
  std::string step;
  State state = State::not_tried;
  std::string text;
  std::vector<std::string> remedy;  // State::fail: what to do, line by line
};

std::string_view state_name(Finding::State state);  // "ok", "warn", "fail", "not_tried"

// The steps in the order in which an operator thinks of them.
enum class Step : std::size_t { settings, credentials, token, sheet, columns, zone, redis, permissions, run, count };

std::string_view step_name(Step step);

// Fed with the log of a run; knows then which steps were passed.
class StepLog {
 public:
  void line(std::int32_t level, std::string_view text);

  bool has_passed(Step step) const;
  // The step that a run stopped at, from where it got to and what it said on the way.
  Step failing(const lockrec_result_t& result) const;
  // Everything that was said about the step: what passed, then its warnings.
  void add_findings(Step step, std::vector<Finding>& into) const;

 private:
  struct Line {
    Step step;
    Finding::State state;
    std::string text;
  };
  std::vector<Line> lines_;
  Step last_ = Step::settings;
};

}  // namespace lockrec::cli
