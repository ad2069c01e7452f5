// What a person reads when a run has ended.
#include "summary.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "names.hpp"
#include "remedies.hpp"
#include "utf8.hpp"
#include "wrap.hpp"

namespace lockrec::cli {
namespace {

using Result = lockrec_result_t;

// A count's line: what it means when it was done, and what it means in a dry run.
struct CountLine {
  std::string_view name;
  std::int64_t Result::*field;
  bool is_always_shown;
  std::string_view meaning;
  std::string_view dry_meaning;
};

constexpr CountLine kLines[] = {
    {"rows", &Result::rows_total, true, "", ""},
    {"free", &Result::rows_free, true, "nobody occupies them", "nobody occupies them"},
    {"already locked", &Result::already_locked, true, "nothing to do", "nothing to do"},
    {"reconciled", &Result::reconciled, true, "were missing their lock and have it now",
     "miss their lock and would get it"},
    {"adopted", &Result::adopted, false, "had a half-made lock, permanent now", "have a half-made lock; would be kept"},
    {"skipped stale", &Result::skipped_stale, false, "occupied for too long to get a lock",
     "occupied for too long to get a lock"},
    {"skipped invalid", &Result::skipped_invalid, false, "tag, owner or date can't be read",
     "tag, owner or date can't be read"},
    {"conflicting", &Result::conflicting, false, "locked by somebody else than the sheet names; left alone",
     "locked by somebody else than the sheet names"},
    {"withdrawn", &Result::withdrawn, false, "the sheet changed meanwhile; no lock was left", ""},
    {"failed", &Result::failed, false, "refused by Redis", "refused by Redis"},
    {"unprocessed", &Result::unprocessed, false, "the run ended before they were settled",
     "the run ended before they were settled"},
    {"unconfirmed", &Result::unconfirmed, false, "of these the sheet was not asked a second time", ""},
};

std::string finished_headline(const Result& result, bool is_dry_run) {
  const std::int64_t restored = result.reconciled + result.adopted;
  const std::int64_t locked = result.already_locked;
  if (result.status == LOCKREC_SKIPPED) return "another process has restored the locks";
  if (is_dry_run) {
    return restored == 0 ? "dry run: no lock is missing"
                         : "dry run: " + counted(restored, "lock", "locks") + " would be restored";
  }
  if (restored > 0) return counted(restored, "lock", "locks") + " restored";
  if (result.rows_total == 0) return "nothing to restore: the sheet has no rows";
  return locked == 0 ? "nothing to restore"
                     : "nothing to restore: " + counted(locked, "lock was", "locks were") + " there";
}

std::string headline(const Result& result, bool is_dry_run, const Style& style) {
  const std::string time = " (" + duration(result.elapsed_ms) + ")";
  if (result.status == LOCKREC_PARTIAL) {
    return style.odd(finished_headline(result, is_dry_run) + ", " + std::to_string(result.failed) + " failed") + time;
  }
  if (result.status >= 0) return style.good(finished_headline(result, is_dry_run)) + time;
  const std::string_view how = result.status == LOCKREC_E_CANCELLED ? "cancelled" : "did not finish";
  return style.bad(how) + " after " + duration(result.elapsed_ms) + ", phase " + std::string(phase_name(result.phase)) +
         " (" + lockrec_status_name(result.status) + ")";
}

std::string counts(const Result& result, bool is_dry_run, const Style& style) {
  std::size_t name_width = 0;
  std::size_t number_width = 0;
  std::vector<const CountLine*> shown;
  for (const CountLine& line : kLines) {
    if (!line.is_always_shown && result.*line.field == 0) continue;
    shown.push_back(&line);
    name_width = std::max(name_width, line.name.size());
    number_width = std::max(number_width, std::to_string(result.*line.field).size());
  }
  std::string text;
  for (const CountLine* line : shown) {
    const std::string number = std::to_string(result.*line->field);
    text += "  " + std::string(line->name) + std::string(name_width - line->name.size() + 2, ' ') +
            std::string(number_width - number.size(), ' ') + number;
    const std::string_view meaning = is_dry_run ? line->dry_meaning : line->meaning;
    if (result.*line->field > 0 && !meaning.empty()) text += "   " + style.faint(meaning);
    text += "\n";
  }
  return text;
}

// What is worth doing although the run finished.
std::vector<std::string> advice(const Run& run, const Options& options) {
  const Result& result = run.result;
  std::vector<std::string> lines;
  const bool shows_rows = options.prints_rows;
  const std::string where = shows_rows ? "see the rows above" : "--rows names them";
  if (result.skipped_invalid > 0) lines.push_back("Correct the cells that can't be read: " + where + ".");
  if (result.conflicting > 0) {
    lines.push_back("Ask who really has the conflicting spools: " + where + ". lockrec never touches such a lock.");
  }
  if (options.is_dry_run && result.status == LOCKREC_OK && result.reconciled + result.adopted > 0) {
    lines.push_back("Run it without --dry-run to restore them.");
  }
  return lines;
}

}  // namespace

std::string duration(std::int64_t ms) {
  if (ms < 1000) return std::to_string(ms) + " ms";
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
}

std::string counted(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string summary(const Run& run, const Options& options, const Style& style, std::size_t width) {
  const Result& result = run.result;
  std::string text = "lockrec: " + headline(result, options.is_dry_run, style) + "\n";
  const bool has_ended_well = result.status == LOCKREC_OK || result.status == LOCKREC_SKIPPED;
  if (!has_ended_well && result.message[0] != '\0') text += "\n  " + wrapped(one_line(result.message), width, 2) + "\n";
  const bool has_counts = result.rows_total > 0 || result.status == LOCKREC_OK;
  if (has_counts) text += "\n" + counts(result, options.is_dry_run, style);
  if (result.status >= 0 && result.status != LOCKREC_SKIPPED) {
    text += style.faint("\n  sheet " + duration(result.sheet_ms) + ", Redis " + duration(result.redis_ms)) + "\n";
  }
  std::vector<std::string> next = remedies(result, options);
  const std::vector<std::string> more = advice(run, options);
  next.insert(next.end(), more.begin(), more.end());
  if (!next.empty()) text += "\n" + style.strong("what to do next") + "\n";
  for (const std::string& line : next) text += "  " + wrapped(line, width, 2) + "\n";
  if (run.has_lost_reports) text += "\nThere was no memory for every row or log line: not all are shown.\n";
  return text;
}

}  // namespace lockrec::cli
