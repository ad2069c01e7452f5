// The Google source against the emulator: requests counted, edits and refusals in mid-read.
#include <array>
#include <cctype>

#include "collected.hpp"

extern "C" {
#include "emulator.h"
#include "folder.h"
}

using namespace lockrec;
using namespace lockrec::sheet;

namespace {

emulator_t emulator;

struct Occupants : OccupantReader {
  void occupant(const Cell& tag, const Cell& occupied_by) override { rows.push_back(written(tag) + "|" + written(occupied_by)); }
  std::vector<std::string> rows;
};

struct Opened {
  Config config;
  Lines lines;
  Log log{&Lines::take, &lines, LOCKREC_LOG_INFO};
  net::Loop loop;
  std::int32_t phase = LOCKREC_PHASE_CONFIG;
  Collected rows;
  std::unique_ptr<Source> source;

  Opened() {
    emulator_tell(&emulator, "{\"op\":\"reset\"}");
    config.source = source_config();
    config.source.kind = SourceKind::google;
    config.source.spreadsheet_id = emulator.spreadsheet_id;
    config.source.rows_max = 1000000;
    config.source.body_bytes_max = 16 << 20;
    config.google.credentials_file = emulator.credentials_file;
    config.google.sheets_endpoint = emulator.url;
    config.google.ca_file = emulator.ca_file;
  }
  void use_access_token() {
    config.google.credentials_file.clear();
    config.google.access_token = Secret(emulator.access_token);
  }
  void read(const Deadline& deadline = Deadline(8000)) {
    source = open_source(config, loop, log, phase);
    source->read(rows, deadline);
  }
  // The sentence must hold no token.
  void refused(std::int32_t status, const std::vector<std::string>& parts, std::int64_t deadline_ms = 8000) {
    check_refused([&] { read(Deadline(deadline_ms)); }, status, parts, "read");
    for (const std::string& line : lines.all) check(line.find("ya29.") == std::string::npos, line);
  }
};

void check_requests(long long token, long long metadata, long long values) {
  check_number(emulator_stat(&emulator, "token"), token, "token requests");
  check_number(emulator_stat(&emulator, "metadata"), metadata, "metadata requests");
  check_number(emulator_stat(&emulator, "values") + emulator_stat(&emulator, "confirm"), values, "values requests");
}

// Columns in another order than the usual, a header that matches loosely, values of every kind.
constexpr const char* small_sheet =
    R"j({"op":"sheet","spreadsheet":{"id":"%s","title":"T","timeZone":"America/Santiago","locale":"%s","sheets":[
    {"title":"Operaciones","rows":9,"columns":4,"values":[["Ocupado_Por","x","tag spool","Fecha_Ocupacion"],
    ["MR(93)",null,"MK-1",46155.48180555556],[null,null," "],["JP(2)",null,1346,"21-01-2026 14:30:00"],[],
    [true,null,"MK-6"]]},{"title":"Otra","rows":2,"columns":2,"values":[["a"]]}]}})j";

void load_small_sheet(const char* locale = "es_CL") {
  std::string line;
  for (const char c : std::string_view(small_sheet)) {
    if (c != '\n') line.push_back(c);
  }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  emulator_tell(&emulator, line.c_str(), emulator.spreadsheet_id, locale);
#pragma GCC diagnostic pop
}
}  // namespace
