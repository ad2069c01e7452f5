#include "net/https.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <new>

#include "lockrec/lockrec.h"
#include "net/address.hpp"
#include "net/easy_handle.hpp"
#include "net/failure.hpp"

namespace lockrec::net {

namespace {

constexpr std::size_t first_body_reserve_bytes = 16 * 1024;
constexpr std::int64_t longest_retry_after_s = 86400;

std::string_view header(CURL* curl, const char* name) {
  curl_header* found = nullptr;
  if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return {};
  return found->value;
}

// Seconds since 1970.
std::optional<std::int64_t> read_date(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds == -1) return std::nullopt;
  return seconds;
}

std::optional<std::int64_t> read_retry_after_ms(std::string_view text, std::optional<std::int64_t> server_s) {
  std::int64_t wait_s = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), wait_s);
  if (fault != std::errc() || end != text.data() + text.size()) {
    const auto until_s = read_date(text);
    if (!until_s) return std::nullopt;
    wait_s = *until_s - server_s.value_or(std::time(nullptr));
  }
  return std::clamp<std::int64_t>(wait_s, 0, longest_retry_after_s) * 1000;
}

// A reply's body, wiped where it grows out of its memory and where nobody takes it.
class Body {
 public:
  Body() = default;
  ~Body() { wipe(text_.data(), text_.size()); }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  std::size_t size() const { return text_.size(); }
  void append(std::string_view more, std::size_t expected_bytes) {
    const std::size_t needed = text_.size() + more.size();
    if (needed > text_.capacity()) {
      std::string larger;
      larger.reserve(std::max({needed, text_.capacity() * 2, expected_bytes, first_body_reserve_bytes}));
      larger.append(text_);
      text_.swap(larger);
      wipe(larger.data(), larger.size());
    }
    text_.append(more);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class Exchange final : private Transfer {
 public:
  Exchange(Loop& loop, const HttpRequest& request, const Address& address)
      : request_(request), target_(host_and_port(address.host, address.port)), handle_(loop, *this, address.host) {
    handle_.set(CURLOPT_URL, request.url.c_str());
    handle_.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    handle_.set(CURLOPT_USERAGENT, "lockrec/" LOCKREC_VERSION " (gzip)");
    handle_.set(CURLOPT_ACCEPT_ENCODING, "gzip");
    handle_.set(CURLOPT_WRITEFUNCTION, &Exchange::take_bytes);
    handle_.set(CURLOPT_WRITEDATA, this);
    handle_.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.body_bytes_max));
    // Plain http is for loopback only, and a proxy elsewhere would see the token.
    if (address.scheme == "http") handle_.set(CURLOPT_PROXY, "");
    handle_.trust(request.ca_file);
    handle_.add_header(("Accept: " + request.accept).c_str());
    handle_.add_header("Expect:");
    if (request.form) set_form(*request.form);
    if (!request.bearer.empty()) set_bearer(request.bearer);
    handle_.start();
  }

  bool is_finished() const { return is_finished_; }

  HttpResponse take_response() {
    if (is_too_large_) {
      const std::string limit = std::to_string(request_.body_bytes_max);
      throw TransportError(TransportError::Kind::too_large, CURLE_FILESIZE_EXCEEDED, 0,
                           "the reply of " + target_ + " is larger than " + limit + " bytes");
    }
    if (code_ == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
    if (code_ != CURLE_OK) throw describe(code_, handle_.easy(), target_);
    HttpResponse response;
    curl_easy_getinfo(handle_.curl(), CURLINFO_RESPONSE_CODE, &response.status);
    response.content_type = header(handle_.curl(), "Content-Type");
    const auto date_s = read_date(header(handle_.curl(), "Date"));
    if (date_s) response.date_unix_ms = *date_s * 1000;
    response.retry_after_ms = read_retry_after_ms(header(handle_.curl(), "Retry-After"), date_s);
    response.body = body_.take();
    return response;
  }

 private:
  void set_form(const Secret& form) {
    // Not copied by curl: the request outlives the exchange.
    handle_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form.size()));
    handle_.set(CURLOPT_POSTFIELDS, form.empty() ? "" : form.reveal().data());
  }

  void set_bearer(const Secret& bearer) {
    Secret terminated;
    terminated.reserve(bearer.size() + 1);
    terminated.append(bearer.reveal());
    terminated.append(std::string_view("\0", 1));
    // Unlike a header of ours, curl gives this to the host alone, never to a proxy.
    handle_.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    handle_.set(CURLOPT_XOAUTH2_BEARER, terminated.reveal().data());
  }

  static std::size_t take_bytes(char* data, std::size_t, std::size_t size, void* self) noexcept {
    return static_cast<Exchange*>(self)->take({data, size}) ? size : CURL_WRITEFUNC_ERROR;
  }

  bool take(std::string_view bytes) noexcept {
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(request_.body_bytes_max, 0));
    if (bytes.size() > limit - body_.size()) {
      is_too_large_ = true;
      return false;
    }
    curl_off_t announced = 0;
    curl_easy_getinfo(handle_.curl(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    const auto longest = static_cast<curl_off_t>(limit);
    const auto expected = static_cast<std::size_t>(std::clamp<curl_off_t>(announced, 0, longest));
    try {
      body_.append(bytes, expected);
      return true;
    } catch (const std::bad_alloc&) {
      is_out_of_memory_ = true;
      return false;
    }
  }

  void finished(CURLcode code) noexcept override {
    code_ = is_out_of_memory_ ? CURLE_OUT_OF_MEMORY : code;
    is_too_large_ = is_too_large_ || code == CURLE_FILESIZE_EXCEEDED;
    is_finished_ = true;
  }

  const HttpRequest& request_;
  std::string target_;
  Body body_;
  CURLcode code_ = CURLE_OK;
  bool is_finished_ = false;
  bool is_too_large_ = false;
  bool is_out_of_memory_ = false;
  EasyHandle handle_;
};

}  // namespace

HttpResponse exchange(Loop& loop, const HttpRequest& request, const Deadline& deadline) {
  deadline.check();
  const auto address = address_of(request.url);
  if (!address) {
    throw TransportError(TransportError::Kind::unreachable, CURLE_URL_MALFORMAT, 0, "the request's address is no URL");
  }
  if (const auto missing = unreadable_file({request.ca_file})) throw *missing;
  Exchange transfer(loop, request, *address);
  loop.run_until(deadline, [&] { return transfer.is_finished(); });
  return transfer.take_response();
}

std::string url_encode(std::string_view text) {
  if (text.empty()) return {};
  char* escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  if (escaped == nullptr) throw std::bad_alloc();
  std::string encoded(escaped);
  wipe(escaped, encoded.size());
  curl_free(escaped);
  return encoded;
}

}  // namespace lockrec::net
