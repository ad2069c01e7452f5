// One call of the library, and what its callbacks said.
#include "run.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "cancel.hpp"
#include "names.hpp"
#include "terminal.hpp"
#include "utf8.hpp"

namespace lockrec::cli {
namespace {

struct Listener {
  LiveLine& live;
  RunWishes wishes;
  Run& run;
};

// No exception may pass through the library.
void on_log(void* user, std::int32_t level, const char* text, std::uint64_t length) noexcept {
  Listener& listener = *static_cast<Listener*>(user);
  try {
    const std::string_view line(text, length);
    listener.live.follow(line);
    if (level <= listener.wishes.log_level) listener.wishes.on_log(level, line);
  } catch (const std::exception&) {
    listener.run.has_lost_reports = true;
  }
}

void on_row(void* user, const lockrec_row_report_t* row) noexcept {
  Listener& listener = *static_cast<Listener*>(user);
  listener.live.count_row();
  if (!listener.wishes.keeps_rows) return;
  try {
    listener.run.rows.push_back({row->row_number, row->outcome, row->reason, row->tag, row->owner});
  } catch (const std::exception&) {
    listener.run.has_lost_reports = true;
  }
}

}  // namespace

Run run(lockrec_config_t config, LiveLine& live, RunWishes wishes) {
  Run run;
  Listener listener{live, std::move(wishes), run};
  // The live line is made from what the library tells at INFO, also where nobody else wants to read it.
  config.log_level =
      live.is_shown() ? std::max<std::int32_t>(listener.wishes.log_level, LOCKREC_LOG_INFO) : listener.wishes.log_level;
  config.log = on_log;
  config.log_user = &listener;
  config.on_row = on_row;
  config.on_row_user = &listener;
  config.cancel_flag = cancel_flag();
  run.result.struct_size = sizeof run.result;
  lockrec_reconcile(&config, &run.result);
  live.stop();
  return run;
}

std::string log_line(std::int32_t level, std::string_view text) {
  const Style style = Style::of(STDERR_FILENO);
  const std::string word = std::string(level_name(level)) + ":";
  std::string coloured = word;
  if (level == LOCKREC_LOG_ERROR) coloured = style.bad(word);
  if (level == LOCKREC_LOG_WARNING) coloured = style.odd(word);
  if (level >= LOCKREC_LOG_INFO) coloured = style.faint(word);
  return "lockrec: " + coloured + " " + one_line(text);
}

}  // namespace lockrec::cli
