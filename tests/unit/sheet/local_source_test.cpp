// Files and host rows: what is read, and what can't hold up the call.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "collected.hpp"

extern "C" {
#include "folder.h"
}

using namespace lockrec;
using namespace lockrec::sheet;

namespace {

struct Opened {
  Config config;
  Lines lines;
  Log log{&Lines::take, &lines, LOCKREC_LOG_INFO};
  net::Loop loop;
  std::int32_t phase = LOCKREC_PHASE_CONFIG;
  Collected rows;

  Opened() { config.source = source_config(); }
  void read(const Deadline& deadline = Deadline(5000)) { open_source(config, loop, log, phase)->read(rows, deadline); }
  void read_file(const std::string& path) {
    config.source.kind = SourceKind::file;
    config.source.file = path;
    read();
  }
};

std::string file(const char* name, std::string_view text) { return temp_file(name, text.data(), text.size()); }

void refused(const std::string& path, std::int32_t status, const std::string& part) {
  Opened opened;
  check_refused([&] { opened.read_file(path); }, status, {part}, path);
}

void file_of_either_kind_is_read(void**) {
  Opened csv;
  csv.read_file(file("rows.CSV", "TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\nMK-1,MR(93),46155\n"));
  check_rows(csv.rows, {"2|text MK-1|text MR(93)|text 46155"}, "csv");
  check_number(csv.phase, LOCKREC_PHASE_SHEET, "phase");
  check(csv.lines.hold("sheet: the file '") && csv.lines.hold("has 1 rows"), "sheet line");
  check(csv.lines.hold("columns: TAG_SPOOL is A, Ocupado_Por is B, Fecha_Ocupacion is C"), "columns line");
  check_text(csv.rows.time_zone, "", "no zone of its own");
  Opened json;
  json.read_file(file("rows.json", R"({"values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"],["MK-1"]]})"));
  check_rows(json.rows, {"2|text MK-1||"}, "json");
}

void file_that_can_not_be_read_is_named(void**) {
  refused("/nowhere/rows.csv", LOCKREC_E_SHEET_NOT_FOUND, "'/nowhere/rows.csv' can't be opened: No such file");
  refused("rows.xlsx", LOCKREC_E_CONFIG, "neither in .csv nor in .json");
  const std::string pipe = temp_path("pipe.csv");
  mkfifo(pipe.c_str(), 0600);
  refused(pipe, LOCKREC_E_CONFIG, "is a pipe");
  const std::string folder = temp_path("folder.csv");
  mkdir(folder.c_str(), 0700);
  refused(folder, LOCKREC_E_CONFIG, "is a directory");
  const std::string device = temp_path("device.csv");
  check_number(symlink("/dev/zero", device.c_str()), 0, "symlink");
  refused(device, LOCKREC_E_CONFIG, "is a device");
  const std::string huge = file("huge.csv", "");
  check_number(truncate(huge.c_str(), 1 << 30), 0, "truncate");
  refused(huge, LOCKREC_E_SHEET_FORMAT, "is larger than 1048576 bytes, the limit set by body_bytes_max");
}

void credentials_file_that_is_missing_is_a_config_fault(void**) {
  Opened opened;
  opened.config.source.kind = SourceKind::google;
  opened.config.google.credentials_file = "/nowhere/key.json";
  check_refused([&] { opened.read(); }, LOCKREC_E_CONFIG, {"the credentials file '/nowhere/key.json'", "No such file"},
                "missing key");
  check_number(opened.phase, LOCKREC_PHASE_CONFIG, "phase");
  opened.config.google.credentials_file = file("huge.json", std::string(70000, ' '));
  check_refused([&] { opened.read(); }, LOCKREC_E_CONFIG, {"is larger than 65536 bytes"}, "huge key");
}

void host_rows_of_any_width_are_read(void**) {
  struct Wide {
    lockrec_row_t row;
    char more[24];
  };
  Wide rows[3];
  std::memset(rows, 0x5a, sizeof rows);
  rows[0].row = {" MK-1 ", "MR(93)", "46155"};
  rows[1].row = {nullptr, "", " \t"};
  rows[2].row = {"MK-3", nullptr, nullptr};
  Opened opened;
  opened.config.source.rows = reinterpret_cast<const unsigned char*>(rows);
  opened.config.source.row_count = 3;
  opened.config.source.row_size_bytes = sizeof(Wide);
  opened.read();
  check_rows(opened.rows, {"1|text MK-1|text MR(93)|text 46155", "2|||", "3|text MK-3||"}, "wide");
  const char* narrow[] = {"MK-1", "MR(93)", "MK-2", "JP(2)"};
  opened.config.source.rows = reinterpret_cast<const unsigned char*>(narrow);
  opened.config.source.row_count = 2;
  opened.config.source.row_size_bytes = 2 * sizeof(char*);
  opened.read();
  check_rows(opened.rows, {"1|text MK-1|text MR(93)|", "2|text MK-2|text JP(2)|"}, "narrow");
  opened.config.source.row_count = 0;
  opened.config.source.rows = nullptr;
  opened.read();
  check_rows(opened.rows, {}, "none");
  check_number(opened.rows.begun, 3, "begun each time");
}

void read_that_is_cancelled_or_late_stops(void**) {
  Opened opened;
  lockrec_row_t row{"MK-1", nullptr, nullptr};
  opened.config.source.rows = reinterpret_cast<const unsigned char*>(&row);
  opened.config.source.row_count = 1;
  const std::int32_t cancel = 1;
  check_refused([&] { opened.read(Deadline(5000, &cancel)); }, LOCKREC_E_CANCELLED, {}, "cancel");
  check_refused([&] { opened.read(Deadline(0)); }, LOCKREC_E_DEADLINE, {}, "deadline");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(file_of_either_kind_is_read),
      cmocka_unit_test(file_that_can_not_be_read_is_named),
      cmocka_unit_test(credentials_file_that_is_missing_is_a_config_fault),
      cmocka_unit_test(host_rows_of_any_width_are_read),
      cmocka_unit_test(read_that_is_cancelled_or_late_stops),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
