// The first words on a connection: who we are, which database, and what kind of server this is.
#pragma once

#include <deque>
#include <string>

#include "redis/address.hpp"
#include "redis/refusal.hpp"
#include "redis/reply.hpp"
#include "redis/resp.hpp"

namespace lockrec::redis {

// As HELLO tells it; empty where HELLO is denied.
struct ServerInfo {
  std::string product;  // "redis"
  std::string version;
  std::string mode;  // "standalone", "cluster", "sentinel"
  std::string role;  // "master"

  bool is_cluster() const { return mode == "cluster"; }
};

// A refusal that goes away: connect again later.
struct TryLater {
  Refusal refusal;
  Error error;
};

enum class Expected {
  server,  // a master, or any node of a Cluster
  master,  // a master, of a Cluster or not
  sentinel,
};

class Handshake {
 public:
  Handshake(Expected expected, const Login& login, std::string where)
      : expected_server_(expected), login_(login), where_(std::move(where)) {}

  void begin(OutBuffer& out);
  // Takes the next reply; true once all is said. Throws Error, or TryLater.
  bool take(const Reply& reply, OutBuffer& out);
  const ServerInfo& server() const { return server_; }

 private:
  enum class Step { hello, login, select, name };

  void begin_without_hello(OutBuffer& out);
  void select(OutBuffer& out);
  void take_hello(const Reply& reply);
  void take_login(const Reply& reply);
  void take_select(const Reply& reply);
  void read_server(const Reply& reply);
  void judge_server() const;
  [[noreturn]] void refuse(const Refusal& refusal, std::string_view text) const;
  Error login_error(const Refusal& refusal) const;

  Expected expected_server_;
  const Login& login_;
  std::string where_;
  std::deque<Step> expected_;
  bool hello_failed_ = false;
  ServerInfo server_;
};

}  // namespace lockrec::redis
