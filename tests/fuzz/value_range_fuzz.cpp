// A .json file in the API's ValueRange form, down to what its rows would lock.
#include "sheet/value_range.hpp"

#include "rows.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read_rows(fuzz::text_of(data, size), lockrec::sheet::read_value_range);
  return 0;
}
