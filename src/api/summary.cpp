#include "api/summary.hpp"

#include "base/status.hpp"

namespace lockrec::api {

namespace {

std::string counted(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

void add(std::string& sentence, std::int64_t count, const char* what) {
  if (count != 0) sentence += ", " + std::to_string(count) + " " + what;
}

}  // namespace

std::string summary_of(const lockrec_result_t& result, bool dry_run) {
  if (result.status == LOCKREC_SKIPPED) return "another process of the fleet has restored the locks";
  std::string sentence = counted(result.reconciled, "lock", "locks");
  sentence += dry_run ? " would be restored" : " restored";
  add(sentence, result.adopted, dry_run ? "would be adopted" : "adopted");
  add(sentence, result.already_locked, "already there");
  add(sentence, result.conflicting, "held by somebody else");
  add(sentence, result.withdrawn, "withdrawn");
  add(sentence, result.skipped_stale, "too old");
  add(sentence, result.skipped_invalid, "unreadable");
  add(sentence, result.failed, "refused by Redis");
  add(sentence, result.unconfirmed, "without a confirm read");
  return sentence + ", of " + counted(result.rows_total - result.rows_free, "occupied row", "occupied rows");
}

void log_conclusion(const lockrec_result_t& result, Log& log) {
  const std::string sentence(result.message);
  if (result.status == LOCKREC_OK || result.status == LOCKREC_SKIPPED) {
    log.info("done: " + sentence);
  } else if (result.status > 0) {
    log.warning("done: " + sentence);
  } else {
    const std::int64_t without = result.unprocessed + result.failed;
    log.error(sentence + " [" + status_name(result.status) + " in phase " + phase_name(result.phase) +
              (without != 0 ? "; occupied spools without a known lock: " + std::to_string(without) : "") + "]");
  }
}

}  // namespace lockrec::api
