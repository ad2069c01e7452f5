#include "net/loop.hpp"

#include <algorithm>
#include <ctime>
#include <string>

#include "base/error.hpp"
#include "net/loop_impl.hpp"

namespace lockrec::net {

namespace {

constexpr unsigned oldest_version = 0x075700;  // 7.87.0: CURLOPT_QUICK_EXIT and CURLOPT_CA_CACHE_TIMEOUT

void require_usable_curl() {
  // It fails for want of memory only: OpenSSL's setting up included, which is not done a second time.
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw Error(LOCKREC_E_NO_MEMORY, "libcurl can't be initialised: out of memory");
  }
  const curl_version_info_data* found = curl_version_info(CURLVERSION_NOW);
  std::string missing;
  if (found->version_num < oldest_version) missing = "is older than 7.87";
  else if ((found->features & CURL_VERSION_ASYNCHDNS) == 0) missing = "can't look up names in the background";
  else if ((found->features & CURL_VERSION_THREADSAFE) == 0) missing = "can't be initialised by several threads";
  else if ((found->features & CURL_VERSION_SSL) == 0) missing = "has no TLS";
  if (missing.empty()) return;
  throw Error(LOCKREC_E_INTERNAL, std::string("the libcurl that is installed, ") + found->version + ", " + missing +
                                      ": lockrec needs 7.87 or later with asynchronous DNS and TLS");
}

void nap() {
  constexpr timespec one_ms{0, 1000000};
  nanosleep(&one_ms, nullptr);
}

struct NoTransfer final : Transfer {
  void finished(CURLcode) noexcept override {}
};

}  // namespace

Loop::Impl::Impl() : multi(nullptr) {
  require_usable_curl();
  multi = curl_multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  try {
    // curl cleans up with the signal setting of the last handle added: without one it would touch SIGPIPE.
    NoTransfer nobody;
    Easy easy(nobody, {});
    join_multi(easy);
  } catch (...) {
    curl_multi_cleanup(multi);
    throw;
  }
}

Loop::Impl::~Impl() {
  abandoned.clear();
  curl_multi_cleanup(multi);
}

bool Loop::Impl::is_stuck(std::string_view host) const {
  return std::any_of(abandoned.begin(), abandoned.end(), [&](const auto& easy) { return easy->host == host; });
}

void Loop::Impl::join_multi(Easy& easy) {
  if (curl_multi_add_handle(multi, easy.curl) != CURLM_OK) throw std::bad_alloc();
  easy.multi = multi;
  easy.moves_before = moves;
}

void Loop::Impl::add(Easy& easy) {
  if (is_stuck(easy.host)) queued.push_back(&easy);
  else join_multi(easy);
}

void Loop::Impl::leave_queue(Easy& easy) noexcept { std::erase(queued, &easy); }

void Loop::Impl::abandon(std::unique_ptr<Easy> easy) noexcept {
  easy->owner = nullptr;
  try {
    abandoned.push_back(std::move(easy));
  } catch (const std::bad_alloc&) {  // then it ends now, as all others do at the end of the call
  }
}

void Loop::Impl::release_queued(std::string_view host) {
  const auto same_host = [&](const Easy* easy) { return easy->host == host; };
  for (auto it = std::find_if(queued.begin(), queued.end(), same_host); it != queued.end();
       it = std::find_if(queued.begin(), queued.end(), same_host)) {
    Easy* easy = *it;
    queued.erase(it);
    join_multi(*easy);
  }
}

void Loop::Impl::dispatch() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    char* owned = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owned);
    Easy* easy = reinterpret_cast<Easy*>(owned);
    transfer_ended = true;
    easy->is_finished = true;
    if (easy->owner != nullptr) {
      easy->owner->finished(code);
      continue;
    }
    const std::string host = easy->host;
    std::erase_if(abandoned, [&](const auto& one) { return one.get() == easy; });
    if (!is_stuck(host)) release_queued(host);
  }
}

void Loop::Impl::step_all() noexcept {
  // By index: a step may let others join or leave.
  for (std::size_t i = 0; i < participants.size(); ++i) {
    if (participants[i] != nullptr) participants[i]->step();
  }
  std::erase(participants, nullptr);
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::join(Participant& participant) { impl_->participants.push_back(&participant); }

void Loop::leave(Participant& participant) {
  for (Participant*& one : impl_->participants) {
    if (one == &participant) one = nullptr;
  }
}

void Loop::move() {
  impl_->transfer_ended = false;
  ++impl_->moves;
  int running = 0;
  if (curl_multi_perform(impl_->multi, &running) == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  impl_->dispatch();
  impl_->step_all();
}

void Loop::wait(const Deadline& deadline) {
  int longest_ms = deadline.slice_ms();
  impl_->interests.clear();
  for (const Participant* participant : impl_->participants) {
    if (participant == nullptr) continue;
    participant->interests(impl_->interests);
    const int wake_ms = participant->wake_in_ms();
    if (wake_ms >= 0) longest_ms = std::min(longest_ms, wake_ms);
  }
  impl_->descriptors.clear();
  for (const Interest& interest : impl_->interests) {
    // A descriptor that nobody wants anything from would still wake us when its peer hangs up.
    if (interest.descriptor < 0 || (!interest.read && !interest.write)) continue;
    const int events = (interest.read ? CURL_WAIT_POLLIN : 0) | (interest.write ? CURL_WAIT_POLLOUT : 0);
    impl_->descriptors.push_back({interest.descriptor, static_cast<short>(events), 0});
  }
  // A signal only ends this wait early: the deadline is absolute.
  const auto count = static_cast<unsigned>(impl_->descriptors.size());
  const CURLMcode code = curl_multi_poll(impl_->multi, impl_->descriptors.data(), count, longest_ms, nullptr);
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLM_OK) nap();  // the kernel can't wait for us now, and asking it on and on would take a processor
}

void Loop::turn(const Deadline& deadline) {
  move();
  if (!impl_->transfer_ended) wait(deadline);
}

void Loop::sleep(std::int64_t duration_ms, const Deadline& deadline) {
  const Deadline pause = deadline.sooner(duration_ms);
  while (!pause.expired()) {
    deadline.check();
    move();
    wait(pause);
  }
  deadline.check();
}

}  // namespace lockrec::net
