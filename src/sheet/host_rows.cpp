#include "sheet/host_rows.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "sheet/row_feed.hpp"

namespace lockrec::sheet {

namespace {

Cell host_cell(const char* text) { return text == nullptr ? Cell{} : text_cell(text, true); }

class HostRows : public Source {
 public:
  HostRows(const SourceConfig& config, Log& log, std::int32_t& phase) : config_(config), log_(log), phase_(phase) {}

  void read(RowReader& reader, const Deadline& deadline) override {
    phase_ = LOCKREC_PHASE_SHEET;
    log_.info("sheet: " + std::to_string(config_.row_count) + " rows given by the host");
    log_.info("columns: tag, occupied_by and occupied_at of each row");
    RowFeed feed(reader, "the host's list", config_.rows_max, deadline);
    feed.begin({});
    // The host's row may be an older, shorter one, or a newer, longer one.
    const std::size_t stride = config_.row_size_bytes == 0 ? sizeof(lockrec_row_t) : config_.row_size_bytes;
    const std::size_t known = std::min(stride, sizeof(lockrec_row_t));
    for (std::uint64_t index = 0; index < config_.row_count; ++index) {
      lockrec_row_t row{};
      std::memcpy(&row, config_.rows + index * stride, known);
      feed.row({static_cast<std::uint32_t>(index + 1), host_cell(row.tag), host_cell(row.occupied_by),
                host_cell(row.occupied_at)});
    }
  }

 private:
  const SourceConfig& config_;
  Log& log_;
  std::int32_t& phase_;
};

}  // namespace

std::unique_ptr<Source> open_host_rows(const Config& config, Log& log, std::int32_t& phase) {
  return std::make_unique<HostRows>(config.source, log, phase);
}

}  // namespace lockrec::sheet
