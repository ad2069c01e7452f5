// A failure on the way to Google or there, with what may be tried about it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "net/transport_error.hpp"

namespace lockrec::sheet {

class Refusal : public Error {
 public:
  enum class Remedy { none, wait, new_token, new_metadata, other_worksheet };

  Refusal(Remedy remedy, std::int32_t status, std::string sentence, Cause cause = {},
          std::optional<std::int64_t> retry_after_ms = {})
      : Error(status, std::move(sentence), cause), remedy_(remedy), retry_after_ms_(retry_after_ms) {}

  Remedy remedy() const noexcept { return remedy_; }
  std::optional<std::int64_t> retry_after_ms() const noexcept { return retry_after_ms_; }

 private:
  Remedy remedy_;
  std::optional<std::int64_t> retry_after_ms_;
};

// asked: "Google's token endpoint", "Google Sheets".
Refusal refusal_of(const net::TransportError& error, std::string_view asked);

}  // namespace lockrec::sheet
