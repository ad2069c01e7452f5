// Every flag that is a field of the configuration under the same name.
#pragma once

#include <lockrec/lockrec.h>

#include <cstdint>
#include <span>

namespace lockrec::cli {

struct TextOption {
  const char* flag;
  const char* lockrec_config_t::*field;
  const char* value_name;
  const char* group;
  const char* help;
};

struct NumberOption {
  const char* flag;
  std::int64_t lockrec_config_t::*field;
  std::int64_t lowest;
  std::int64_t highest;
  const char* value_name;
  const char* group;
  const char* help;
};

std::span<const TextOption> text_options();
std::span<const NumberOption> number_options();

}  // namespace lockrec::cli
