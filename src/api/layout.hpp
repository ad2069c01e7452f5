// What every field of the public structs is called, where it lies and what it is: one table for the
// layout's proof, for lockrec_abi_describe() and for the checks of struct_size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lockrec/lockrec.h"

namespace lockrec::api {

struct Field {
  const char* name;
  std::size_t offset;
  std::size_t size;
  const char* type;
};

struct Layout {
  const char* name;
  std::size_t size;
  std::span<const Field> fields;
};

std::span<const Layout> layouts();
const Layout& config_layout();
const Layout& result_layout();

// Whether a struct of this size, as an older or newer caller knows it, ends between two fields.
bool ends_between_fields(const Layout& layout, std::size_t struct_size);

}  // namespace lockrec::api
