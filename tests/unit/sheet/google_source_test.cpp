// The Google source against the emulator: requests counted, pages, edits in mid-read.
#include "google_fixture.hpp"

using lockrec::Deadline;

namespace {

void sheet_is_read_in_three_requests(void**) {
  load_small_sheet();
  OpenedSheet opened;
  opened.config.source.worksheet = "Opera'ciones";
  opened.read();
  check_rows(opened.rows,
             {"2|text MK-1|text MR(93)|number 46155.500000", "3|||",
              "4|number 1346.000000|text JP(2)|text 21-01-2026 14:30:00", "5|||", "6|text MK-6|boolean|"},
             "small sheet");
  check_text(opened.rows.time_zone, "America/Lima", "time zone");
  check_requests(1, 1, 1);
  check_number(opened.phase, LOCKREC_PHASE_SHEET, "phase");
  check(opened.lines.hold("credentials: service account "), "credentials line");
  check(opened.lines.hold("token: accepted for "), "token line");
  check(
      opened.lines.hold("sheet: spreadsheet open, worksheet 'Opera'ciones' has 9 rows, its time zone is America/Lima"),
      "sheet line");
  check(opened.lines.hold("columns: tag spool is C, Ocupado_Por is A, Fecha_Ocupacion is D"), "columns line");
  check(!opened.lines.hold("day-month"), "no warning about the locale");

  Occupants occupants;
  opened.source->read_occupants(occupants, Deadline(5000));
  check_number(static_cast<std::int64_t>(occupants.rows.size()), 5, "occupants");
  check_text(occupants.rows[0], "text MK-1|text MR(93)", "occupant");
  check_text(occupants.rows[4], "text MK-6|boolean", "occupant");
  check_number(emulator_stat(&emulator, "confirm"), 1, "confirm requests");
  check_requests(1, 1, 2);
}

void sheet_with_access_token_needs_no_token_request(void**) {
  load_small_sheet("en_US");
  OpenedSheet opened;
  opened.config.source.worksheet = "Opera'ciones";
  opened.use_access_token();
  opened.read();
  check_number(static_cast<std::int64_t>(opened.rows.rows.size()), 5, "rows");
  check_requests(0, 1, 1);
  check(opened.lines.hold("credentials: an access token"), "credentials line");
  check(opened.lines.hold("may have been swapped: the spreadsheet's locale is en_US"), "locale warning");
}

void column_inserted_in_mid_read_is_noticed(void**) {
  load_long_sheet(5);
  OpenedSheet opened;
  emulator_tell(&emulator,
                R"({"op":"edit_on","where":"values","edits":[{"op":"insert_column","before":"A","header":"N"}]})");
  opened.read();
  check_long_rows(opened.rows, 5);
  check_requests(1, 2, 2);
  check_number(opened.rows.begun, 2, "begun again");

  OpenedSheet twice;
  emulator_tell(
      &emulator,
      R"({"op":"edit_on","where":"values","times":2,"edits":[{"op":"insert_column","before":"A","header":"N"}]})");
  twice.refused(LOCKREC_E_SHEET_FORMAT, {"were moved while it was read", "TAG_SPOOL"});
  Occupants occupants;
  check_refused([&] { twice.source->read_occupants(occupants, Deadline(3000)); }, LOCKREC_E_SHEET_FORMAT, {"moved"},
                "confirm");
}

void long_sheet_is_read_in_pages(void**) {
  load_long_sheet(100001);
  OpenedSheet opened;
  opened.read(Deadline(30000));
  check_long_rows(opened.rows, 100001);
  check_requests(1, 1, 3);
  Occupants occupants;
  opened.source->read_occupants(occupants, Deadline(30000));
  check_number(static_cast<std::int64_t>(occupants.rows.size()), 100000, "occupants");
  check_text(occupants.rows[99999], "text T100001|", "the last one");
  opened.config.source.rows_max = 99999;
  check_refused([&] { opened.read(Deadline(30000)); }, LOCKREC_E_SHEET_FORMAT, {"more than 99999 rows"}, "rows_max");
}

void long_sheet_that_moves_is_read_again(void**) {
  load_long_sheet(60001);
  OpenedSheet shifted;
  emulator_tell(&emulator,
                R"({"op":"edit_on","where":"values","nth":2,"edits":[{"op":"insert_rows","row":2,"count":1}]})");
  shifted.read(Deadline(30000));
  check_number(static_cast<std::int64_t>(shifted.rows.rows.size()), 60001, "rows");
  check_text(shifted.rows.rows.back(), "60002|text T60001||", "the last one");
  check(shifted.lines.hold("the rows of the worksheet 'Operaciones' were moved"), "warning");

  load_long_sheet(60001);
  OpenedSheet owners;
  emulator_tell(
      &emulator,
      R"({"op":"edit_on","where":"values","nth":2,"edits":[{"op":"insert_column","before":"B","header":"N"}]})");
  owners.read(Deadline(30000));
  check_long_rows(owners.rows, 60001);
  check(owners.lines.hold("the columns of the worksheet 'Operaciones' were moved"), "warning");

  load_long_sheet(60001);
  OpenedSheet shrunk;
  emulator_tell(
      &emulator,
      R"({"op":"edit_on","where":"values","nth":2,"edits":[{"op":"delete_rows","row":40000,"count":20000}]})");
  shrunk.read(Deadline(30000));
  check_number(static_cast<std::int64_t>(shrunk.rows.rows.size()), 40000, "rows");
  check(shrunk.lines.hold("shrank while it was read"), "warning");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(sheet_is_read_in_three_requests),
      cmocka_unit_test(sheet_with_access_token_needs_no_token_request),
      cmocka_unit_test(column_inserted_in_mid_read_is_noticed),
      cmocka_unit_test(long_sheet_is_read_in_pages),
      cmocka_unit_test(long_sheet_that_moves_is_read_again),
  };
  return cmocka_run_group_tests(tests, start_emulator, end_emulator);
}
