// A server of the test's own, in a child: one connection after the other, plain or TLS, TCP or UNIX.
#pragma once

#include <openssl/ssl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

#include "net_checks.hpp"

extern "C" {
#include "folder.h"
#include "loopback.h"
#include "process.h"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // a struct and a function of one name are fine in C
#include "tls_files.h"
#pragma GCC diagnostic pop
}

// What the child has seen, in memory that it shares with the test.
struct Seen {
  std::atomic<int> connections;
  std::atomic<int> requests;
  std::atomic<int> alpn_offers;
  std::atomic<std::size_t> bytes;  // of the text
  char text[1 << 16];

  std::string all() const { return {text, bytes.load()}; }
};

class Peer {
 public:
  Peer(int connection, SSL* tls, Seen& seen) : connection_(connection), tls_(tls), seen_(seen) {}

  // 0 at the end. What comes is noted while there is room for it.
  std::size_t read(char* data, std::size_t size) {
    const int got = tls_ != nullptr ? SSL_read(tls_, data, static_cast<int>(size))
                                    : static_cast<int>(recv(connection_, data, size, 0));
    if (got <= 0) return 0;
    const std::size_t count = static_cast<std::size_t>(got);
    const std::size_t before = seen_.bytes;
    const std::size_t kept = std::min(count, sizeof seen_.text - before);
    std::memcpy(seen_.text + before, data, kept);
    seen_.bytes = before + kept;
    return count;
  }

  bool write(std::string_view text) {
    while (!text.empty()) {
      const int sent = tls_ != nullptr ? SSL_write(tls_, text.data(), static_cast<int>(text.size()))
                                       : static_cast<int>(send(connection_, text.data(), text.size(), MSG_NOSIGNAL));
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Up to the empty line, and the body that Content-Length announces; empty at the end.
  std::string read_request() {
    std::string request;
    char data[65536];
    for (;;) {
      const std::size_t head = request.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t named = request.find("Content-Length: ");
        const std::size_t body = named < head ? std::stoul(request.substr(named + 16)) : 0;
        if (request.size() >= head + 4 + body) break;
      }
      const std::size_t count = read(data, sizeof data);
      if (count == 0) return {};
      request.append(data, count);
    }
    ++seen_.requests;
    return request;
  }

  int connection() const { return connection_; }
  SSL* tls() const { return tls_; }
  Seen& seen() { return seen_; }

 private:
  int connection_;
  SSL* tls_;
  Seen& seen_;
};

struct ServerOptions {
  std::string certificate;  // empty: no TLS
  std::string key;
  std::string client_ca;  // clients must show a certificate of it
  std::string unix_path;  // in place of a port
  int receive_buffer_bytes = 0;
};

class LocalServer {
 public:
  using Serve = void (*)(Peer& peer);

  explicit LocalServer(Serve serve, ServerOptions options = {}) : serve_(serve), options_(std::move(options)) {
    void* shared = mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    seen_ = new (shared) Seen{};
    listener_ = options_.unix_path.empty() ? loopback_listen(16, &port_) : listen_on_path();
    if (options_.receive_buffer_bytes > 0) {
      setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &options_.receive_buffer_bytes, sizeof(int));
    }
    process_fork(&child_, &LocalServer::run, this, listener_);
    close(listener_);
  }
  ~LocalServer() {
    process_kill(&child_);
    munmap(seen_, sizeof(Seen));
    if (!options_.unix_path.empty()) unlink(options_.unix_path.c_str());
  }
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  int port() const { return port_; }
  const Seen& seen() const { return *seen_; }
  std::string url(std::string_view path, std::string_view host = "127.0.0.1") const {
    return (options_.certificate.empty() ? "http://" : "https://") + std::string(host) + ":" + std::to_string(port_) +
           std::string(path);
  }

 private:
  int listen_on_path() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    options_.unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 16) != 0) {
      fail_because("can't listen on " + options_.unix_path);
    }
    return listener;
  }

  SSL_CTX* tls_context() const {
    if (options_.certificate.empty()) return nullptr;
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, options_.certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, options_.key.c_str(), SSL_FILETYPE_PEM) != 1) {
      _exit(3);
    }
    SSL_CTX_set_alpn_select_cb(context, &LocalServer::note_alpn, seen_);
    if (!options_.client_ca.empty()) {
      SSL_CTX_load_verify_locations(context, options_.client_ca.c_str(), nullptr);
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
  }

  static int note_alpn(SSL*, const unsigned char**, unsigned char*, const unsigned char*, unsigned, void* seen) {
    ++static_cast<Seen*>(seen)->alpn_offers;
    return SSL_TLSEXT_ERR_NOACK;
  }

  static void run(void* self) { static_cast<LocalServer*>(self)->accept_for_ever(); }

  void accept_for_ever() {
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX* context = tls_context();
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      ++seen_->connections;
      SSL* tls = context != nullptr ? SSL_new(context) : nullptr;
      if (tls != nullptr) SSL_set_fd(tls, connection);
      if (tls == nullptr || SSL_accept(tls) == 1) {
        Peer peer(connection, tls, *seen_);
        serve_(peer);
        if (tls != nullptr) SSL_shutdown(tls);
      }
      SSL_free(tls);
      close(connection);
    }
  }

  Serve serve_;
  ServerOptions options_;
  Seen* seen_;
  process_t child_{};
  int listener_ = -1;
  int port_ = 0;
};

inline ServerOptions with_tls() {
  ServerOptions options;
  options.certificate = tls_files()->server_cert;
  options.key = tls_files()->server_key;
  return options;
}

inline int note_process(void** state) {
  tls_files();
  *state = new hygiene_t(hygiene_now());
  return 0;
}

inline int compare_process(void** state) {
  auto* before = static_cast<hygiene_t*>(*state);
  assert_hygiene_within(before, 1000);
  delete before;
  return 0;
}

// A test after which descriptors, threads, signals and environment are what they were.
#define CLEAN(test) cmocka_unit_test_setup_teardown(test, note_process, compare_process)
