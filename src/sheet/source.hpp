// Where rows come from. Three sources, one shape.
#pragma once

#include <memory>
#include <string>

#include "base/config.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "domain/cell.hpp"
#include "net/loop.hpp"

namespace lockrec::sheet {

class RowReader {
 public:
  virtual ~RowReader() = default;
  // Before the first row, and again where a read starts over: forget all rows so far.
  // The spreadsheet's own zone; empty where the source has none.
  virtual void begin(const std::string& spreadsheet_time_zone) = 0;
  // In row order. The row's text is valid during the call only.
  virtual void row(const SheetRow& row) = 0;
};

class OccupantReader {
 public:
  virtual ~OccupantReader() = default;
  virtual void occupant(const Cell& tag, const Cell& occupied_by) = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  virtual void read(RowReader& reader, const Deadline& deadline) = 0;
  // Only a live sheet can be asked again.
  virtual bool can_read_again() const { return false; }
  // Every row's tag and owner as they are now. Throws like read; what was handed over before is then void.
  virtual void read_occupants(OccupantReader&, const Deadline&) {}
};

// Reads keys and small files at once, so that their faults are told first; no network I/O yet.
// References must outlive the source. phase is set to LOCKREC_PHASE_TOKEN and LOCKREC_PHASE_SHEET as the
// first read gets there.
std::unique_ptr<Source> open_source(const Config& config, net::Loop& loop, Log& log, std::int32_t& phase);

}  // namespace lockrec::sheet
