#include "net/preconnection.hpp"

#include <chrono>

#include "lockrec/lockrec.h"
#include "net/address.hpp"
#include "net/easy_handle.hpp"

namespace lockrec::net {

struct Preconnection::Impl final : Transfer {
  Impl(Loop& on_loop, const std::string& url, const std::string& ca_file, const std::string& host)
      : loop(on_loop), handle(on_loop, *this, host) {
    handle.set(CURLOPT_URL, url.c_str());
    handle.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    handle.set(CURLOPT_USERAGENT, "lockrec/" LOCKREC_VERSION);
    handle.set(CURLOPT_NOBODY, 1L);
    handle.set(CURLOPT_WRITEFUNCTION, &Impl::ignore);  // without it curl would print what should not come
    handle.trust(ca_file);
    handle.start();
  }

  static std::size_t ignore(char*, std::size_t, std::size_t size, void*) noexcept { return size; }

  void finished(CURLcode) noexcept override { is_finished = true; }

  // What connecting has taken; 0 as long as it is under way.
  std::int64_t connecting_took_ms() const {
    curl_off_t took_us = 0;
    curl_easy_getinfo(handle.curl(), CURLINFO_APPCONNECT_TIME_T, &took_us);
    return took_us == 0 ? 0 : took_us / 1000 + 1;
  }

  Loop& loop;
  bool is_finished = false;
  EasyHandle handle;
};

Preconnection::Preconnection(Loop& loop, const std::string& url, const std::string& ca_file) {
  const auto address = address_of(url);
  if (address && address->scheme == "https") impl_ = std::make_unique<Impl>(loop, url, ca_file, address->host);
}

Preconnection::~Preconnection() = default;

void Preconnection::settle(const Deadline& deadline) {
  if (!impl_) return;
  const Deadline patience = deadline.sooner(impl_->connecting_took_ms());
  while (!impl_->is_finished && !patience.expired() && !patience.cancelled()) impl_->loop.turn(patience);
}

bool share_a_connection(const std::string& one_url, const std::string& other_url) {
  const auto one = address_of(one_url);
  const auto other = address_of(other_url);
  return one && other && one->scheme == other->scheme && one->host == other->host && one->port == other->port;
}

}  // namespace lockrec::net
