#include "api/call.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "api/config_reader.hpp"
#include "api/guard.hpp"
#include "api/sigpipe_block.hpp"
#include "api/sized_struct.hpp"
#include "api/summary.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "reconcile/reconcile.hpp"

namespace lockrec::api {

namespace {

void set_message(lockrec_result_t& result, const std::string& sentence) {
  const std::string text = printable(sentence, sizeof result.message - 1);
  std::memcpy(result.message, text.c_str(), text.size() + 1);
}

// What is told whether or not the work was done; here the sentence, and the log's last lines.
void conclude(const Failure& failure, const Config& config, Log& log, lockrec_result_t& result) {
  set_message(result, failure.status < 0 ? failure.sentence : summary_of(result, config.dry_run));
  log.finish_rows();
  log_conclusion(result, log);
}

// The counts need no memory: they are told whatever else fails.
void take_counts(const Failure& failure, std::optional<Plan>& plan, Tally& tally, lockrec_result_t& result) {
  if (plan) plan->count(tally);
  tally.write(result);
  result.status = failure.status;
  if (failure.status == LOCKREC_OK && result.failed > 0) result.status = LOCKREC_PARTIAL;
  result.cause_domain = failure.cause.domain;
  result.cause_code = failure.cause.code;
}

// Memory ran out while telling, or the host's callback threw: what is known stays, the status says so.
void take_conclusion(const Failure& conclusion, lockrec_result_t& result) {
  if (conclusion.status == LOCKREC_OK) return;
  result.status = conclusion.status;
  std::strncpy(result.message, conclusion.sentence.c_str(), sizeof result.message - 1);
}

}  // namespace

void call(const lockrec_config_t* config, lockrec_result_t& result) {
  lockrec_config_t raw{};
  Failure failure = guard([&] { raw = take_config(config); });
  // The clock runs from here; a deadline that is out of range is refused before anything waits for it.
  const Deadline deadline(deadline_ms_of(raw), raw.cancel_flag);
  const SigpipeBlock sigpipe_block;
  Config checked;
  std::optional<Plan> plan;
  Tally tally;
  Log log(raw.log, raw.log_user, raw.log_level == LOCKREC_LOG_DEFAULT ? LOCKREC_LOG_WARNING : raw.log_level);
  if (failure.status == LOCKREC_OK) {
    std::int32_t finished = LOCKREC_OK;
    failure = guard([&] {
      checked = read_config(raw);
      finished = reconcile(checked, plan, tally, log, deadline);
    });
    if (failure.status == LOCKREC_OK) failure.status = finished;
  }
  take_counts(failure, plan, tally, result);
  take_conclusion(guard([&] { conclude(failure, checked, log, result); }), result);
  // Told even where no line could be logged any more.
  if (plan) take_conclusion(guard([&] { plan->report(raw.on_row, raw.on_row_user); }), result);
  result.elapsed_ms = deadline.elapsed_ms();
}

}  // namespace lockrec::api
