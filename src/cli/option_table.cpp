// Every flag that is a field of the configuration under the same name.
#include "option_table.hpp"

namespace lockrec::cli {
namespace {

using Config = lockrec_config_t;

constexpr TextOption kTexts[] = {
    {"--spreadsheet-id", &Config::spreadsheet_id, "ID", "Source", "A Google spreadsheet: the long id in its address"},
    {"--source-file", &Config::source_file, "FILE", "Source", "A .csv as Sheets exports it, or a .json ValueRange"},
    {"--worksheet", &Config::worksheet, "NAME", "Source", "The tab [Operaciones]"},
    {"--tag-column", &Config::tag_column, "NAME", "Source", "The header over the tags [TAG_SPOOL]"},
    {"--occupied-by-column", &Config::occupied_by_column, "NAME", "Source", "... over the owners [Ocupado_Por]"},
    {"--occupied-at-column", &Config::occupied_at_column, "NAME", "Source", "... over the dates [Fecha_Ocupacion]"},
    {"--free-value", &Config::free_value, "TEXT", "Source", "An owner cell that means nobody [DISPONIBLE]"},
    {"--time-zone", &Config::time_zone, "ZONE", "Source",
     "As America/Santiago or GMT-03:00 [the spreadsheet's; required for a file]"},

    {"--credentials-file", &Config::credentials_file, "FILE", "Google", "A service account's key, as JSON"},
    {"--sheets-endpoint", &Config::sheets_endpoint, "URL", "Google", "Instead of Google's Sheets API"},
    {"--token-endpoint", &Config::token_endpoint, "URL", "Google", "Instead of the key's token_uri"},
    {"--ca-file", &Config::ca_file, "FILE", "Google", "Authorities to trust at the two endpoints, PEM [the system's]"},

    {"--redis-url", &Config::redis_url, "URL", "Redis",
     "redis://, rediss://, unix:///path?db=0 or\nredis-sentinel://host,host/0#master, without\n"
     "password [redis://127.0.0.1:6379/0]"},
    {"--redis-username", &Config::redis_username, "NAME", "Redis", "An ACL user [the URL's]"},
    {"--redis-ca-file", &Config::redis_ca_file, "FILE", "Redis", "Authorities to trust at Redis, PEM [the system's]"},
    {"--redis-cert-file", &Config::redis_cert_file, "FILE", "Redis", "A client certificate, PEM"},
    {"--redis-key-file", &Config::redis_key_file, "FILE", "Redis", "Its key, PEM"},
    {"--sentinel-username", &Config::sentinel_username, "NAME", "Redis", "The sentinels' own ACL user"},
    {"--key-prefix", &Config::key_prefix, "TEXT", "Redis", "A lock's key is this and the tag [spool_lock:]"},
};

constexpr std::int64_t kYear2200Ms = 7'258'118'400'000;
constexpr std::int64_t kTenYearsMs = 316'224'000'000;

constexpr NumberOption kNumbers[] = {
    {"--rows-max", &Config::rows_max, 1, 10'000'000, "N", "Source", "More rows than this are an error [1000000]"},
    {"--body-bytes-max", &Config::body_bytes_max, 1, 1'073'741'824, "BYTES", "Source",
     "So is a longer reply or file [16777216]"},

    {"--deadline-ms", &Config::deadline_ms, 1, 600'000, "MS", "Rules", "The whole run, whatever happens [10000]"},
    {"--max-age-ms", &Config::max_age_ms, 1, kTenYearsMs, "MS", "Rules",
     "An older occupation gets no lock [86400000, a day]"},
    {"--safety-ttl-ms", &Config::safety_ttl_ms, 100, 600'000, "MS", "Rules",
     "Life of a lock until it is made permanent [10000]"},
    {"--fleet-ttl-ms", &Config::fleet_ttl_ms, 0, 86'400'000, "MS", "Rules",
     "One process of a fleet reconciles within this time,\nthe others wait for it [0, off]"},
    {"--wait-replicas", &Config::wait_replicas, 0, 100, "N", "Rules",
     "A lock that fewer replicas have counts as failed\n[0, off]"},
    {"--now-unix-ms", &Config::now_unix_ms, 0, kYear2200Ms, "MS", "Rules",
     "Judge ages against this instant [0, the clock]"},
};

}  // namespace

std::span<const TextOption> text_options() { return kTexts; }
std::span<const NumberOption> number_options() { return kNumbers; }

}  // namespace lockrec::cli
