// Reads a file that can't hold up the call: no FIFO, no device, no more bytes than allowed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/deadline.hpp"

namespace lockrec::sheet {

struct FileToRead {
  std::string path;
  std::string what;               // "the file 'rows.csv'"
  std::int32_t missing_status;    // where there is no such file
  std::int32_t too_large_status;  // where it has more than bytes_max bytes
  std::int64_t bytes_max;
  std::string limit_name = {};  // of the setting behind bytes_max; empty: it is fixed
};

// Hands the bytes over piece by piece; its own buffer is wiped. Throws Error naming the file and why.
void read_regular_file(const FileToRead& file, const Deadline& deadline,
                       const std::function<void(std::string_view)>& take);

}  // namespace lockrec::sheet
