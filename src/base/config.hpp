// What the host asked for, copied, checked and with its defaults filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "lockrec/lockrec.h"

namespace lockrec {

enum class SourceKind { google, file, host };

struct SourceConfig {
  SourceKind kind = SourceKind::host;
  std::string spreadsheet_id;
  std::string file;
  // The host's rows stay where they are: borrowed for the call, read once.
  const unsigned char* rows = nullptr;
  std::uint64_t row_count = 0;
  std::uint32_t row_size_bytes = 0;

  std::string worksheet;
  std::string tag_column;
  std::string occupied_by_column;
  std::string occupied_at_column;
  std::int64_t rows_max = 0;
  std::int64_t body_bytes_max = 0;
};

struct GoogleConfig {
  // At most one of the three is set, exactly one where the source is a spreadsheet.
  Secret credentials_json;
  std::string credentials_file;
  Secret access_token;

  std::string sheets_endpoint;  // without a slash at its end
  std::string token_endpoint;   // empty: the key's token_uri
  std::string ca_file;          // empty: the system's
};

struct RedisConfig {
  Secret url;  // may hold a password
  std::optional<std::string> username;
  std::optional<Secret> password;
  std::string ca_file;  // empty: the system's
  std::string cert_file;
  std::string key_file;
  // The sentinels' own login; none is sent where both are absent.
  std::optional<std::string> sentinel_username;
  std::optional<Secret> sentinel_password;
  std::int64_t wait_replicas = 0;  // 0: not asked
};

struct Config {
  SourceConfig source;
  GoogleConfig google;
  RedisConfig redis;

  std::string free_value;
  std::string time_zone;  // empty: the spreadsheet's
  std::string key_prefix;
  std::int64_t max_age_ms = 0;
  std::int64_t safety_ttl_ms = 0;
  std::int64_t fleet_ttl_ms = 0;
  std::int64_t now_unix_ms = 0;  // 0: the system clock

  bool dry_run = false;
  bool confirm = true;
};

}  // namespace lockrec
