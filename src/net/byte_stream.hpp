// A TCP, TLS or UNIX-socket connection that never blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/loop.hpp"
#include "net/transport_error.hpp"

namespace lockrec::net {

struct Endpoint {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;
  std::string unix_path;  // in place of host and port
  bool tls = false;
  std::string ca_file;  // empty: the system's
  std::string cert_file;
  std::string key_file;
};

// "127.0.0.1:6379", "[::1]:6379", "unix:/run/redis.sock"
std::string display_name(const Endpoint& endpoint);

class ByteStream {
 public:
  enum class State { connecting, open, failed };

  // Starts to connect; the loop moves it on.
  ByteStream(Loop& loop, const Endpoint& endpoint);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  State state() const;
  const TransportError& failure() const;  // where state() is failed
  int descriptor() const;                 // where state() is open

  // Both: the number of bytes moved; nullopt: would block. Throw TransportError.
  // After nullopt from send, send again from the same address and length.
  std::optional<std::size_t> send(const char* data, std::size_t size);
  // 0 is the end of the stream. Receive until nullopt before waiting: TLS keeps bytes that poll can't see.
  std::optional<std::size_t> receive(char* data, std::size_t size);
  // How many bytes must have come before a wait for them ends: a hint. receive() gives what is there all the same.
  void wake_at(int bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lockrec::net
