// Keeps the rows that a source hands over, and tells what a piece of work threw.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "../unit.hpp"
#include "base/error.hpp"
#include "sheet/source.hpp"

// "text MK-1", "number 46155.5", "boolean", ""
inline std::string written(const lockrec::Cell& cell) {
  using Kind = lockrec::Cell::Kind;
  switch (cell.kind) {
    case Kind::empty: return "";
    case Kind::boolean: return "boolean";
    case Kind::text: return "text " + std::string(cell.text);
    case Kind::number: break;
  }
  return "number " + std::to_string(cell.number);
}

struct Collected : lockrec::sheet::RowReader {
  void begin(const std::string& spreadsheet_time_zone) override {
    ++begun;
    time_zone = spreadsheet_time_zone;
    rows.clear();
  }
  void row(const lockrec::SheetRow& row) override {
    rows.push_back(std::to_string(row.number) + "|" + written(row.tag) + "|" + written(row.occupied_by) + "|" +
                   written(row.occupied_at));
    from_text_source = row.occupied_at.from_text_source;
  }

  int begun = 0;
  std::string time_zone;
  std::vector<std::string> rows;
  bool from_text_source = false;
};

inline void check_rows(const Collected& got, const std::vector<std::string>& wanted, std::string_view subject) {
  check_number(static_cast<std::int64_t>(got.rows.size()), static_cast<std::int64_t>(wanted.size()), subject);
  for (std::size_t i = 0; i < wanted.size(); ++i) check_text(got.rows[i], wanted[i], subject);
}

// Fails unless work throws that status with a sentence that holds each part.
inline void check_refused(const std::function<void()>& work, std::int32_t status, const std::vector<std::string>& parts,
                          std::string_view subject) {
  try {
    work();
  } catch (const lockrec::Error& error) {
    check_number(error.status(), status, std::string(subject) + ": " + error.what());
    const std::string sentence = error.what();
    for (const std::string& part : parts) {
      check(sentence.find(part) != std::string::npos, part + " in: " + sentence);
    }
    return;
  }
  check(false, std::string(subject) + " is refused");
}

struct Lines {
  std::vector<std::string> all;
  static void take(void* self, std::int32_t, const char* text, std::uint64_t) {
    static_cast<Lines*>(self)->all.emplace_back(text);
  }
  bool hold(std::string_view part) const {
    for (const std::string& line : all) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }
};

inline lockrec::SourceConfig source_config() {
  lockrec::SourceConfig config;
  config.worksheet = "Operaciones";
  config.tag_column = "TAG_SPOOL";
  config.occupied_by_column = "Ocupado_Por";
  config.occupied_at_column = "Fecha_Ocupacion";
  config.rows_max = 1000;
  config.body_bytes_max = 1 << 20;
  return config;
}
