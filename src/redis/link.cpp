// The states of a link, moved on by the loop; every failure is kept until somebody asks.
#include "redis/link.hpp"

#include <algorithm>
#include <cerrno>

namespace lockrec::redis {

namespace {

constexpr std::size_t out_bytes_max = std::size_t{128} << 10;  // twice: one half is sent, one is filled
constexpr std::size_t receive_bytes = std::size_t{16} << 10;
constexpr std::size_t step_bytes_max = std::size_t{256} << 10;  // then others have their turn
constexpr int curl_ssl_connect_error = 35;  // a TLS handshake broken off, as by a restart: worth another try

void forget(OutBuffer& buffer) {
  wipe(buffer.data(), buffer.size());
  buffer.clear();
}

}  // namespace

Link::Link(net::Loop& loop, const Address& address, RetryLog& retries)
    : loop_(loop),
      address_(address),
      retries_(retries),
      where_(net::display_name(address.endpoint)),
      backoff_(net::redis_backoff),
      retry_at_(Clock::now()),
      received_(receive_bytes) {
  loop_.join(*this);
}

Link::~Link() { loop_.leave(*this); }

std::int64_t Link::retry_in_ms() const {
  if (state_ != State::waiting) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(retry_at_ - Clock::now()).count();
  return std::max<std::int64_t>(left, 0);
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
    if (state_ == State::waiting && Clock::now() >= retry_at_) open();
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

void Link::open() {
  reader_ = std::make_unique<ReplyReader>();
  handshake_.emplace(address_.login, where_);
  stream_ = std::make_unique<net::ByteStream>(loop_, address_.endpoint);
  state_ = State::connecting;
}

void Link::move() {
  std::size_t left = step_bytes_max / receive_bytes;
  for (bool moved = true; moved;) {
    while (state_ == State::ready && work_ != nullptr && next_.size() < out_bytes_max && work_->fill(next_)) {
    }
    moved = send();
    moved = receive() || moved;
    if (moved && --left == 0) {
      is_hungry_ = true;
      return;
    }
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
  reader_->feed(received_.data(), *size);
  take_replies();
  return true;
}

void Link::take_replies() {
  while (reader_->next()) take(reader_->reply());
}

void Link::take(const Reply& reply) {
  if (state_ == State::greeting) {
    const bool is_through = handshake_->take(reply, next_);
    // A refused HELLO may have been quoted back at us, with the password in it.
    reader_->wipe_what_was_read();
    wipe(received_.data(), received_.size());
    if (!is_through) return;
    server_ = handshake_->server();
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
  close();
  const auto wait_ms = backoff_.next_ms();
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
  return Error(LOCKREC_E_REDIS_CONNECT, std::string("no connection to Redis: ") + error.what(), cause);
}

void Link::interests(std::vector<net::Interest>& into) const {
  if (state_ != State::greeting && state_ != State::ready) return;
  const bool has_output = !sending_.empty() || !next_.empty();
  into.push_back({stream_->descriptor(), true, has_output});
}

int Link::wake_in_ms() const {
  if (is_hungry_ || (is_watched_ && has_news_)) return 0;
  if (state_ == State::waiting) return static_cast<int>(retry_in_ms());
  if (state_ == State::connecting && stream_->state() != net::ByteStream::State::connecting) return 0;
  if (state_ == State::ready && work_ != nullptr) return work_->wake_in_ms();
  return -1;
}

}  // namespace lockrec::redis
