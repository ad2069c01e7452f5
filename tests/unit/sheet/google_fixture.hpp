// A Google source on the emulator, and the sheets that it is made to read.
#pragma once

#include <memory>

#include "collected.hpp"

extern "C" {
#include "emulator.h"
#include "folder.h"
}

inline emulator_t emulator;

struct Occupants : lockrec::sheet::OccupantReader {
  void occupant(const lockrec::Cell& tag, const lockrec::Cell& occupied_by) override {
    rows.push_back(written(tag) + "|" + written(occupied_by));
  }
  std::vector<std::string> rows;
};

struct OpenedSheet {
  lockrec::Config config;
  Lines lines;
  lockrec::Log log{&Lines::take, &lines, LOCKREC_LOG_INFO};
  lockrec::net::Loop loop;
  std::int32_t phase = LOCKREC_PHASE_CONFIG;
  Collected rows;
  std::unique_ptr<lockrec::sheet::Source> source;

  OpenedSheet() {
    emulator_tell(&emulator, "{\"op\":\"reset\"}");
    config.source = source_config();
    config.source.kind = lockrec::SourceKind::google;
    config.source.spreadsheet_id = emulator.spreadsheet_id;
    config.source.rows_max = 1000000;
    config.source.body_bytes_max = 16 << 20;
    config.google.credentials_file = emulator.credentials_file;
    config.google.sheets_endpoint = emulator.url;
    config.google.ca_file = emulator.ca_file;
  }
  void use_access_token() {
    config.google.credentials_file.clear();
    config.google.access_token = lockrec::Secret(emulator.access_token);
  }
  void read(const lockrec::Deadline& deadline = lockrec::Deadline(8000)) {
    source = lockrec::sheet::open_source(config, loop, log, phase);
    source->read(rows, deadline);
  }
  // The sentence must hold no token.
  void refused(std::int32_t status, const std::vector<std::string>& parts, std::int64_t deadline_ms = 8000) {
    check_refused([&] { read(lockrec::Deadline(deadline_ms)); }, status, parts, "read");
    for (const std::string& line : lines.all) check(line.find("ya29.") == std::string::npos, line);
  }
};

inline void check_requests(long long token, long long metadata, long long values) {
  check_number(emulator_stat(&emulator, "token"), token, "token requests");
  check_number(emulator_stat(&emulator, "metadata"), metadata, "metadata requests");
  check_number(emulator_stat(&emulator, "values") + emulator_stat(&emulator, "confirm"), values, "values requests");
}

// Columns in another order than the usual, a header that matches loosely, values of every kind.
inline constexpr std::string_view small_sheet =
    R"j({"op":"sheet","spreadsheet":{"id":"ID","time_zone":"America/Lima","locale":"LOCALE","sheets":[)j"
    R"j({"title":"Opera'ciones","rows":9,"columns":4,"column_cells":{"A":["Ocupado_Por","MR(93)",null,"JP(2)",null,true],)j"
    R"j("B":["x"],"C":["tag spool","MK-1"," ",1346,null,"MK-6"],)j"
    R"j("D":["Fecha_Ocupacion",{"date":46155.5},null,"21-01-2026 14:30:00"]}},)j"
    R"j({"title":"Otra","rows":2,"columns":2,"column_cells":{"A":["a"]}}]}})j";

inline void replace(std::string& text, std::string_view what, std::string_view with) {
  text.replace(text.find(what), what.size(), with);
}

inline void load_small_sheet(const char* locale = "es_CL") {
  std::string line(small_sheet);
  replace(line, "\"ID\"", "\"" + std::string(emulator.spreadsheet_id) + "\"");
  replace(line, "LOCALE", locale);
  emulator_tell(&emulator, "%s", line.c_str());
}

// The tags are T2, T3 ...: each names its row.
inline void load_long_sheet(int rows) {
  std::string json = R"({"id":")" + std::string(emulator.spreadsheet_id) + R"(","sheets":[{"title":"Operaciones",)" +
                     R"("rows":)" + std::to_string(rows) + R"(,"columns":3,"column_cells":{"A":["TAG_SPOOL")";
  for (int row = 2; row <= rows; ++row) json += ",\"T" + std::to_string(row) + "\"";
  json += R"(],"B":["Ocupado_Por"],"C":["Fecha_Ocupacion"]}}]})";
  emulator_tell(&emulator, R"({"op":"load","file":"%s"})", temp_file("long.json", json.data(), json.size()));
}

inline void check_long_rows(const Collected& rows, int last_row) {
  check_number(static_cast<std::int64_t>(rows.rows.size()), last_row - 1, "rows");
  for (int row = 2; row <= last_row; ++row) {
    const std::string number = std::to_string(row);
    check_text(rows.rows[static_cast<std::size_t>(row - 2)], number + "|text T" + number + "||", "row");
  }
}

inline int start_emulator(void**) {
  emulator_start(&emulator, "--rows", "5", nullptr);
  return 0;
}

inline int end_emulator(void**) {
  emulator_end(&emulator);
  return 0;
}
