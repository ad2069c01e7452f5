// HELLO 2 with the login in one trip; AUTH, SELECT and CLIENT SETNAME where a server does not know or allow it.
#include "redis/handshake.hpp"

#include "base/text.hpp"

namespace lockrec::redis {

namespace {

using Scope = Refusal::Scope;
constexpr std::string_view client_name = "lockrec";

std::string_view password_of(const Login& login) { return login.password ? login.password->reveal() : ""; }

}  // namespace

void Handshake::begin(OutBuffer& out) {
  expected_.assign({Step::hello});
  append_command(out, "HELLO", login_.is_given() ? 7 : 4);
  append_argument(out, "2");
  if (login_.is_given()) {
    append_argument(out, "AUTH");
    append_argument(out, login_.name());
    append_argument(out, password_of(login_));
  }
  append_argument(out, "SETNAME");
  append_argument(out, client_name);
  select(out);
}

void Handshake::select(OutBuffer& out) {
  if (login_.database == 0) return;
  expected_.push_back(Step::select);
  append_command(out, {"SELECT", std::to_string(login_.database)});
}

void Handshake::begin_without_hello(OutBuffer& out) {
  hello_failed_ = false;
  if (login_.is_given()) {
    expected_.push_back(Step::login);
    // Servers older than 6 know no user names.
    if (login_.name() == "default") append_command(out, {"AUTH", password_of(login_)});
    else append_command(out, {"AUTH", login_.name(), password_of(login_)});
  }
  select(out);
  expected_.push_back(Step::name);
  append_command(out, {"CLIENT", "SETNAME", client_name});
}

bool Handshake::take(const Reply& reply, OutBuffer& out) {
  const Step step = expected_.front();
  expected_.pop_front();
  switch (step) {
    case Step::hello: take_hello(reply); break;
    case Step::login: take_login(reply); break;
    case Step::select:
      if (!hello_failed_) take_select(reply);
      break;
    case Step::name:
      if (reply.is_error() && classify(reply.text()).scope == Scope::auth) throw login_error(classify(reply.text()));
      break;
  }
  if (!expected_.empty()) return false;
  if (!hello_failed_) return true;
  begin_without_hello(out);
  return false;
}

void Handshake::take_hello(const Reply& reply) {
  if (!reply.is_error()) {
    read_server(reply);
    judge_server();
    return;
  }
  const Refusal refusal = classify(reply.text());
  if (refusal.scope == Scope::passing) refuse(refusal, reply.text());
  // "NOAUTH HELLO must be called ..." is what a server says that would take AUTH; but we had nothing to say.
  if (refusal.scope == Scope::auth) throw login_error(refusal);
  if (reply.text().starts_with("DENIED")) refuse(refusal, reply.text());
  hello_failed_ = true;
}

void Handshake::take_login(const Reply& reply) {
  if (!reply.is_error()) return;
  const Refusal refusal = classify(reply.text());
  if (refusal.scope == Scope::passing) refuse(refusal, reply.text());
  const bool needs_none = reply.text().find("without any password configured") != std::string_view::npos ||
                          reply.text().find("no password is set") != std::string_view::npos;
  if (!needs_none) throw login_error(refusal);
}

void Handshake::take_select(const Reply& reply) {
  if (!reply.is_error()) return;
  const Refusal refusal = classify(reply.text());
  if (refusal.scope == Scope::auth) throw login_error(refusal);
  if (refusal.scope != Scope::key) refuse(refusal, reply.text());
  const bool is_cluster = reply.text().find("cluster") != std::string_view::npos;
  throw Error(LOCKREC_E_CONFIG,
              "Redis at " + where_ + " has no database " + std::to_string(login_.database) + " (redis_url names it" +
                  (is_cluster ? "; a Cluster has only 0)" : ")"),
              {LOCKREC_CAUSE_REDIS, refusal.cause});
}

void Handshake::read_server(const Reply& reply) {
  if (reply.kind() != ReplyKind::array) throw ProtocolError("HELLO got no list");
  std::string name;
  reply.for_each([&](std::size_t index, const Reply& element) {
    if (index % 2 == 0) {
      name = element.text();
      return;
    }
    if (name == "server") server_.product = printable(element.text(), 32);
    if (name == "version") server_.version = printable(element.text(), 32);
    if (name == "mode") server_.mode = printable(element.text(), 32);
    if (name == "role") server_.role = printable(element.text(), 32);
  });
}

void Handshake::judge_server() const {
  const bool is_sentinel = server_.mode == "sentinel";
  if (is_sentinel && expected_server_ != Expected::sentinel) {
    throw Error(LOCKREC_E_CONFIG, "what answers at " + where_ + " is a Sentinel: write redis_url as redis-sentinel://" +
                                      where_ + "/0#its-master");
  }
  if (!is_sentinel && expected_server_ == Expected::sentinel) {
    throw Error(LOCKREC_E_CONFIG, "what answers at " + where_ + " is no Sentinel, though redis_url says so");
  }
  if (server_.role != "replica" && server_.role != "slave") return;
  // Any node knows who serves what; only a master can be written to.
  if (expected_server_ == Expected::server && server_.is_cluster()) return;
  const std::string_view text = "READONLY its role is replica";
  refuse(classify(text), text);
}

void Handshake::refuse(const Refusal& refusal, std::string_view text) const {
  // Some servers quote the command that they refuse.
  const auto shown = quotes(text, password_of(login_)) ? text.substr(0, text.find(' ')) : text;
  Error error = refusal_error(refusal, shown, where_);
  if (refusal.scope == Scope::passing) throw TryLater{refusal, std::move(error)};
  throw error;
}

// The reply itself is not shown: some servers quote the refused command in it, password included.
Error Handshake::login_error(const Refusal& refusal) const {
  const std::string who =
      login_.is_given() ? "the login of user \"" + printable(login_.name(), 60) + "\"" : "a user without a password";
  const bool is_sentinel = expected_server_ == Expected::sentinel;
  const std::string fields =
      is_sentinel ? "sentinel_username and sentinel_password" : "redis_username and redis_password";
  const std::string missing = is_sentinel ? "sentinel_password" : "redis_password, or the password in redis_url";
  const std::string remedy = login_.is_given() ? "check " + fields : "set " + missing;
  return Error(LOCKREC_E_REDIS_AUTH,
               (is_sentinel ? "the Sentinel at " : "Redis at ") + where_ + " refuses " + who + ": " + remedy,
               {LOCKREC_CAUSE_REDIS, refusal.cause});
}

}  // namespace lockrec::redis
