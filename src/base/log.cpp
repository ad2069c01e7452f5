// Filtering before any formatting; everything written goes through printable().
#include "base/log.hpp"

#include <utility>

#include "base/text.hpp"

namespace lockrec {

namespace {
constexpr std::int64_t rows_named = 20;
constexpr std::size_t line_bytes_max = 1500;  // a tag of 512 bytes and an owner fit
}  // namespace

Log::Log(lockrec_log_fn sink, void* user, std::int32_t level)
    : sink_(sink), user_(user), level_(level == LOCKREC_LOG_DEFAULT ? LOCKREC_LOG_WARNING : level) {}

void Log::line(std::int32_t level, std::string_view text) {
  if (!wants(level)) return;
  const auto made = printable(text, line_bytes_max);
  sink_(user_, level, made.c_str(), made.size());
}

void Log::row(std::int32_t level, std::string_view kind, std::string_view text) {
  if (!wants(level)) return;
  auto found = kinds_.find(kind);
  if (found == kinds_.end()) found = kinds_.emplace(kind, Kind{level}).first;
  if (++found->second.count <= rows_named) line(level, text);
}

void Log::finish_rows() {
  // Taken first: what a callback does can't write a kind's line twice.
  const auto kinds = std::exchange(kinds_, {});
  for (const auto& [kind, seen] : kinds) {
    if (seen.count <= rows_named) continue;
    line(seen.level, std::to_string(seen.count) + " " + kind + " in all, the first " + std::to_string(rows_named) +
                         " are named above");
  }
}

}  // namespace lockrec
