// Why bytes did not get through; the rooms above say what that means for the sheet or for Redis.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace lockrec::net {

class TransportError : public std::exception {
 public:
  enum class Kind { unreachable, name_lookup, tls, lost, too_large };

  TransportError(Kind kind, int curl_code, int os_error, std::string sentence)
      : kind_(kind), curl_code_(curl_code), os_error_(os_error), sentence_(std::move(sentence)) {}

  Kind kind() const noexcept { return kind_; }
  int curl_code() const noexcept { return curl_code_; }
  int os_error() const noexcept { return os_error_; }  // 0: none known
  // "connection to sheets.googleapis.com:443 refused", with no secret in it
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  Kind kind_;
  int curl_code_;
  int os_error_;
  std::string sentence_;
};

}  // namespace lockrec::net
