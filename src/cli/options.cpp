// What the command line says, and the configuration that it makes.
#include "options.hpp"

namespace lockrec::cli {
namespace {

// NULL where no file is given.
const char* read_secret(const char* flag, const std::string& path, SecretText& into) {
  if (path.empty()) return nullptr;
  try {
    into = SecretText::from_file(flag, path);
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
  return into.c_str();
}

}  // namespace

void Options::finish() {
  config.struct_size = sizeof config;
  config.flags = (is_dry_run ? static_cast<std::uint32_t>(LOCKREC_DRY_RUN) : 0u) |
                 (skips_confirm ? static_cast<std::uint32_t>(LOCKREC_NO_CONFIRM) : 0u) |
                 (uses_environment ? static_cast<std::uint32_t>(LOCKREC_ENV) : 0u);
  if (config.redis_url != nullptr && holds_password(config.redis_url)) {
    throw UsageError(
        "--redis-url holds a password, and every user of this machine can read a command's arguments: put the password "
        "into a file and give --redis-password-file FILE, or put the whole address into REDIS_URL and give --env");
  }
  config.access_token = read_secret("--access-token-file", access_token_file, access_token);
  config.redis_password = read_secret("--redis-password-file", redis_password_file, redis_password);
  config.sentinel_password = read_secret("--sentinel-password-file", sentinel_password_file, sentinel_password);
}

}  // namespace lockrec::cli
