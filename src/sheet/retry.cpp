#include "sheet/retry.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "net/backoff.hpp"
#include "sheet/refusal.hpp"

namespace lockrec::sheet {

Refusal refusal_of(const net::TransportError& error, std::string_view asked) {
  // libcurl's numbers: a certificate that does not hold, or a CA file that can't be read, stays so.
  constexpr int peer_failed_verification = 60;
  constexpr int bad_ca_file = 77;
  const bool too_large = error.kind() == net::TransportError::Kind::too_large;
  const bool stays = too_large || error.curl_code() == peer_failed_verification || error.curl_code() == bad_ca_file;
  return {stays ? Refusal::Remedy::none : Refusal::Remedy::wait,
          too_large ? LOCKREC_E_SHEET_FORMAT : LOCKREC_E_SHEET_UNAVAILABLE,
          std::string(asked) + " can't be read: " + printable(error.what(), 180),
          {LOCKREC_CAUSE_CURL, error.curl_code()}};
}

namespace {

// The failure, or nothing where the attempt succeeded. last: what an end of the time throws.
std::optional<Refusal> failure_of(const std::function<void()>& attempt, std::string_view asked,
                                  const std::optional<Refusal>& last) {
  try {
    attempt();
    return std::nullopt;
  } catch (const Refusal& refusal) {
    return refusal;
  } catch (const net::TransportError& error) {
    return refusal_of(error, asked);
  } catch (const Error& error) {
    if (error.status() == LOCKREC_E_DEADLINE && last) throw *last;
    throw;
  }
}

}  // namespace

void with_retries(net::Loop& loop, Log& log, const Deadline& deadline, std::string_view asked,
                  const std::function<void()>& attempt) {
  net::Backoff backoff(net::google_backoff);
  std::optional<Refusal> last;
  for (;;) {
    std::optional<Refusal> failure = failure_of(attempt, asked, last);
    if (!failure) return;
    if (failure->remedy() != Refusal::Remedy::wait) throw *failure;
    const std::int64_t wait_ms = std::max(backoff.next_ms(), failure->retry_after_ms().value_or(0));
    if (wait_ms >= deadline.remaining_ms()) throw *failure;
    log.warning(std::string(failure->what()) + "; trying again in " + std::to_string(wait_ms) + " ms");
    last.emplace(*failure);
    try {
      loop.sleep(wait_ms, deadline);
    } catch (const Error& error) {
      if (error.status() == LOCKREC_E_DEADLINE) throw *failure;
      throw;
    }
  }
}

}  // namespace lockrec::sheet
