// Takes rows as the library would: every one is decided, and what would become a lock is written out.
#pragma once

#include <string>

#include "base/log.hpp"
#include "domain/decision.hpp"
#include "domain/lock_value.hpp"
#include "fuzz.hpp"
#include "sheet/row_feed.hpp"

namespace fuzz {

inline constexpr std::int64_t now_unix_ms = 1769020200000;

inline const lockrec::TimeZone& zone() {
  static const lockrec::TimeZone loaded = lockrec::TimeZone::load("America/Santiago");
  return loaded;
}

class DecidingReader : public lockrec::sheet::RowReader {
 public:
  void begin(const std::string&) override { last_number_ = 0; }
  void row(const lockrec::SheetRow& row) override {
    require(row.number > last_number_, "rows come in order");
    last_number_ = row.number;
    const lockrec::Decision decision = lockrec::decide(row, {"DISPONIBLE", zone(), now_unix_ms, 86400000});
    if (decision.kind != lockrec::Decision::Kind::wants_lock) return;
    require(!decision.tag.text().empty() && decision.tag.text().size() <= 512, "a lock's tag has 1 to 512 bytes");
    std::string value;
    lockrec::append_lock_value(value, decision.owner_id, {}, decision.wall);
    require(lockrec::owner_of_lock_value(value) == decision.owner_id, "a lock's value names its owner");
  }

 private:
  std::uint32_t last_number_ = 0;
};

inline lockrec::SourceConfig source_config() {
  lockrec::SourceConfig config;
  config.kind = lockrec::SourceKind::file;
  config.worksheet = "Operaciones";
  config.tag_column = "TAG_SPOOL";
  config.occupied_by_column = "Ocupado_Por";
  config.occupied_at_column = "Fecha_Ocupacion";
  config.rows_max = 1000;
  config.body_bytes_max = 1 << 20;
  return config;
}

inline void ignore_line(void*, std::int32_t, const char* text, std::uint64_t length) {
  require(std::string_view(text).size() == length, "a log line has no NUL in it");
}

// Reads bytes with read(bytes, config, feed, log), to which a file in a foreign form is LOCKREC_E_SHEET_FORMAT.
template <class Read>
void read_rows(std::string_view bytes, Read read) {
  const lockrec::SourceConfig config = source_config();
  const lockrec::Deadline deadline(60000);
  lockrec::Log log(ignore_line, nullptr, LOCKREC_LOG_DEBUG);
  DecidingReader reader;
  lockrec::sheet::RowFeed feed(reader, "the file", config.rows_max, deadline);
  refusal_of({LOCKREC_E_SHEET_FORMAT}, [&] { read(std::string(bytes), config, feed, log); });
}

}  // namespace fuzz
