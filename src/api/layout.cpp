#include "api/layout.hpp"

#include <algorithm>
#include <array>

namespace lockrec::api {

namespace {

template <class T>
constexpr const char* type_name() {
  if constexpr (std::is_same_v<T, std::int32_t>) return "int32";
  if constexpr (std::is_same_v<T, std::uint32_t>) return "uint32";
  if constexpr (std::is_same_v<T, std::int64_t>) return "int64";
  if constexpr (std::is_same_v<T, std::uint64_t>) return "uint64";
  if constexpr (std::is_same_v<T, const char*>) return "const char *";
  if constexpr (std::is_same_v<T, const std::int32_t*>) return "const int32 *";
  if constexpr (std::is_same_v<T, const lockrec_row_t*>) return "const lockrec_row *";
  if constexpr (std::is_same_v<T, void*>) return "void *";
  if constexpr (std::is_same_v<T, lockrec_log_fn>) return "lockrec_log_fn";
  if constexpr (std::is_same_v<T, lockrec_row_fn>) return "lockrec_row_fn";
  if constexpr (std::is_array_v<T>) return "char[256]";
}

// clang-format off: one line a field
#define FIELD(struct_type, name) \
  Field { #name, offsetof(struct_type, name), sizeof(struct_type::name), type_name < decltype(struct_type::name)>() }

constexpr std::array row_fields{
    FIELD(lockrec_row_t, tag),
    FIELD(lockrec_row_t, occupied_by),
    FIELD(lockrec_row_t, occupied_at),
};

constexpr std::array row_report_fields{
    FIELD(lockrec_row_report_t, struct_size), FIELD(lockrec_row_report_t, outcome), FIELD(lockrec_row_report_t, reason),
    FIELD(lockrec_row_report_t, row_number),  FIELD(lockrec_row_report_t, tag),     FIELD(lockrec_row_report_t, owner),
};

constexpr std::array config_fields{
    FIELD(lockrec_config_t, struct_size),
    FIELD(lockrec_config_t, flags),
    FIELD(lockrec_config_t, deadline_ms),
    FIELD(lockrec_config_t, spreadsheet_id),
    FIELD(lockrec_config_t, source_file),
    FIELD(lockrec_config_t, rows),
    FIELD(lockrec_config_t, row_count),
    FIELD(lockrec_config_t, row_size_bytes),
    FIELD(lockrec_config_t, log_level),
    FIELD(lockrec_config_t, worksheet),
    FIELD(lockrec_config_t, tag_column),
    FIELD(lockrec_config_t, occupied_by_column),
    FIELD(lockrec_config_t, occupied_at_column),
    FIELD(lockrec_config_t, free_value),
    FIELD(lockrec_config_t, time_zone),
    FIELD(lockrec_config_t, credentials_json),
    FIELD(lockrec_config_t, credentials_file),
    FIELD(lockrec_config_t, access_token),
    FIELD(lockrec_config_t, sheets_endpoint),
    FIELD(lockrec_config_t, token_endpoint),
    FIELD(lockrec_config_t, ca_file),
    FIELD(lockrec_config_t, redis_url),
    FIELD(lockrec_config_t, redis_username),
    FIELD(lockrec_config_t, redis_password),
    FIELD(lockrec_config_t, redis_ca_file),
    FIELD(lockrec_config_t, redis_cert_file),
    FIELD(lockrec_config_t, redis_key_file),
    FIELD(lockrec_config_t, key_prefix),
    FIELD(lockrec_config_t, max_age_ms),
    FIELD(lockrec_config_t, safety_ttl_ms),
    FIELD(lockrec_config_t, fleet_ttl_ms),
    FIELD(lockrec_config_t, now_unix_ms),
    FIELD(lockrec_config_t, rows_max),
    FIELD(lockrec_config_t, body_bytes_max),
    FIELD(lockrec_config_t, log),
    FIELD(lockrec_config_t, log_user),
    FIELD(lockrec_config_t, on_row),
    FIELD(lockrec_config_t, on_row_user),
    FIELD(lockrec_config_t, cancel_flag),
    FIELD(lockrec_config_t, sentinel_username),
    FIELD(lockrec_config_t, sentinel_password),
    FIELD(lockrec_config_t, wait_replicas),
};

constexpr std::array result_fields{
    FIELD(lockrec_result_t, struct_size),     FIELD(lockrec_result_t, status),
    FIELD(lockrec_result_t, phase),           FIELD(lockrec_result_t, cause_domain),
    FIELD(lockrec_result_t, cause_code),      FIELD(lockrec_result_t, elapsed_ms),
    FIELD(lockrec_result_t, sheet_ms),        FIELD(lockrec_result_t, redis_ms),
    FIELD(lockrec_result_t, rows_total),      FIELD(lockrec_result_t, rows_free),
    FIELD(lockrec_result_t, skipped_invalid), FIELD(lockrec_result_t, skipped_stale),
    FIELD(lockrec_result_t, already_locked),  FIELD(lockrec_result_t, conflicting),
    FIELD(lockrec_result_t, adopted),         FIELD(lockrec_result_t, reconciled),
    FIELD(lockrec_result_t, withdrawn),       FIELD(lockrec_result_t, failed),
    FIELD(lockrec_result_t, unprocessed),     FIELD(lockrec_result_t, unconfirmed),
    FIELD(lockrec_result_t, message),
};

#undef FIELD
// clang-format on

// Every field is listed, in order, and nothing lies between two of them.
template <std::size_t N>
constexpr bool is_whole(const std::array<Field, N>& fields, std::size_t struct_size) {
  std::size_t end = 0;
  for (const Field& field : fields) {
    if (field.offset != end) return false;
    end += field.size;
  }
  return end == struct_size;
}

static_assert(sizeof(void*) == 8, "the layouts are promised for LP64");
static_assert(is_whole(row_fields, sizeof(lockrec_row_t)));
static_assert(is_whole(row_report_fields, sizeof(lockrec_row_report_t)));
static_assert(is_whole(config_fields, sizeof(lockrec_config_t)));
static_assert(is_whole(result_fields, sizeof(lockrec_result_t)));

constexpr std::array all_layouts{
    Layout{"lockrec_row", sizeof(lockrec_row_t), row_fields},
    Layout{"lockrec_row_report", sizeof(lockrec_row_report_t), row_report_fields},
    Layout{"lockrec_config", sizeof(lockrec_config_t), config_fields},
    Layout{"lockrec_result", sizeof(lockrec_result_t), result_fields},
};

}  // namespace

std::span<const Layout> layouts() { return all_layouts; }
const Layout& config_layout() { return all_layouts[2]; }
const Layout& result_layout() { return all_layouts[3]; }

bool ends_between_fields(const Layout& layout, std::size_t struct_size) {
  return std::none_of(layout.fields.begin(), layout.fields.end(), [struct_size](const Field& field) {
    return field.offset < struct_size && struct_size < field.offset + field.size;
  });
}

}  // namespace lockrec::api
