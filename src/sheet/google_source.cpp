#include "sheet/google_source.hpp"

#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/column_pages.hpp"
#include "sheet/columns.hpp"
#include "sheet/google_client.hpp"
#include "sheet/google_requests.hpp"
#include "sheet/row_feed.hpp"

namespace lockrec::sheet {

namespace {

class GoogleSource : public Source {
 public:
  GoogleSource(const Config& config, net::Loop& loop, Log& log, std::int32_t& phase)
      : source_(config.source),
        log_(log),
        phase_(phase),
        client_(config, loop, log),
        what_("the worksheet '" + printable(config.source.worksheet, 60) + "'") {}

  void read(RowReader& reader, const Deadline& deadline) override {
    if (client_.token_must_be_fetched()) {
      phase_ = LOCKREC_PHASE_TOKEN;
      client_.fetch_token(deadline);
    }
    phase_ = LOCKREC_PHASE_SHEET;
    RowFeed feed(reader, what_, source_.rows_max, deadline);
    std::set<Restart> restarts;
    for (bool first = true;; first = false) {
      look_at_sheet(first, deadline);
      if (read_rows(feed, restarts, deadline)) return;
    }
  }

  bool can_read_again() const override { return true; }

  void read_occupants(OccupantReader& reader, const Deadline& deadline) override {
    std::int64_t count = 0;
    read_columns(client_, source_, std::span(columns_).first(2), shape_.grid_rows, deadline,
                 [&](std::uint32_t, const RowCells& cells) {
                   constexpr std::int64_t rows_between_checks = 2048;
                   if (++count % rows_between_checks == 0) deadline.check();
                   reader.occupant(cells[tag_at], cells[occupied_by_at]);
                 });
  }

 private:
  // Why a read started over; each once.
  enum class Restart { header_moved, rows_moved, grid_shrank };

  void look_at_sheet(bool first, const Deadline& deadline) {
    const Json root = get_shape(deadline);
    shape_ = read_shape(root.get(), source_);
    log_.info("sheet: spreadsheet open, " + what_.substr(4) + " has " + std::to_string(shape_.grid_rows) +
              " rows, its time zone is " + printable(shape_.time_zone, 60));
    columns_ = find_columns(shape_.header, source_, what_);
    log_.info(columns_line(columns_));
    if (first && locale_puts_month_first(shape_.locale)) {
      log_.warning("dates typed as day-month may have been swapped: the spreadsheet's locale is " +
                   printable(shape_.locale, 20));
    }
  }

  Json get_shape(const Deadline& deadline) {
    try {
      return client_.get(shape_path(source_), nodes_for_rows(1), deadline);
    } catch (const Refusal& refusal) {
      if (refusal.remedy() != Refusal::Remedy::other_worksheet) throw;
      throw Error(refusal.status(), refusal.what() + titles_there_are(deadline), refusal.cause());
    }
  }

  // A courtesy: where it fails, the refusal stands without it.
  std::string titles_there_are(const Deadline& deadline) {
    try {
      const std::string titles = list_of_titles(client_.get(titles_path(source_), nodes_for_rows(1), deadline).get());
      return titles.empty() ? "" : "; it has " + titles;
    } catch (const Error& error) {
      if (error.status() == LOCKREC_E_CANCELLED) throw;
      return "";
    }
  }

  // False: the sheet changed meanwhile, and must be looked at again.
  bool read_rows(RowFeed& feed, std::set<Restart>& restarts, const Deadline& deadline) {
    try {
      feed.begin(shape_.time_zone);
      read_columns(client_, source_, columns_, shape_.grid_rows, deadline,
                   [&feed](std::uint32_t row, const RowCells& cells) {
                     feed.row({row, cells[tag_at], cells[occupied_by_at], cells[occupied_at_at]});
                   });
      return true;
    } catch (const SheetMoved& moved) {
      const bool header = moved.moved() == SheetMoved::What::header;
      if (!restarts.insert(header ? Restart::header_moved : Restart::rows_moved).second) throw;
      log_.warning(std::string(moved.what()) + "; reading it again");
    } catch (const Refusal& refusal) {
      if (refusal.remedy() != Refusal::Remedy::new_metadata) throw;
      if (!restarts.insert(Restart::grid_shrank).second) throw;
      log_.warning(std::string(refusal.what()) + "; reading it again");
    }
    return false;
  }

  const SourceConfig& source_;
  Log& log_;
  std::int32_t& phase_;
  GoogleClient client_;
  std::string what_;
  SheetShape shape_;
  Columns columns_;
};

}  // namespace

std::unique_ptr<Source> open_google(const Config& config, net::Loop& loop, Log& log, std::int32_t& phase) {
  return std::make_unique<GoogleSource>(config, loop, log, phase);
}

}  // namespace lockrec::sheet
