// A .csv file, down to what its rows would lock.
#include "sheet/csv.hpp"

#include "rows.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read_rows(fuzz::text_of(data, size), lockrec::sheet::read_csv);
  return 0;
}
