#include "net/easy_handle.hpp"

#include <sys/socket.h>

#include <new>
#include <utility>

#include "base/error.hpp"
#include "net/loop_impl.hpp"

namespace lockrec::net {

namespace {

// Our own deadline governs: a look-up or a connection that curl gave up earlier would be started twice.
constexpr long beyond_any_deadline_ms = 24L * 3600 * 1000;

curl_socket_t open_socket(void* easy, curlsocktype, curl_sockaddr* address) {
  if (static_cast<Easy*>(easy)->owner == nullptr) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

Easy::Easy(Transfer& transfer, std::string name) : curl(curl_easy_init()), owner(&transfer), host(std::move(name)) {
  if (curl == nullptr) throw std::bad_alloc();
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
}

Easy::~Easy() {
  if (multi != nullptr) curl_multi_remove_handle(multi, curl);
  curl_easy_cleanup(curl);
}

EasyHandle::EasyHandle(Loop& loop, Transfer& owner, std::string host)
    : loop_(loop), easy_(std::make_unique<Easy>(owner, std::move(host))) {
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_CONNECTTIMEOUT_MS, beyond_any_deadline_ms);
  set(CURLOPT_TIMEOUT_MS, 0L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  // Kept by the handle, which connects once: of no use, and 7.88 frees it twice where memory runs out.
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

EasyHandle::~EasyHandle() {
  loop_.impl().leave_queue(*easy_);
  if (is_looking_up()) loop_.impl().abandon(std::move(easy_));
}

bool EasyHandle::is_looking_up() const {
  if (easy_->multi == nullptr || easy_->is_finished || easy_->moves_before == loop_.impl().moves) return false;
  curl_off_t looked_up_us = 0;
  curl_easy_getinfo(easy_->curl, CURLINFO_NAMELOOKUP_TIME_T, &looked_up_us);
  return looked_up_us == 0;
}

void EasyHandle::check(CURLcode code, CURLoption option) {
  if (code == CURLE_OK) return;
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  throw Error(LOCKREC_E_INTERNAL, "this libcurl does not take option " + std::to_string(static_cast<int>(option)),
              {LOCKREC_CAUSE_CURL, code});
}

void EasyHandle::add_header(const char* line) {
  curl_slist* longer = curl_slist_append(easy_->headers.get(), line);
  if (longer == nullptr) throw std::bad_alloc();
  (void)easy_->headers.release();
  easy_->headers.reset(longer);
}

void EasyHandle::trust(const std::string& ca_file) {
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
  const char* file = ca_file.c_str();
  if (ca_file.empty()) curl_easy_getinfo(easy_->curl, CURLINFO_CAINFO, &file);
  // curl keeps what it has read (19 ms for the system's bundle) only where there is no folder beside it.
  if (file != nullptr) set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
}

void EasyHandle::start() {
  if (easy_->headers) set(CURLOPT_HTTPHEADER, easy_->headers.get());
  loop_.impl().add(*easy_);
}

}  // namespace lockrec::net
