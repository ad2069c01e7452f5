#include "api/sized_struct.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"

namespace lockrec::api {

namespace {

// The caller's storage may be smaller or larger than the type says: only bytes are looked at.
std::uint32_t struct_size_of(const void* any_struct) {
  std::uint32_t struct_size = 0;
  std::memcpy(&struct_size, any_struct, sizeof struct_size);
  return struct_size;
}

}  // namespace

bool is_usable_size(const Layout& layout, std::uint32_t struct_size) {
  return struct_size >= struct_size_min && struct_size <= struct_size_max && ends_between_fields(layout, struct_size);
}

lockrec_config_t take_config(const lockrec_config_t* from) {
  if (from == nullptr) throw Error(LOCKREC_E_ARGUMENT, "config is NULL");
  const std::uint32_t struct_size = struct_size_of(from);
  if (!is_usable_size(config_layout(), struct_size)) {
    throw Error(LOCKREC_E_ARGUMENT, "config->struct_size is " + std::to_string(struct_size) +
                                        ", which no version has: set it to sizeof(lockrec_config_t)");
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(from);
  const std::size_t known = std::min<std::size_t>(struct_size, sizeof(lockrec_config_t));
  if (std::any_of(bytes + known, bytes + struct_size, [](unsigned char byte) { return byte != 0; })) {
    throw Error(LOCKREC_E_CONFIG_TOO_NEW,
                "the configuration uses a field that lockrec " LOCKREC_VERSION " does not know: update the library");
  }
  lockrec_config_t config{};
  std::memcpy(&config, bytes, known);
  return config;
}

void clear_result(lockrec_result_t* result) {
  const std::uint32_t struct_size = struct_size_of(result);
  std::memset(result, 0, struct_size);
  std::memcpy(result, &struct_size, sizeof struct_size);
}

void give_result(const lockrec_result_t& from, lockrec_result_t* result) {
  const std::uint32_t struct_size = struct_size_of(result);
  const std::size_t known = std::min<std::size_t>(struct_size, sizeof from);
  auto* bytes = reinterpret_cast<unsigned char*>(result);
  std::memcpy(bytes + sizeof struct_size, reinterpret_cast<const unsigned char*>(&from) + sizeof struct_size,
              known - sizeof struct_size);
}

}  // namespace lockrec::api
