// Streams to the tests' servers, and a conversation over one: sending and reading at once, as a pipeline does.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "local_server.hpp"
#include "net/byte_stream.hpp"
#include "net_checks.hpp"

using lockrec::Deadline;
using lockrec::net::ByteStream;
using lockrec::net::Endpoint;
using lockrec::net::Interest;
using lockrec::net::Loop;
using lockrec::net::Participant;
using State = lockrec::net::ByteStream::State;
using Kind = lockrec::net::TransportError::Kind;

inline Endpoint endpoint_of(int port, std::string host = "127.0.0.1") {
  Endpoint endpoint;
  endpoint.host = std::move(host);
  endpoint.port = static_cast<std::uint16_t>(port);
  return endpoint;
}

inline Endpoint tls_endpoint_of(int port) {
  Endpoint endpoint = endpoint_of(port, "localhost");
  endpoint.tls = true;
  endpoint.ca_file = tls_files()->ca;
  return endpoint;
}

inline void open(Loop& loop, ByteStream& stream) {
  loop.run_until(Deadline(3000), [&] { return stream.state() != State::connecting; });
  if (stream.state() == State::failed) fail_because(stream.failure().what());
}

inline lockrec::net::TransportError failure_of(const Endpoint& endpoint) {
  Loop loop;
  ByteStream stream(loop, endpoint);
  loop.run_until(Deadline(3000), [&] { return stream.state() != State::connecting; });
  check(stream.state() == State::failed, "the stream failed");
  return stream.failure();
}

// Sends `out` and reads as much, both at once, as a Redis pipeline does.
class Conversation final : public Participant {
 public:
  Conversation(ByteStream& stream, std::string out, std::size_t wanted)
      : stream_(stream), out_(std::move(out)), wanted_(wanted) {}

  void step() noexcept override {
    try {
      while (sent_ < out_.size()) {
        const auto moved = stream_.send(out_.data() + sent_, out_.size() - sent_);
        if (!moved) {
          ++blocked_;
          break;
        }
        sent_ += *moved;
      }
      char data[16384];
      while (const auto moved = stream_.receive(data, sizeof data)) {
        if (*moved == 0) {
          ended_ = true;
          break;
        }
        in_.append(data, *moved);
      }
    } catch (const lockrec::net::TransportError& error) {
      failure_ = error.what();
    }
  }
  void interests(std::vector<Interest>& into) const override {
    if (!is_done()) into.push_back({stream_.descriptor(), true, sent_ < out_.size()});
  }
  bool is_done() const { return ended_ || !failure_.empty() || (sent_ == out_.size() && in_.size() >= wanted_); }

  const std::string& in() const { return in_; }
  int blocked() const { return blocked_; }
  bool ended() const { return ended_; }
  const std::string& failure() const { return failure_; }

 private:
  ByteStream& stream_;
  std::string out_;
  std::size_t wanted_;
  std::size_t sent_ = 0;
  std::string in_;
  int blocked_ = 0;
  bool ended_ = false;
  std::string failure_;
};

inline void converse(Loop& loop, Conversation& conversation) {
  loop.join(conversation);
  loop.run_until(Deadline(10000), [&] { return conversation.is_done(); });
  loop.leave(conversation);
  if (!conversation.failure().empty()) fail_because(conversation.failure());
}

inline void echo(Peer& peer) {
  char data[65536];
  while (const std::size_t count = peer.read(data, sizeof data)) peer.write({data, count});
}

inline void say_hello(Peer& peer) {
  peer.write("hello");
  char data[16];
  peer.read(data, sizeof data);
}
