#include "net/failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text.hpp"

namespace lockrec::net {

namespace {

using Kind = TransportError::Kind;

std::string os_text(int os_error) {
  const char* text = strerrordesc_np(os_error);  // unlike strerror: thread-safe, never translated
  return text != nullptr ? text : "error " + std::to_string(os_error);
}

std::string with_reason(std::string sentence, int os_error) {
  return os_error == 0 ? sentence : sentence + ": " + os_text(os_error);
}

// What follows `before` in curl's words up to `after`; empty where they are other words.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  if (!text.starts_with(before)) return {};
  text.remove_prefix(before.size());
  return text.substr(0, text.find(after));
}

bool is_about_tls(CURLcode code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT: return true;
    default: return false;
  }
}

// A peer that went away in the middle of the handshake has no fault in its certificate.
bool handshake_was_cut(CURLcode code, std::string_view words) {
  return code == CURLE_SSL_CONNECT_ERROR && (words.find("SSL_ERROR_SYSCALL") != std::string_view::npos ||
                                             words.find("Connection reset") != std::string_view::npos ||
                                             words.find("unexpected eof") != std::string_view::npos);
}

// The name of the proxy that the connection went to instead, as the sentence shows it.
std::string proxy_named_in(std::string_view words, const std::string& host) {
  const std::string_view connected = between(words, "Failed to connect to ", " port ");
  if (!connected.empty() && connected != host && connected != "localhost") return printable(connected);
  return {};
}

TransportError not_connected(CURLcode code, const Easy& easy, const std::string& target, int os_error) {
  const std::string proxy = proxy_named_in(easy.error_text, easy.host);
  const std::string to = proxy.empty() ? target : "the proxy " + proxy + ", on the way to " + target + ",";
  if (os_error == ECONNREFUSED) return {Kind::unreachable, code, os_error, "connection to " + to + " refused"};
  return {Kind::unreachable, code, os_error, with_reason("connection to " + to + " failed", os_error)};
}

TransportError lost(CURLcode code, const std::string& target, int os_error) {
  switch (code) {
    case CURLE_PARTIAL_FILE:
      return {Kind::lost, code, os_error, "connection to " + target + " was lost before its reply was complete"};
    case CURLE_GOT_NOTHING: return {Kind::lost, code, os_error, target + " closed the connection without a reply"};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Kind::lost, code, os_error, "what answers at " + target + " does not speak HTTP"};
    case CURLE_BAD_CONTENT_ENCODING:
      return {Kind::lost, code, os_error, "the reply of " + target + " is compressed in a way that can't be read"};
    default: return {Kind::lost, code, os_error, with_reason("connection to " + target + " was lost", os_error)};
  }
}

std::optional<TransportError> refused_by_proxy(CURLcode code, const Easy& easy, const std::string& target) {
  long answer = 0;
  curl_easy_getinfo(easy.curl, CURLINFO_HTTP_CONNECTCODE, &answer);
  if (answer == 0 || answer / 100 == 2) return std::nullopt;
  const std::string status = std::to_string(answer);
  return TransportError(Kind::unreachable, code, 0,
                        "the proxy refused the connection to " + target + " with HTTP status " + status);
}

}  // namespace

TransportError describe(CURLcode code, const Easy& easy, const std::string& target) {
  const std::string_view words = easy.error_text;
  long os_code = 0;
  curl_easy_getinfo(easy.curl, CURLINFO_OS_ERRNO, &os_code);
  const int os_error = static_cast<int>(os_code);
  if (auto refused = refused_by_proxy(code, easy, target)) return *refused;
  if (is_about_tls(code)) {
    if (handshake_was_cut(code, words)) {
      return {Kind::lost, code, os_error, "connection to " + target + " was lost during the TLS handshake"};
    }
    const std::string why = words.empty() ? curl_easy_strerror(code) : printable(words, 160);
    return {Kind::tls, code, os_error, "TLS with " + target + " failed: " + why};
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return {Kind::name_lookup, code, 0, "can't find the host " + printable(easy.host)};
    case CURLE_COULDNT_RESOLVE_PROXY: {
      std::string name = printable(between(words, "Could not resolve proxy: ", " "));
      if (name.empty()) name = "that the environment names";
      return {Kind::name_lookup, code, 0, "can't find the proxy " + name + ", on the way to " + target};
    }
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED: return not_connected(code, easy, target, os_error);
    case CURLE_OPERATION_TIMEDOUT: return not_connected(code, easy, target, os_error != 0 ? os_error : ETIMEDOUT);
    case CURLE_URL_MALFORMAT: return {Kind::unreachable, code, 0, "the address " + target + " can't be used"};
    case CURLE_OUT_OF_MEMORY: return {Kind::lost, code, ENOMEM, "not enough memory for the connection to " + target};
    case CURLE_FILESIZE_EXCEEDED:
      return {Kind::too_large, code, 0, "the reply of " + target + " is larger than allowed"};
    default: return lost(code, target, os_error);
  }
}

namespace {

// OpenSSL would wait for a pipe, and read a device, for ever.
std::string why_no_pem(int file) {
  constexpr std::int64_t bytes_max = 16 << 20;
  struct stat about {};
  if (fstat(file, &about) != 0) return ": " + os_text(errno);
  if (S_ISDIR(about.st_mode)) return ", it is a directory";
  if (!S_ISREG(about.st_mode)) return ", it is a pipe, device or socket";
  if (about.st_size > bytes_max) return ", it is larger than 16 MiB, as no file of certificates is";
  return "";
}

}  // namespace

std::optional<TransportError> unreadable_file(std::initializer_list<std::string> paths) {
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const int os_error = errno;
    const std::string why = file < 0 ? ": " + os_text(os_error) : why_no_pem(file);
    if (file >= 0) close(file);
    if (why.empty()) continue;
    return TransportError(Kind::tls, CURLE_SSL_CACERT_BADFILE, file < 0 ? os_error : EINVAL,
                          "can't read the file " + printable(path) + why);
  }
  return std::nullopt;
}

}  // namespace lockrec::net
