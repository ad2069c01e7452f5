// What --json prints.
#include "json_output.hpp"

#include "json_writer.hpp"
#include "names.hpp"

namespace lockrec::cli {
namespace {

struct Count {
  const char* name;
  std::int64_t lockrec_result_t::*field;
};

// In the order of the struct.
constexpr Count kNumbers[] = {
    {"cause_code", &lockrec_result_t::cause_code},
    {"elapsed_ms", &lockrec_result_t::elapsed_ms},
    {"sheet_ms", &lockrec_result_t::sheet_ms},
    {"redis_ms", &lockrec_result_t::redis_ms},
    {"rows_total", &lockrec_result_t::rows_total},
    {"rows_free", &lockrec_result_t::rows_free},
    {"skipped_invalid", &lockrec_result_t::skipped_invalid},
    {"skipped_stale", &lockrec_result_t::skipped_stale},
    {"already_locked", &lockrec_result_t::already_locked},
    {"conflicting", &lockrec_result_t::conflicting},
    {"adopted", &lockrec_result_t::adopted},
    {"reconciled", &lockrec_result_t::reconciled},
    {"withdrawn", &lockrec_result_t::withdrawn},
    {"failed", &lockrec_result_t::failed},
    {"unprocessed", &lockrec_result_t::unprocessed},
    {"unconfirmed", &lockrec_result_t::unconfirmed},
};

void write_rows(JsonWriter& json, const std::vector<Row>& rows) {
  json.key("rows");
  json.begin_array();
  for (const Row& row : rows) {
    json.begin_object();
    json.member("row", row.number);
    json.member("tag", row.tag);
    json.member("owner", row.owner);
    json.member("outcome", outcome_name(row.outcome));
    json.member("reason", reason_name(row.reason));
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string run_as_json(const Run& run, bool with_rows) {
  const lockrec_result_t& result = run.result;
  JsonWriter json;
  json.begin_object();
  json.member("status", result.status);
  json.member("phase", phase_name(result.phase));
  json.member("cause_domain", result.cause_domain);
  for (const Count& count : kNumbers) json.member(count.name, result.*count.field);
  json.member("message", result.message);
  json.member("status_name", lockrec_status_name(result.status));
  json.member("skipped", result.skipped_invalid + result.skipped_stale);
  if (with_rows) write_rows(json, run.rows);
  json.end_object();
  return json.text() + "\n";
}

}  // namespace lockrec::cli
