#include "reconcile/plan.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "domain/lock_value.hpp"
#include "reconcile/row_warnings.hpp"

namespace lockrec {

namespace {

constexpr std::size_t shown_bytes_max = 64;

std::string shown(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::text: return printable(cell.text, shown_bytes_max);
    case Cell::Kind::number: return "a number";
    case Cell::Kind::boolean: return "TRUE or FALSE";
    case Cell::Kind::empty: break;
  }
  return "";
}

TimeZone load_spreadsheets_zone(const std::string& name) {
  try {
    return TimeZone::load(name);
  } catch (const Error& error) {
    throw Error(error.status(), std::string(error.what()) + " (it is the spreadsheet's own: give time_zone)",
                error.cause());
  }
}

bool has_its_lock(std::int32_t outcome) {
  return outcome == LOCKREC_ROW_ALREADY_LOCKED || outcome == LOCKREC_ROW_ADOPTED || outcome == LOCKREC_ROW_RECONCILED;
}

}  // namespace

Plan::Plan(const Config& config, Log& log, std::int64_t now_unix_ms)
    : config_(config), log_(log), now_unix_ms_(now_unix_ms) {
  if (!config.time_zone.empty()) zone_ = TimeZone::load(config.time_zone);
}

void Plan::begin(const std::string& spreadsheet_time_zone) {
  rows_.clear();
  texts_.clear();
  first_by_tag_.clear();
  rows_free_ = unreadable_rows_ = 0;
  log_.forget_rows();
  if (!zone_) zone_ = load_spreadsheets_zone(spreadsheet_time_zone);
  if (!spreadsheet_time_zone.empty() && spreadsheet_time_zone != zone_->name()) {
    log_.warning("zone: dates are read in " + zone_->name() + ", yet the spreadsheet's own time zone is " +
                 printable(spreadsheet_time_zone));
  }
  if (log_.wants(LOCKREC_LOG_INFO)) {
    log_.info("zone: dates are read in " + zone_->name() +
              (config_.time_zone.empty() ? ", the spreadsheet's own" : ""));
  }
}

void Plan::row(const SheetRow& row) {
  const Decision decision = decide(row, {config_.free_value, *zone_, now_unix_ms_, config_.max_age_ms});
  if (decision.kind == Decision::Kind::blank) return;
  if (decision.kind == Decision::Kind::free) {
    ++rows_free_;
    return;
  }
  keep(row, decision);
}

void Plan::keep(const SheetRow& row, const Decision& decision) {
  const auto id = static_cast<redis::LockId>(rows_.size());
  PlannedRow& planned = rows_.emplace_back();
  planned.tag = texts_.keep(decision.tag.text());
  planned.owner = texts_.keep(shown(row.occupied_by));
  planned.owner_id = decision.owner_id;
  planned.wall = decision.wall;
  planned.number = row.number;
  planned.first = id;
  planned.reason = static_cast<std::int8_t>(decision.reason);
  if (decision.kind == Decision::Kind::invalid) {
    planned.outcome = LOCKREC_ROW_SKIPPED_INVALID;
    unreadable_rows_ += decision.reason == LOCKREC_REASON_DATE_INVALID ? 0 : 1;
  } else if (decision.kind == Decision::Kind::stale) {
    planned.outcome = LOCKREC_ROW_SKIPPED_STALE;
  } else {
    join_earlier_row(planned, id);
  }
  warn_about(planned, log_);
}

void Plan::join_earlier_row(PlannedRow& planned, redis::LockId id) {
  const auto first_id =
      first_by_tag_.find_or_add(planned.tag, id, [this](redis::LockId other) { return rows_[other].tag; });
  if (!first_id) return;
  const PlannedRow& first = rows_[*first_id];
  if (first.owner_id == planned.owner_id) {
    planned.first = *first_id;
    planned.reason = LOCKREC_REASON_DUPLICATE;
    return;
  }
  planned.outcome = LOCKREC_ROW_SKIPPED_INVALID;
  planned.reason = LOCKREC_REASON_DUPLICATE_OWNER;
  warn_about_two_owners(first, planned, log_);
}

void Plan::end() {
  first_by_tag_.clear();
  if (!log_.wants(LOCKREC_LOG_INFO)) return;
  log_.info("rows: " + std::to_string(rows_free_ + static_cast<std::int64_t>(rows_.size())) + " read, " +
            std::to_string(rows_.size()) + " not free");
}

std::vector<redis::LockId> Plan::wanted() const {
  std::vector<redis::LockId> ids;
  for (redis::LockId id = 0; id < rows_.size(); ++id) {
    if (rows_[id].outcome == LOCKREC_ROW_UNPROCESSED && rows_[id].first == id) ids.push_back(id);
  }
  return ids;
}

void Plan::settle(redis::LockId id, std::int32_t outcome, std::int32_t reason) {
  PlannedRow& planned = rows_[id];
  planned.outcome = static_cast<std::int8_t>(outcome);
  // What is odd about a row's date stays said where its lock is made in spite of it.
  const bool is_said_already = reason == LOCKREC_REASON_NOT_CONFIRMED && planned.reason != LOCKREC_REASON_NONE;
  if (reason != LOCKREC_REASON_NONE && !is_said_already) planned.reason = static_cast<std::int8_t>(reason);
}

void Plan::append_key(redis::LockId id, std::string& into) const {
  into.append(config_.key_prefix).append(rows_[id].tag);
}

void Plan::append_value(redis::LockId id, std::string& into) const {
  const auto adopted = adopted_values_.empty() ? adopted_values_.end() : adopted_values_.find(id);
  if (adopted != adopted_values_.end()) {
    into += adopted->second;
  } else {
    append_lock_value(into, rows_[id].owner_id, rows_[id].uuid, rows_[id].wall);
  }
}

void Plan::count(Tally& tally) {
  tally.rows = {};
  tally.unconfirmed = 0;
  tally.rows[LOCKREC_ROW_FREE] = rows_free_;
  for (redis::LockId id = 0; id < rows_.size(); ++id) {
    PlannedRow& planned = rows_[id];
    if (planned.first != id) {
      const std::int8_t fate = rows_[planned.first].outcome;
      planned.outcome = has_its_lock(fate) ? std::int8_t{LOCKREC_ROW_ALREADY_LOCKED} : fate;
    } else if (planned.outcome == LOCKREC_ROW_UNPROCESSED) {
      planned.reason = LOCKREC_REASON_INTERRUPTED;
    }
    ++tally.rows[static_cast<std::size_t>(planned.outcome)];
    tally.unconfirmed += planned.unconfirmed ? 1 : 0;
  }
}

void Plan::report(lockrec_row_fn on_row, void* user) const {
  if (on_row == nullptr) return;
  for (redis::LockId id = 0; id < rows_.size(); ++id) {
    const PlannedRow& planned = rows_[id];
    const lockrec_row_report_t row{sizeof(lockrec_row_report_t), planned.outcome,     planned.reason, planned.number,
                                   planned.tag.data(),           planned.owner.data()};
    on_row(user, &row);
  }
}

}  // namespace lockrec
