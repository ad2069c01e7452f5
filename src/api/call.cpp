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

// What is told whether or not the work was done: counts, the sentence, the rows, the log's last lines.
void conclude(const Failure& failure, const Config& config, std::optional<Plan>& plan, Tally& tally, Log& log,
              const lockrec_config_t& raw, lockrec_result_t& result) {
  if (plan) plan->count(tally);
  tally.write(result);
  result.status = failure.status;
  if (failure.status == LOCKREC_OK && result.failed > 0) result.status = LOCKREC_PARTIAL;
  result.cause_domain = failure.cause.domain;
  result.cause_code = failure.cause.code;
  set_message(result, failure.status < 0 ? failure.sentence : summary_of(result, config.dry_run));
  log.finish_rows();
  log_conclusion(result, log);
  if (plan) plan->report(raw.on_row, raw.on_row_user);
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
  const Failure conclusion = guard([&] {
    Log log(raw.log, raw.log_user, raw.log_level == LOCKREC_LOG_DEFAULT ? LOCKREC_LOG_WARNING : raw.log_level);
    if (failure.status == LOCKREC_OK) {
      failure = guard([&] {
        checked = read_config(raw);
        reconcile(checked, plan, tally, log, deadline);
      });
    }
    conclude(failure, checked, plan, tally, log, raw, result);
  });
  // Memory ran out while telling, or the host's callback threw: what is known stays, the status says so.
  if (conclusion.status != LOCKREC_OK) {
    result.status = conclusion.status;
    std::strncpy(result.message, conclusion.sentence.c_str(), sizeof result.message - 1);
  }
  result.elapsed_ms = deadline.elapsed_ms();
}

}  // namespace lockrec::api
