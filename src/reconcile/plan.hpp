// The rows that are not free, and what has become of each so far. Lives outside the guarded scope.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/config.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "domain/decision.hpp"
#include "domain/time_zone.hpp"
#include "reconcile/block_list.hpp"
#include "reconcile/tag_index.hpp"
#include "reconcile/tally.hpp"
#include "reconcile/text_arena.hpp"
#include "redis/store.hpp"
#include "sheet/source.hpp"

namespace lockrec {

struct PlannedRow {
  std::string_view tag;    // both: in the plan's arena, a NUL behind them
  std::string_view owner;  // the cell's text, as it can be shown
  std::uint64_t owner_id = 0;
  cctz::civil_second wall;
  std::uint32_t number = 0;
  // The earlier row with the same tag and owner whose fate this one shares; itself where there is none.
  redis::LockId first = 0;
  Uuid uuid{};  // of the claim, once there is to be one
  std::int8_t outcome = LOCKREC_ROW_UNPROCESSED;
  std::int8_t reason = LOCKREC_REASON_NONE;
  bool unconfirmed = false;
};

class Plan final : public sheet::RowReader, public redis::LockTexts {
 public:
  // Throws LOCKREC_E_CONFIG where the configured time zone can't be used. References must outlive the plan.
  Plan(const Config& config, Log& log, std::int64_t now_unix_ms);

  // Filled by a source.
  void begin(const std::string& spreadsheet_time_zone) override;
  void row(const SheetRow& row) override;
  void end();  // all rows are there: what finding duplicates needed is given back

  // The rows that want a lock, in row order, duplicates left out.
  std::vector<redis::LockId> wanted() const;
  std::size_t size() const { return rows_.size(); }
  // Occupied rows whose tag or owner can't be read.
  std::int64_t unreadable_rows() const { return unreadable_rows_; }
  PlannedRow& operator[](redis::LockId id) { return rows_[id]; }
  const PlannedRow& operator[](redis::LockId id) const { return rows_[id]; }
  void settle(redis::LockId id, std::int32_t outcome, std::int32_t reason = LOCKREC_REASON_NONE);

  void append_key(redis::LockId id, std::string& into) const override;
  void append_value(redis::LockId id, std::string& into) const override;
  // The value to be made permanent, where it is not the one that we would have written.
  void adopt(redis::LockId id, std::string_view value) { adopted_values_[id] = value; }
  bool adopts(redis::LockId id) const { return adopted_values_.contains(id); }
  // The row's own value is a new one from now on. Whoever has seen the former one half-made may still make that
  // permanent, on the word of a confirm read older than the next claim.
  void claim_afresh(redis::LockId id) {
    forget_adoption(id);
    rows_[id].uuid = uuids_.next();
  }
  void forget_adoption(redis::LockId id) {
    if (!adopted_values_.empty()) adopted_values_.erase(id);  // it mostly is, and to look takes a division
  }

  // Duplicates take their first row's fate, and every row is counted. Idempotent.
  void count(Tally& tally);
  void report(lockrec_row_fn on_row, void* user) const;

 private:
  void keep(const SheetRow& row, const Decision& decision);
  void join_earlier_row(PlannedRow& planned, redis::LockId id);

  const Config& config_;
  Log& log_;
  std::int64_t now_unix_ms_;
  std::optional<TimeZone> zone_;
  BlockList<PlannedRow> rows_;
  TextArena texts_;
  TagIndex first_by_tag_;
  std::unordered_map<redis::LockId, std::string> adopted_values_;
  UuidSource uuids_;
  std::int64_t rows_free_ = 0;
  std::int64_t unreadable_rows_ = 0;
};

}  // namespace lockrec
