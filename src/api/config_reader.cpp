#include "api/config_reader.hpp"

#include "api/config_text.hpp"
#include "api/environment.hpp"
#include "base/endpoint_rule.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace lockrec::api {

namespace {

constexpr std::uint32_t known_flags = LOCKREC_DRY_RUN | LOCKREC_NO_CONFIRM | LOCKREC_ROWS | LOCKREC_ENV;
constexpr std::int64_t day_ms = 86400000;

[[noreturn]] void refuse(const std::string& sentence) { throw Error(LOCKREC_E_CONFIG, sentence); }

struct Range {
  const char* field;
  std::int64_t lowest;
  std::int64_t highest;
  std::int64_t when_zero;
};

constexpr Range deadline_range{"deadline_ms", 1, 600000, 10000};

std::int64_t within(const Range& range, std::int64_t value) {
  if (value == 0) return range.when_zero;
  if (value < range.lowest || value > range.highest) {
    refuse(std::string(range.field) + " is " + std::to_string(value) + ", outside " + std::to_string(range.lowest) +
           " to " + std::to_string(range.highest));
  }
  return value;
}

std::string spreadsheet_id_of(std::string text) {
  if (text.find('/') != std::string::npos) {
    refuse("spreadsheet_id is an address: give only the id, the part between /d/ and the next slash");
  }
  for (const char c : text) {
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter_or_digit && c != '-' && c != '_') refuse("spreadsheet_id holds a character that no id has");
  }
  return text;
}

SourceConfig read_source(const lockrec_config_t& raw) {
  SourceConfig source;
  const bool host_rows = (raw.flags & LOCKREC_ROWS) != 0;
  const int sources = (raw.spreadsheet_id != nullptr) + (raw.source_file != nullptr) + host_rows;
  if (sources == 0) refuse("no source is given: set spreadsheet_id, source_file, or rows with the flag LOCKREC_ROWS");
  if (sources > 1) refuse("more than one source is given: keep one of spreadsheet_id, source_file and LOCKREC_ROWS");
  if (!host_rows && (raw.rows != nullptr || raw.row_count != 0)) refuse("rows are given without the flag LOCKREC_ROWS");
  if (raw.spreadsheet_id != nullptr) {
    source.kind = SourceKind::google;
    source.spreadsheet_id = spreadsheet_id_of(*take_text("spreadsheet_id", raw.spreadsheet_id));
  } else if (raw.source_file != nullptr) {
    source.kind = SourceKind::file;
    source.file = *take_text("source_file", raw.source_file);
  } else {
    if (raw.rows == nullptr && raw.row_count != 0) refuse("rows is NULL, yet row_count is not 0");
    source.row_size_bytes = raw.row_size_bytes == 0 ? sizeof(lockrec_row_t) : raw.row_size_bytes;
    if (source.row_size_bytes < sizeof(lockrec_row_t) || source.row_size_bytes % alignof(lockrec_row_t) != 0 ||
        source.row_size_bytes > 4096) {
      refuse("row_size_bytes is not a size that a row can have");
    }
    source.rows = reinterpret_cast<const unsigned char*>(raw.rows);
    source.row_count = raw.row_count;
  }
  source.worksheet = take_text("worksheet", raw.worksheet).value_or("Operaciones");
  source.tag_column = take_text("tag_column", raw.tag_column).value_or("TAG_SPOOL");
  source.occupied_by_column = take_text("occupied_by_column", raw.occupied_by_column).value_or("Ocupado_Por");
  source.occupied_at_column = take_text("occupied_at_column", raw.occupied_at_column).value_or("Fecha_Ocupacion");
  source.rows_max = within({"rows_max", 1, 10000000, 1000000}, raw.rows_max);
  source.body_bytes_max = within({"body_bytes_max", 1, 1LL << 30, 16LL << 20}, raw.body_bytes_max);
  return source;
}

std::string endpoint(const char* field, const char* text, const char* when_null) {
  std::string url = take_text(field, text).value_or(when_null);
  while (url.ends_with('/')) url.pop_back();
  if (url.empty()) return url;
  if (const auto why = why_endpoint_is_refused(url)) refuse(std::string(field) + " " + *why);
  return url;
}

GoogleConfig read_google(const lockrec_config_t& raw) {
  GoogleConfig google;
  const int credentials =
      (raw.credentials_json != nullptr) + (raw.credentials_file != nullptr) + (raw.access_token != nullptr);
  if (credentials > 1) {
    refuse("more than one credential is given: keep one of credentials_json, credentials_file and access_token");
  }
  if (credentials == 0 && raw.spreadsheet_id != nullptr) {
    refuse("no credential is given: set credentials_file, credentials_json or access_token");
  }
  google.credentials_json = take_document("credentials_json", raw.credentials_json).value_or(Secret());
  google.credentials_file = take_text("credentials_file", raw.credentials_file).value_or("");
  google.access_token = take_secret("access_token", raw.access_token).value_or(Secret());
  google.sheets_endpoint = endpoint("sheets_endpoint", raw.sheets_endpoint, "https://sheets.googleapis.com");
  google.token_endpoint = endpoint("token_endpoint", raw.token_endpoint, "");
  google.ca_file = take_text("ca_file", raw.ca_file).value_or("");
  return google;
}

RedisConfig read_redis(const lockrec_config_t& raw) {
  RedisConfig redis;
  redis.url = take_secret("redis_url", raw.redis_url).value_or(Secret("redis://127.0.0.1:6379/0"));
  redis.username = take_text("redis_username", raw.redis_username);
  redis.password = take_secret("redis_password", raw.redis_password);
  redis.ca_file = take_text("redis_ca_file", raw.redis_ca_file).value_or("");
  redis.cert_file = take_text("redis_cert_file", raw.redis_cert_file).value_or("");
  redis.key_file = take_text("redis_key_file", raw.redis_key_file).value_or("");
  if (redis.cert_file.empty() != redis.key_file.empty()) {
    refuse("redis_cert_file and redis_key_file are needed together: a client certificate and its key");
  }
  redis.sentinel_username = take_text("sentinel_username", raw.sentinel_username);
  redis.sentinel_password = take_secret("sentinel_password", raw.sentinel_password);
  redis.wait_replicas = within({"wait_replicas", 0, 100, 0}, raw.wait_replicas);
  return redis;
}

}  // namespace

std::int64_t deadline_ms_of(const lockrec_config_t& raw) {
  if (raw.deadline_ms == 0) return deadline_range.when_zero;
  return raw.deadline_ms < deadline_range.lowest || raw.deadline_ms > deadline_range.highest ? 0 : raw.deadline_ms;
}

Config read_config(lockrec_config_t raw) {
  if ((raw.flags & ~known_flags) != 0) {
    throw Error(LOCKREC_E_CONFIG_TOO_NEW,
                "flags holds a flag that lockrec " LOCKREC_VERSION " does not know: update the library");
  }
  if (raw.log_level < LOCKREC_LOG_DEFAULT || raw.log_level > LOCKREC_LOG_DEBUG) {
    refuse("log_level is " + std::to_string(raw.log_level) + ", outside 0 to 4");
  }
  if (reinterpret_cast<std::uintptr_t>(raw.cancel_flag) % alignof(std::int32_t) != 0) {
    refuse("cancel_flag is not aligned to 4 bytes");
  }
  within(deadline_range, raw.deadline_ms);
  fill_from_environment(raw);

  Config config;
  config.source = read_source(raw);
  config.google = read_google(raw);
  config.redis = read_redis(raw);
  config.free_value = trim(take_text("free_value", raw.free_value, WhereEmpty::legal).value_or("DISPONIBLE"));
  config.time_zone = take_text("time_zone", raw.time_zone).value_or("");
  if (config.time_zone.empty() && config.source.kind != SourceKind::google) {
    refuse("time_zone is not given: rows of a file or of the host say nothing about theirs (America/Santiago, say)");
  }
  config.key_prefix = take_text("key_prefix", raw.key_prefix, WhereEmpty::legal).value_or("spool_lock:");
  config.max_age_ms = within({"max_age_ms", 1, 3660 * day_ms, day_ms}, raw.max_age_ms);
  config.safety_ttl_ms = within({"safety_ttl_ms", 100, 600000, 10000}, raw.safety_ttl_ms);
  config.fleet_ttl_ms = within({"fleet_ttl_ms", 1, day_ms, 0}, raw.fleet_ttl_ms);
  config.now_unix_ms = within({"now_unix_ms", 1, 7258118400000, 0}, raw.now_unix_ms);
  config.dry_run = (raw.flags & LOCKREC_DRY_RUN) != 0;
  config.confirm = (raw.flags & LOCKREC_NO_CONFIRM) == 0;
  return config;
}

}  // namespace lockrec::api
