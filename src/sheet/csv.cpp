#include "sheet/csv.hpp"

#include <csv.h>

#include <algorithm>
#include <exception>
#include <new>
#include <vector>

#include "base/error.hpp"
#include "sheet/columns.hpp"
#include "sheet/foreign_text.hpp"

namespace lockrec::sheet {

namespace {

class Records {
 public:
  Records(const SourceConfig& config, RowFeed& feed, Log& log) : config_(config), feed_(feed), log_(log) {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) throw std::bad_alloc();
    csv_set_blk_size(&parser_, std::size_t{1} << 12);
  }
  ~Records() { csv_free(&parser_); }
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  void parse(std::string_view bytes) {
    constexpr std::size_t slice_bytes = std::size_t{1} << 16;
    while (!bytes.empty()) {
      feed_.deadline().check();
      const std::string_view slice = bytes.substr(0, slice_bytes);
      const std::size_t used = csv_parse(&parser_, slice.data(), slice.size(), on_field, on_record, this);
      if (failure_) std::rethrow_exception(failure_);
      if (used != slice.size()) refuse();
      bytes.remove_prefix(slice.size());
    }
    const int failed = csv_fini(&parser_, on_field, on_record, this);
    if (failure_) std::rethrow_exception(failure_);
    if (failed != 0) refuse();
    if (!header_seen_) end_header();
  }

 private:
  // libcsv is C: what is thrown waits until it has returned.
  template <class Work>
  void guarded(Work work) noexcept {
    if (failure_) return;
    try {
      work();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  static void on_field(void* text, std::size_t size, void* self) {
    auto& records = *static_cast<Records*>(self);
    records.guarded([&] { records.field({static_cast<const char*>(text), size}); });
  }

  static void on_record(int ended_by, void* self) {
    auto& records = *static_cast<Records*>(self);
    records.guarded([&] { records.record(ended_by); });
  }

  void field(std::string_view text) {
    if (!header_seen_) {
      header_.emplace_back(text);
    } else {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].index == field_count_) cells_[i].assign(text);
      }
    }
    ++field_count_;
  }

  // Every CR and every LF is reported: the LF of a CR LF ends no further record.
  void record(int ended_by) {
    const bool second_half = ended_by == CSV_LF && ended_by_ == CSV_CR && field_count_ == 0;
    ended_by_ = second_half ? 0 : ended_by;
    if (second_half) return;
    ++record_count_;
    if (!header_seen_) {
      end_header();
    } else {
      feed_.row({record_count_, text_cell(cells_[tag_at], true), text_cell(cells_[occupied_by_at], true),
                 text_cell(cells_[occupied_at_at], true)});
    }
    field_count_ = 0;
    for (std::string& cell : cells_) cell.clear();
  }

  void end_header() {
    columns_ = find_columns(header_, config_, feed_.what());
    header_seen_ = true;
    log_.info(columns_line(columns_));
    feed_.begin({});
  }

  [[noreturn]] void refuse() {
    if (csv_error(&parser_) == CSV_ENOMEM || csv_error(&parser_) == CSV_ETOOBIG) throw std::bad_alloc();
    throw Error(LOCKREC_E_SHEET_FORMAT, feed_.what() + " is no CSV from row " + std::to_string(record_count_ + 1) +
                                            " on: a quotation mark is missing or stands where none may");
  }

  const SourceConfig& config_;
  RowFeed& feed_;
  Log& log_;
  csv_parser parser_{};
  std::exception_ptr failure_;
  std::vector<std::string> header_;
  bool header_seen_ = false;
  Columns columns_;
  std::array<std::string, 3> cells_;
  std::size_t field_count_ = 0;
  std::uint32_t record_count_ = 0;
  int ended_by_ = 0;
};

}  // namespace

void read_csv(std::string_view bytes, const SourceConfig& config, RowFeed& feed, Log& log) {
  require_text(bytes, feed.what(), feed.deadline());
  Records(config, feed, log).parse(without_byte_order_mark(bytes));
}

}  // namespace lockrec::sheet
