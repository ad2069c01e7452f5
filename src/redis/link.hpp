// The way to one Redis server: connects, greets, carries work, and connects again when it is lost.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/backoff.hpp"
#include "net/byte_stream.hpp"
#include "net/loop.hpp"
#include "redis/handshake.hpp"
#include "redis/locator.hpp"
#include "redis/retry_log.hpp"

namespace lockrec::redis {

// What a link carries while it is ready.
class Work {
 public:
  virtual ~Work() = default;
  // Appends the next request; false where there is none now.
  virtual bool fill(OutBuffer& out) = 0;
  // The next reply, in the order of the requests.
  virtual void take(const Reply& reply, OutBuffer& out) = 0;
  virtual bool awaits_reply() const = 0;
  // The connection is gone: what has no reply yet must be sent again.
  virtual void lost(const Error& error) = 0;
  virtual bool is_finished() const = 0;
  virtual int wake_in_ms() const = 0;
};

class Link final : public net::Participant {
 public:
  // All must outlive the link.
  Link(net::Loop& loop, Locator& locator, const Login& login, Expected expected, RetryLog& retries);
  ~Link() override;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  bool is_ready() const { return state_ == State::ready; }
  // Milliseconds until the next attempt to connect; 0 unless it waits for that.
  std::int64_t retry_in_ms() const;
  // Why it is not ready; nothing once it is.
  const std::optional<Error>& failure() const { return failure_; }
  // Throws what ended the link for good.
  void check() const;

  // Somebody waits: news end the loop's wait. Work, where given, is carried.
  void attach(Work* work);
  void detach();
  bool take_news() { return std::exchange(has_news_, false); }
  // Gives up this connection, as if it had been lost to that error.
  void reconnect(const Error& error) { lose(error); }
  void did_well() { backoff_.reset(); }
  // How often it was lost after it had been ready: what comes back may not hold what it held.
  std::uint64_t losses() const { return losses_; }
  // For how long what was sent has had no answer, or a connection that was begun has not been greeted.
  std::int64_t silent_for_ms() const;
  // Gives up a silent connection where looking again may lead elsewhere.
  void heed_silence();

  const ServerInfo& server() const { return server_; }
  const std::string& where() const { return where_; }
  const net::Endpoint* endpoint() const { return is_located_ ? &endpoint_ : nullptr; }

  void step() noexcept override;
  void interests(std::vector<net::Interest>& into) const override;
  int wake_in_ms() const override;

 private:
  enum class State { waiting, locating, connecting, greeting, ready, stopped };
  using Clock = std::chrono::steady_clock;

  void advance();
  void locate();
  void open(const net::Endpoint& endpoint);
  void move();
  bool has_output() const { return !sending_.empty() || !next_.empty(); }
  void fill();
  bool send();
  bool receive();
  void take_replies();
  void take(const Reply& reply);
  void close();
  void lose(const Error& error);
  void stop(const Error& error);
  Error transport_error(const net::TransportError& error) const;

  net::Loop& loop_;
  Locator& locator_;
  const Login& login_;
  Expected expected_;
  RetryLog& retries_;
  std::string where_;
  net::Endpoint endpoint_;
  bool is_located_ = false;
  net::Backoff backoff_;
  State state_ = State::waiting;
  Clock::time_point retry_at_;
  std::uint64_t losses_ = 0;
  Clock::time_point heard_at_;  // when it last had no reason to complain of silence
  std::int64_t silence_max_ms_;
  std::optional<Error> failure_;
  std::exception_ptr crash_;
  ServerInfo server_;

  std::unique_ptr<net::ByteStream> stream_;
  std::unique_ptr<ReplyReader> reader_;
  std::optional<Handshake> handshake_;
  // What is being sent never moves; what comes next is gathered beside it.
  OutBuffer sending_;
  std::size_t sent_bytes_ = 0;
  OutBuffer next_;
  std::vector<char> received_;
  bool is_hungry_ = false;  // it stopped before the stream was dry

  Work* work_ = nullptr;
  bool is_watched_ = false;
  bool has_news_ = false;
};

}  // namespace lockrec::redis
