#include "sheet/file_source.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/csv.hpp"
#include "sheet/regular_file.hpp"
#include "sheet/value_range.hpp"

namespace lockrec::sheet {

namespace {

bool ends_in(std::string_view path, std::string_view ending) {
  return path.size() >= ending.size() && equal_ignoring_ascii_case(path.substr(path.size() - ending.size()), ending);
}

class FileSource : public Source {
 public:
  FileSource(const SourceConfig& config, Log& log, std::int32_t& phase)
      : config_(config), log_(log), phase_(phase), what_("the file '" + printable(config.file, 120) + "'") {
    if (!ends_in(config_.file, ".csv") && !ends_in(config_.file, ".json")) {
      throw Error(LOCKREC_E_CONFIG, "source_file: " + what_ + " ends neither in .csv nor in .json");
    }
  }

  void read(RowReader& reader, const Deadline& deadline) override {
    phase_ = LOCKREC_PHASE_SHEET;
    std::string bytes;
    read_regular_file({config_.file, what_, LOCKREC_E_SHEET_NOT_FOUND, LOCKREC_E_SHEET_FORMAT, config_.body_bytes_max,
                       "body_bytes_max"},
                      deadline, [&bytes](std::string_view piece) { bytes.append(piece); });
    RowFeed feed(reader, what_, config_.rows_max, deadline);
    if (ends_in(config_.file, ".csv")) {
      read_csv(bytes, config_, feed, log_);
    } else {
      read_value_range(std::move(bytes), config_, feed, log_);
    }
    log_.info("sheet: " + what_ + " has " + std::to_string(feed.count()) + " rows below its header");
  }

 private:
  const SourceConfig& config_;
  Log& log_;
  std::int32_t& phase_;
  std::string what_;
};

}  // namespace

std::unique_ptr<Source> open_file(const Config& config, Log& log, std::int32_t& phase) {
  return std::make_unique<FileSource>(config.source, log, phase);
}

}  // namespace lockrec::sheet
