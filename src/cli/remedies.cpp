// What somebody does next when a run did not finish.
#include "remedies.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace lockrec::cli {
namespace {

using Lines = std::vector<std::string>;

// Whether the library's sentence names one of these things; letters' case does not count.
bool speaks_of(const lockrec_result_t& result, std::initializer_list<std::string_view> words) {
  std::string message = result.message;
  std::transform(message.begin(), message.end(), message.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::any_of(words.begin(), words.end(),
                     [&message](std::string_view word) { return message.find(word) != std::string::npos; });
}

Lines for_config(const lockrec_result_t& result) {
  if (speaks_of(result, {"source is given"})) {
    return {"Give one source: --spreadsheet-id ID, --source-file FILE, or --env with GOOGLE_SHEET_ID set."};
  }
  if (speaks_of(result, {"credential is given"})) {
    return {
        "Give one credential: --credentials-file FILE with a service account's key, --access-token-file FILE, or "
        "--env with GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS_JSON set."};
  }
  if (speaks_of(result, {"sentinel"})) {
    return {
        "Name the sentinels and the master that they watch, as in --redis-url "
        "redis-sentinel://HOST:26379,HOST:26379/0#NAME; "
        "a login of the sentinels' own is --sentinel-username and --sentinel-password-file."};
  }
  if (speaks_of(result, {"tzdata"})) return {"Install the system's time zones: apt-get install tzdata"};
  if (speaks_of(result, {"time_zone", "zone"})) return {"Give the sheet's zone, as in --time-zone America/Santiago"};
  return {"Correct that setting; a field's flag has its name with dashes: lockrec reconcile --help"};
}

Lines for_permission(const lockrec_result_t& result) {
  if (speaks_of(result, {"scope"})) {
    return {
        "Get a token with the scope https://www.googleapis.com/auth/spreadsheets.readonly, or use a service "
        "account's key with --credentials-file, which asks for it by itself."};
  }
  if (speaks_of(result, {"sheets api", "api is", "disabled", "enable"})) {
    return {"Enable the Google Sheets API in the project of the account, then wait a minute:",
            "  https://console.cloud.google.com/apis/library/sheets.googleapis.com"};
  }
  if (speaks_of(result, {"authorization header"})) return {"Let the proxy pass the Authorization header on to Google."};
  return {"Open the spreadsheet, press Share, and add the account's e-mail address as Viewer.",
          "It is the client_email that stands in the key file."};
}

Lines for_unavailable(const lockrec_result_t& result) {
  constexpr std::int64_t kProxyUnresolved = 5, kUnresolved = 6, kUntrusted = 60, kBadCaFile = 77;
  if (result.cause_domain == LOCKREC_CAUSE_HTTP) {
    return {"Google's side: run it again in a minute; https://www.google.com/appsstatus says what is known."};
  }
  if (result.cause_domain == LOCKREC_CAUSE_CURL) {
    switch (result.cause_code) {
      case kProxyUnresolved: return {"The proxy's name can't be found: look at https_proxy and no_proxy."};
      case kUnresolved: return {"The name can't be found: look at this machine's name servers (/etc/resolv.conf)."};
      case kUntrusted:
      case kBadCaFile:
        return {
            "Install the system's certificates (apt-get install ca-certificates); behind a proxy that opens TLS, "
            "or for a private endpoint, give its authority with --ca-file."};
      default: break;
    }
  }
  return {"Look whether this machine reaches Google: curl -sS https://sheets.googleapis.com/ (proxies: https_proxy)."};
}

Lines for_not_found(const Options& options) {
  if (options.config.source_file != nullptr) return {"Look whether the file of --source-file is there."};
  return {
      "Compare the id with the one in the sheet's address (docs.google.com/spreadsheets/d/ID/edit), and --worksheet "
      "with the tab's name, letter by letter."};
}

Lines for_format(const lockrec_result_t& result) {
  if (speaks_of(result, {"xlsx", "excel", "office"})) {
    return {"Open the file in Google Sheets, choose File > Save as Google Sheets, and use the new file's id."};
  }
  if (speaks_of(result, {"rows_max"})) return {"Allow more with --rows-max."};
  if (speaks_of(result, {"body_bytes_max", "longer than"})) return {"Allow more with --body-bytes-max."};
  if (speaks_of(result, {"column", "header"})) {
    return {
        "Row 1 must name each column once. Where the names differ from TAG_SPOOL, Ocupado_Por and Fecha_Ocupacion, "
        "give --tag-column, --occupied-by-column and --occupied-at-column."};
  }
  return {"What answered is not that sheet: look at the endpoint, the proxy, or the file."};
}

Lines for_refused(const lockrec_result_t& result, const Options& options) {
  const std::int64_t word = result.cause_domain == LOCKREC_CAUSE_REDIS ? result.cause_code : 0;
  switch (word) {
    case LOCKREC_REDIS_LOADING: return {"Redis is still loading: run it again, or give it longer with --deadline-ms."};
    case LOCKREC_REDIS_READONLY: return {"This is a replica: give the address of the master, or its sentinels'."};
    case LOCKREC_REDIS_MASTERDOWN:
      return {"This replica has lost its master: look at the master, or give its address."};
    case LOCKREC_REDIS_CLUSTERDOWN: return {"The cluster lacks nodes: redis-cli CLUSTER INFO says which slots."};
    case LOCKREC_REDIS_BUSY: return {"A script blocks Redis: wait for it, or end it with redis-cli SCRIPT KILL."};
    case LOCKREC_REDIS_NOREPLICAS: return {"Too few replicas are there (min-replicas-to-write): start them."};
    case LOCKREC_REDIS_MAXCLIENTS: return {"Redis has no connection left: raise maxclients, or end idle clients."};
    case LOCKREC_REDIS_OOM:
      return {"Redis is full: raise maxmemory. Locks that were there or claimed before are kept."};
    case LOCKREC_REDIS_MISCONF: return {"Redis can't save to disk: free space there, and read Redis's own log."};
    case LOCKREC_REDIS_NOPERM:
      return {"Let a Redis administrator run:", "  " + acl_line(options),
              "Where scripts are forbidden, +watch +unwatch +multi +exec do instead of +eval; a Cluster needs "
              "+cluster|slots +asking too."};
    default: return {"Read Redis's answer above; redis-cli with the same address shows more."};
  }
}

Lines for_login(const lockrec_result_t& result) {
  if (speaks_of(result, {"sentinel"})) {
    return {"Give the sentinels' own user with --sentinel-username and its password with --sentinel-password-file."};
  }
  return {
      "Give the user with --redis-username and the password with --redis-password-file, or both in REDIS_URL with "
      "--env."};
}

Lines for_deadline(const lockrec_result_t& result) {
  const bool is_redis = result.phase >= LOCKREC_PHASE_CONNECT && result.phase != LOCKREC_PHASE_CONFIRM;
  return {std::string(is_redis ? "Redis" : "The sheet") +
              " did not answer in time: look for a firewall or an overloaded " + (is_redis ? "server" : "network") +
              ", or give it longer with --deadline-ms.",
          "Running it again is safe."};
}

}  // namespace

std::string acl_line(const Options& options) {
  const char* const user = options.config.redis_username;
  const char* const prefix = options.config.key_prefix;
  return std::string("ACL SETUSER ") + (user != nullptr ? user : "NAME") + " ~" +
         (prefix != nullptr ? prefix : "spool_lock:") + "*" +
         (options.config.fleet_ttl_ms > 0 ? " ~lockrec:fleet:*" : "") +
         " +get +mget +set +pttl +persist +del +select +client|setname +eval" +
         (options.config.wait_replicas > 0 ? " +wait" : "");
}

Lines remedies(const lockrec_result_t& result, const Options& options) {
  switch (result.status) {
    case LOCKREC_PARTIAL: return {"Run it again with --rows: the rows that failed are named."};
    case LOCKREC_E_CONFIG: return for_config(result);
    case LOCKREC_E_CONFIG_TOO_NEW:
    case LOCKREC_E_ARGUMENT:
      return {"This command and liblockrec are of different versions: install both from one package."};
    case LOCKREC_E_DEADLINE: return for_deadline(result);
    case LOCKREC_E_CANCELLED: return {"Running it again is safe."};
    case LOCKREC_E_SHEET_AUTH:
      return {"Compare this machine's clock with the true time: timedatectl",
              "If it is right, the key was deleted or its account disabled: make a new key, in the tab Keys of the "
              "account:",
              "  https://console.cloud.google.com/iam-admin/serviceaccounts"};
    case LOCKREC_E_SHEET_PERMISSION: return for_permission(result);
    case LOCKREC_E_SHEET_NOT_FOUND: return for_not_found(options);
    case LOCKREC_E_SHEET_QUOTA:
      return {"Google allows 60 reads a minute an account: wait a minute, and look what else reads with this account."};
    case LOCKREC_E_SHEET_UNAVAILABLE: return for_unavailable(result);
    case LOCKREC_E_SHEET_FORMAT: return for_format(result);
    case LOCKREC_E_REDIS_CONNECT:
      return {
          "Look whether Redis runs and listens there (redis-cli -h HOST -p PORT ping), and whether --redis-url, or "
          "REDIS_URL with --env, names it; rediss:// is for TLS only, redis:// for none."};
    case LOCKREC_E_REDIS_AUTH: return for_login(result);
    case LOCKREC_E_REDIS_REFUSED: return for_refused(result, options);
    case LOCKREC_E_REDIS_PROTOCOL:
      return {
          "What listens there is not Redis, or it wants TLS (rediss://) or none (redis://): look at host and port."};
    case LOCKREC_E_NO_MEMORY: return {"Give the process more memory, or lower --rows-max and --body-bytes-max."};
    case LOCKREC_E_INTERNAL: return {"This is a fault of lockrec's own: please report the sentence above."};
    default: return {};
  }
}

}  // namespace lockrec::cli
