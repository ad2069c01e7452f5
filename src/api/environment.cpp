#include "api/environment.hpp"

#include <cstdlib>

namespace lockrec::api {

namespace {

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

bool has_source(const lockrec_config_t& config) {
  return config.spreadsheet_id != nullptr || config.source_file != nullptr || (config.flags & LOCKREC_ROWS) != 0;
}

bool has_credential(const lockrec_config_t& config) {
  return config.credentials_json != nullptr || config.credentials_file != nullptr || config.access_token != nullptr;
}

}  // namespace

void fill_from_environment(lockrec_config_t& config) {
  if ((config.flags & LOCKREC_ENV) == 0) return;
  if (!has_source(config)) config.spreadsheet_id = variable("GOOGLE_SHEET_ID");
  if (!has_credential(config)) {
    config.credentials_json = variable("GOOGLE_APPLICATION_CREDENTIALS_JSON");
    if (config.credentials_json == nullptr) config.credentials_file = variable("GOOGLE_APPLICATION_CREDENTIALS");
  }
  if (config.redis_url == nullptr) config.redis_url = variable("REDIS_URL");
  if (config.worksheet == nullptr) config.worksheet = variable("HOJA_OPERACIONES_NOMBRE");
  if (config.time_zone == nullptr) config.time_zone = variable("TIMEZONE");
}

}  // namespace lockrec::api
