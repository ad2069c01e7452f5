// What the command line says, and the configuration that it makes.
#pragma once

#include <lockrec/lockrec.h>

#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>

#include "secret_text.hpp"

namespace lockrec::cli {

// A command line that can't be used; its sentence never repeats a value that may be a secret.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  // Points into texts and secrets: an Options object stays where it is.
  lockrec_config_t config{};
  std::deque<std::string> texts;
  SecretText access_token;
  SecretText redis_password;
  SecretText sentinel_password;
  std::string access_token_file;
  std::string redis_password_file;
  std::string sentinel_password_file;

  bool is_dry_run = false;
  bool skips_confirm = false;
  bool uses_environment = false;
  bool prints_json = false;
  bool prints_rows = false;
  std::int32_t log_level = LOCKREC_LOG_WARNING;

  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // Reads the secrets' files and fills in the flags. Throws UsageError.
  void finish();
};

}  // namespace lockrec::cli
