// What the Google source says and does where Google, or something in between, refuses.
#include "google_fixture.hpp"

using lockrec::Deadline;

namespace {

void worksheet_that_is_unknown_is_named_with_the_others(void**) {
  load_small_sheet();
  OpenedSheet opened;
  opened.refused(LOCKREC_E_SHEET_NOT_FOUND, {"no worksheet 'Operaciones'", "it has 'Opera'ciones', 'Otra'"});
}

void refusals_are_told_apart(void**) {
  load_long_sheet(5);
  const struct {
    const char* error;
    std::int32_t status;
    const char* part;
  } cases[] = {
      {"not_shared", LOCKREC_E_SHEET_PERMISSION, "share the sheet with it"},
      {"api_disabled", LOCKREC_E_SHEET_PERMISSION, "not enabled"},
      {"scope", LOCKREC_E_SHEET_PERMISSION, "scope"},
      {"no_api_key", LOCKREC_E_SHEET_PERMISSION, "no access token"},
      {"rate_403", LOCKREC_E_SHEET_QUOTA, "ReadRequestsPerMinutePerUser"},
      {"quota_429", LOCKREC_E_SHEET_QUOTA, "ReadRequestsPerMinutePerUser"},
      {"not_found", LOCKREC_E_SHEET_NOT_FOUND, "no spreadsheet with the id"},
      {"xlsx", LOCKREC_E_SHEET_FORMAT, ".xlsx"},
      {"unavailable_503_html", LOCKREC_E_SHEET_UNAVAILABLE, "503"},
      {"unauthenticated", LOCKREC_E_SHEET_AUTH, "does not accept the token"},
  };
  for (const auto& each : cases) {
    OpenedSheet opened;
    emulator_tell(&emulator, R"({"op":"fault","where":"metadata","kind":"google_error","name":"%s","times":0})",
                  each.error);
    opened.refused(each.status, {each.part}, 1200);
    // One new token, not more.
    check_number(emulator_stat(&emulator, "token"), each.status == LOCKREC_E_SHEET_AUTH ? 2 : 1, each.error);
  }
}

void failure_that_passes_is_tried_again(void**) {
  load_long_sheet(5);
  for (const char* where : {"token", "metadata", "values"}) {
    OpenedSheet opened;
    emulator_tell(&emulator, R"({"op":"fault","where":"%s","kind":"google_error","name":"unavailable_503"})", where);
    opened.read();
    check_long_rows(opened.rows, 5);
    check(opened.lines.hold("trying again in"), where);
  }
  OpenedSheet expired;
  emulator_tell(&emulator, R"({"op":"fault","where":"values","kind":"google_error","name":"unauthenticated"})");
  expired.read();
  check_long_rows(expired.rows, 5);
  check_requests(2, 1, 2);
}

void wait_that_does_not_fit_returns_at_once(void**) {
  load_long_sheet(5);
  OpenedSheet opened;
  emulator_tell(&emulator,
                R"({"op":"fault","where":"metadata","kind":"status","code":503,"headers":{"Retry-After":"30"}})");
  const Deadline deadline(5000);
  check_refused([&] { opened.read(deadline); }, LOCKREC_E_SHEET_UNAVAILABLE, {"503"}, "Retry-After: 30");
  check(deadline.elapsed_ms() < 2500, "at once");
}

void silence_after_a_failure_is_that_failure(void**) {
  load_long_sheet(5);
  OpenedSheet opened;
  emulator_tell(&emulator, R"({"op":"fault","where":"metadata","kind":"status","code":503})");
  emulator_tell(&emulator, R"({"op":"fault","where":"metadata","nth":2,"kind":"stall"})");
  opened.refused(LOCKREC_E_SHEET_UNAVAILABLE, {"503"}, 2500);
  OpenedSheet silent;
  emulator_tell(&emulator, R"({"op":"fault","where":"metadata","kind":"stall"})");
  silent.refused(LOCKREC_E_DEADLINE, {}, 1500);
}

void replies_that_are_no_sheet_are_refused(void**) {
  load_long_sheet(5);
  const struct {
    const char* fault;
    const char* part;
  } cases[] = {
      {R"({"op":"fault","where":"metadata","kind":"html"})", "text/html"},
      {R"({"op":"fault","where":"values","kind":"html"})", "log-in page"},
      {R"({"op":"fault","where":"token","kind":"html"})", "token endpoint answered with text/html"},
      {R"({"op":"fault","where":"token","kind":"body","body":{"id_token":"x"}})", "access_token"},
      {R"({"op":"fault","where":"values","kind":"body","body":"{\"valueRanges\":[]}"})", "0 ranges, 3 were asked for"},
      {R"({"op":"fault","where":"values","kind":"body","body":"{\"valueRanges\":[\"\\u0000\"]}"})", "NUL"},
      {R"({"op":"fault","where":"values","kind":"big","bytes":3000000,"fill":"\"\","})", "far more than was asked for"},
      {R"({"op":"fault","where":"values","kind":"big","bytes":17000000})", "bytes, the limit set by body_bytes_max"},
      {R"({"op":"fault","where":"metadata","kind":"body","body":{"sheets":[]}})", "no worksheet 'Operaciones'"},
      {R"({"op":"fault","where":"metadata","kind":"body","body":{"sheets":[{"properties":{}}]}})", "chart"},
  };
  for (const auto& each : cases) {
    OpenedSheet opened;
    emulator_tell(&emulator, "%s", each.fault);
    opened.refused(LOCKREC_E_SHEET_FORMAT, {each.part});
  }
}

void clock_that_is_off_is_named(void**) {
  load_long_sheet(5);
  OpenedSheet opened;
  emulator_tell(&emulator, R"({"op":"config","clock_skew_s":-11100})");
  opened.refused(LOCKREC_E_SHEET_AUTH, {"this machine's clock is 3 h 5 min ahead of Google's"});
  check_number(opened.phase, LOCKREC_PHASE_TOKEN, "phase");
  emulator_tell(&emulator, R"({"op":"config","clock_skew_s":0})");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(worksheet_that_is_unknown_is_named_with_the_others),
      cmocka_unit_test(refusals_are_told_apart),
      cmocka_unit_test(failure_that_passes_is_tried_again),
      cmocka_unit_test(wait_that_does_not_fit_returns_at_once),
      cmocka_unit_test(silence_after_a_failure_is_that_failure),
      cmocka_unit_test(replies_that_are_no_sheet_are_refused),
      cmocka_unit_test(clock_that_is_off_is_named),
  };
  return cmocka_run_group_tests(tests, start_emulator, end_emulator);
}
