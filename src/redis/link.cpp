// The states of a link, moved on by the loop; every failure is kept until somebody asks.
#include "redis/link.hpp"

#include <algorithm>
#include <cerrno>

namespace lockrec::redis {

namespace {

constexpr std::size_t out_bytes_max = std::size_t{128} << 10;  // twice: one half is sent, one is filled
// As long as all is sent at once, little is gathered: Redis begins while we go on.
constexpr std::size_t eager_bytes = std::size_t{16} << 10;
constexpr std::size_t receive_bytes = std::size_t{16} << 10;
// Replies pile up to this while there is more to send: to wake us for each costs Redis more than most commands.
constexpr int pile_bytes = 32 << 10;
constexpr std::size_t step_bytes_max = std::size_t{256} << 10;  // then others have their turn
// Longer than Redis takes to answer while it forks or loads a script; a failover takes about as long.
constexpr std::int64_t silence_first_ms = 1500;
constexpr int curl_ssl_connect_error = 35;  // a TLS handshake broken off, as by a restart: worth another try

void forget(OutBuffer& buffer) {
  wipe(buffer.data(), buffer.size());
  buffer.clear();
}

}  // namespace

Link::Link(net::Loop& loop, Locator& locator, const Login& login, Expected expected, RetryLog& retries)
    : loop_(loop),
      locator_(locator),
      login_(login),
      expected_(expected),
      retries_(retries),
      where_(locator.name()),
      backoff_(net::redis_backoff),
      retry_at_(Clock::now()),
      heard_at_(retry_at_),
      silence_max_ms_(silence_first_ms),
      received_(receive_bytes) {
  loop_.join(*this);
}

Link::~Link() { loop_.leave(*this); }

std::int64_t Link::retry_in_ms() const {
  if (state_ != State::waiting) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(retry_at_ - Clock::now()).count();
  return std::max<std::int64_t>(left, 0);
}

std::int64_t Link::silent_for_ms() const {
  const bool expects_something = state_ == State::locating || state_ == State::connecting ||
                                 state_ == State::greeting || (work_ != nullptr && work_->awaits_reply());
  if (!expects_something) return 0;
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - heard_at_).count();
}

void Link::heed_silence() {
  if (!locator_.may_lead_elsewhere() || state_ == State::locating || silent_for_ms() < silence_max_ms_) return;
  const auto waited_ms = silence_max_ms_;
  silence_max_ms_ *= 2;
  lose(Error(LOCKREC_E_REDIS_CONNECT, "Redis at " + where_ + " said nothing for " + std::to_string(waited_ms) + " ms",
             {LOCKREC_CAUSE_ERRNO, ETIMEDOUT}));
}

void Link::check() const {
  if (state_ != State::stopped) return;
  if (crash_) std::rethrow_exception(crash_);
  throw Error(*failure_);
}

void Link::attach(Work* work) {
  work_ = work;
  is_watched_ = true;
  has_news_ = false;
}

void Link::detach() {
  const bool abandoned = work_ != nullptr && work_->awaits_reply();
  work_ = nullptr;
  is_watched_ = false;
  // Replies would come that nobody waits for, and what is not sent yet must not be sent any more.
  if (abandoned && state_ == State::ready) {
    close();
    state_ = State::waiting;
    retry_at_ = Clock::now();
  }
}

void Link::step() noexcept {
  try {
    advance();
  } catch (...) {
    crash_ = std::current_exception();
    close();
    state_ = State::stopped;
    has_news_ = true;
  }
}

void Link::advance() {
  try {
    is_hungry_ = false;
    if (state_ == State::waiting && Clock::now() >= retry_at_) locate();
    if (state_ == State::locating) {
      if (const net::Endpoint* endpoint = locator_.found()) open(*endpoint);
    }
    if (state_ == State::connecting) {
      if (stream_->state() == net::ByteStream::State::failed) throw net::TransportError(stream_->failure());
      if (stream_->state() == net::ByteStream::State::open) {
        handshake_->begin(next_);
        state_ = State::greeting;
      }
    }
    if (state_ == State::greeting || state_ == State::ready) move();
  } catch (const net::TransportError& error) {
    const bool may_pass = error.kind() != net::TransportError::Kind::tls || error.curl_code() == curl_ssl_connect_error;
    if (may_pass) lose(transport_error(error));
    else stop(transport_error(error));
  } catch (const TryLater& later) {
    lose(later.error);
  } catch (const ProtocolError& error) {
    stop(protocol_error(where_, error.what()));
  } catch (const Error& error) {
    stop(error);
  }
}

void Link::locate() {
  heard_at_ = Clock::now();
  locator_.begin();
  state_ = State::locating;
}

void Link::open(const net::Endpoint& endpoint) {
  endpoint_ = endpoint;
  is_located_ = true;
  where_ = net::display_name(endpoint_);
  reader_ = std::make_unique<ReplyReader>();
  handshake_.emplace(expected_, login_, where_);
  stream_ = std::make_unique<net::ByteStream>(loop_, endpoint_);
  state_ = State::connecting;
}

void Link::move() {
  std::size_t left = step_bytes_max / receive_bytes;
  for (bool moved = true; moved;) {
    fill();
    moved = send();
    moved = receive() || moved;
    if (moved && --left == 0) {
      is_hungry_ = true;
      return;
    }
  }
  stream_->wake_at(has_output() ? pile_bytes : 1);
}

void Link::fill() {
  if (state_ != State::ready || work_ == nullptr) return;
  if (!work_->awaits_reply()) heard_at_ = Clock::now();  // silence begins with a question
  const std::size_t enough = sending_.empty() ? eager_bytes : out_bytes_max;
  while (next_.size() < enough && work_->fill(next_)) {
  }
}

// Whether anything was sent.
bool Link::send() {
  if (sending_.empty()) {
    if (next_.empty()) return false;
    std::swap(sending_, next_);
    sent_bytes_ = 0;
  }
  const auto sent = stream_->send(sending_.data() + sent_bytes_, sending_.size() - sent_bytes_);
  if (!sent) return false;
  sent_bytes_ += *sent;
  if (sent_bytes_ < sending_.size()) return *sent > 0;
  if (state_ == State::greeting) wipe(sending_.data(), sending_.size());
  sending_.clear();
  return true;
}

// Whether anything came.
bool Link::receive() {
  const auto size = stream_->receive(received_.data(), received_.size());
  if (!size) return false;
  if (*size == 0) {
    throw net::TransportError(net::TransportError::Kind::lost, 0, ECONNRESET,
                              "Redis at " + where_ + " closed the connection");
  }
  heard_at_ = Clock::now();
  silence_max_ms_ = silence_first_ms;
  reader_->feed(received_.data(), *size);
  take_replies();
  return true;
}

void Link::take_replies() {
  while (reader_->next()) take(reader_->reply());
}

void Link::take(const Reply& reply) {
  if (state_ == State::greeting) {
    // A refused HELLO may have been quoted back at us, with the password in it; the handshake throws then.
    const struct Wiped {
      Link& link;
      ~Wiped() {
        link.reader_->wipe_what_was_read();
        wipe(link.received_.data(), link.received_.size());
      }
    } wiped{*this};
    if (!handshake_->take(reply, next_)) return;
    server_ = handshake_->server();
    locator_.did_well();
    state_ = State::ready;
    failure_.reset();
    has_news_ = true;
    return;
  }
  if (work_ == nullptr || !work_->awaits_reply()) throw ProtocolError("it answers what was not asked");
  work_->take(reply, next_);
  if (work_->is_finished()) has_news_ = true;
}

void Link::close() {
  stream_.reset();
  reader_.reset();
  handshake_.reset();
  forget(sending_);
  forget(next_);
  sent_bytes_ = 0;
}

void Link::lose(const Error& error) {
  if (state_ == State::ready) ++losses_;
  close();
  const auto wait_ms = locator_.has_another() ? 0 : backoff_.next_ms();
  retry_at_ = Clock::now() + std::chrono::milliseconds(wait_ms);
  state_ = State::waiting;
  failure_ = error;
  has_news_ = true;
  retries_.tell(error, wait_ms);
  if (work_ != nullptr) work_->lost(error);
}

void Link::stop(const Error& error) {
  close();
  failure_ = error;
  state_ = State::stopped;
  has_news_ = true;
}

Error Link::transport_error(const net::TransportError& error) const {
  Cause cause{LOCKREC_CAUSE_CURL, error.curl_code()};
  if (error.os_error() != 0) cause = {LOCKREC_CAUSE_ERRNO, error.os_error()};
  const std::string whom = expected_ == Expected::sentinel ? "a Sentinel" : "Redis";
  return Error(LOCKREC_E_REDIS_CONNECT, "no connection to " + whom + ": " + error.what(), cause);
}

void Link::interests(std::vector<net::Interest>& into) const {
  if (state_ != State::greeting && state_ != State::ready) return;
  into.push_back({stream_->descriptor(), true, has_output()});
}

int Link::wake_in_ms() const {
  if (is_hungry_ || (is_watched_ && has_news_)) return 0;
  if (state_ == State::locating) return -1;  // what looks for it wakes the loop by itself
  if (state_ == State::waiting) return static_cast<int>(retry_in_ms());
  if (state_ == State::connecting && stream_->state() != net::ByteStream::State::connecting) return 0;
  if (state_ == State::ready && work_ != nullptr) return work_->wake_in_ms();
  return -1;
}

}  // namespace lockrec::redis
