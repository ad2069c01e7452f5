// Follows lines and texts through the stream; whatever is no reply is left for hiredis to refuse.
#include "redis/bulk_cutter.hpp"

#include <algorithm>
#include <charconv>

namespace lockrec::redis {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t header_bytes_max = 32;

bool is_header(std::string_view bytes) { return bytes.size() <= header_bytes_max && bytes.ends_with(line_end); }

// Bytes of the replies ahead that nearly all are: nothing, OK, 1. Hundreds of them come in a row.
std::size_t simplest_ahead(std::string_view bytes) {
  std::size_t size = 0;
  for (;;) {
    const auto rest = bytes.substr(size);
    if (rest.starts_with("$-1\r\n") || rest.starts_with("+OK\r\n")) size += 5;
    else if (rest.starts_with(":1\r\n")) size += 4;
    else return size;
  }
}

std::string_view take_front(std::string_view& bytes, std::size_t size) {
  const auto front = bytes.substr(0, size);
  bytes.remove_prefix(front.size());
  return front;
}

std::string_view take_front(std::string_view& bytes, std::int64_t& left) {
  const auto size = std::min(static_cast<std::uint64_t>(left), static_cast<std::uint64_t>(bytes.size()));
  left -= static_cast<std::int64_t>(size);
  return take_front(bytes, static_cast<std::size_t>(size));
}

}  // namespace

std::string_view BulkCutter::next(std::string_view& bytes) {
  if (bytes.empty()) return {};
  if (keep_ > 0) return take_front(bytes, keep_);
  if (skip_ > 0) {
    take_front(bytes, skip_);
    if (skip_ == 0) keep_ = static_cast<std::int64_t>(line_end.size());
    return {};
  }
  if (state_ == State::start) {
    if (const auto simple = simplest_ahead(bytes); simple > 0) return take_front(bytes, simple);
    state_ = bytes.front() == '$' ? State::header : State::line;
    header_.clear();
    last_ = '\0';
  }
  return state_ == State::header ? header(bytes) : line(bytes);
}

// Held back until it is whole: it may have to say another length.
std::string_view BulkCutter::header(std::string_view& bytes) {
  if (header_.empty()) {
    const auto whole = bytes.substr(0, bytes.find('\n') + 1);  // nothing of it where there is none
    if (is_header(whole)) return bounded(take_front(bytes, whole.size()));
  }
  while (!bytes.empty() && header_.size() < header_bytes_max && !header_.ends_with(line_end)) {
    header_ += take_front(bytes, std::size_t{1});
  }
  if (!header_.ends_with(line_end)) {
    if (header_.size() < header_bytes_max) return {};
    state_ = State::line;
    last_ = header_.back();
    return header_;
  }
  return bounded(header_);
}

// A whole header, which says another length where the text is cut.
std::string_view BulkCutter::bounded(std::string_view header) {
  state_ = State::start;
  std::int64_t size = 0;
  const char* const end = header.data() + header.size() - line_end.size();
  const auto read = std::from_chars(header.data() + 1, end, size);
  if (read.ec != std::errc() || read.ptr != end || size < 0) return header;
  const auto kept = std::min(size, kept_bytes);
  skip_ = size - kept;
  keep_ = kept;
  if (skip_ == 0) {
    keep_ += static_cast<std::int64_t>(line_end.size());
    return header;
  }
  header_ = "$" + std::to_string(kept) + "\r\n";
  return header_;
}

std::string_view BulkCutter::line(std::string_view& bytes) {
  for (std::size_t at = 0; (at = bytes.find('\n', at)) != bytes.npos; ++at) {
    if ((at == 0 ? last_ : bytes[at - 1]) != '\r') continue;
    state_ = State::start;
    return take_front(bytes, at + 1);
  }
  last_ = bytes.back();
  return take_front(bytes, bytes.size());
}

}  // namespace lockrec::redis
