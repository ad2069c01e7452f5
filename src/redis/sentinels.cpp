#include "redis/sentinels.hpp"

#include <charconv>

#include "base/text.hpp"

namespace lockrec::redis {

namespace {

// Name look-up, TCP, TLS and two answers; a Sentinel that takes longer is as good as dead while others are there.
constexpr std::int64_t patience_ms = 500;
constexpr std::int64_t patience_for_last_ms = 2000;

}  // namespace

Sentinels::Sentinels(net::Loop& loop, const Address& address, RetryLog& retries)
    : loop_(loop), address_(address), retries_(retries), at_(address.endpoints.size() - 1) {}

std::string Sentinels::name() const { return "the master " + printable(address_.master_name, 60); }

// The one after that which was asked last: where it knew an old master, another may know better.
void Sentinels::begin() {
  left_ = address_.endpoints.size();
  hopeless_ = 0;
  failure_.reset();
  master_.reset();
  ask_next();
}

void Sentinels::ask_next() {
  link_.reset();
  if (left_ == 0) give_up();
  --left_;
  at_ = (at_ + 1) % address_.endpoints.size();
  was_asked_ = was_answered_ = false;
  lost_.reset();
  host_.emplace(std::vector<net::Endpoint>{address_.endpoints[at_]});
  link_ = std::make_unique<Link>(loop_, *host_, address_.sentinel_login, Expected::sentinel, retries_);
  link_->attach(this);
  give_up_at_ = Clock::now() + std::chrono::milliseconds(left_ > 0 ? patience_ms : patience_for_last_ms);
}

const net::Endpoint* Sentinels::found() {
  if (link_ == nullptr) give_up();
  try {
    link_->check();
  } catch (const Error& error) {
    if (error.status() == LOCKREC_E_REDIS_AUTH) throw;
    if (error.status() == LOCKREC_E_CONFIG) ++hopeless_;
    give_up_on_it(error);
    return nullptr;
  }
  link_->take_news();
  if (master_) {
    link_.reset();
    return &*master_;
  }
  if (was_answered_) {
    ++hopeless_;
    give_up_on_it(Error(LOCKREC_E_CONFIG, "the Sentinel at " + link_->where() + " knows no master named \"" +
                                              printable(address_.master_name, 60) +
                                              "\" (the name behind redis_url's #)"));
  } else if (lost_) {
    if (lost_->status() == LOCKREC_E_REDIS_AUTH) throw Error(*lost_);
    give_up_on_it(Error(*lost_));
  } else if (Clock::now() >= give_up_at_) {
    give_up_on_it(Error(LOCKREC_E_REDIS_CONNECT, "the Sentinel at " + link_->where() + " does not answer"));
  }
  return nullptr;
}

void Sentinels::give_up_on_it(const Error& error) {
  failure_ = error;
  ask_next();
}

void Sentinels::give_up() {
  const std::size_t count = address_.endpoints.size();
  if (hopeless_ == count) throw Error(*failure_);
  std::string sentence = "no Sentinel of " + std::to_string(count) + " says where the master is";
  if (failure_) sentence += std::string(": ") + failure_->what();
  throw TryLater{{}, Error(LOCKREC_E_REDIS_CONNECT, sentence, failure_ ? failure_->cause() : Cause{})};
}

bool Sentinels::fill(OutBuffer& out) {
  if (was_asked_) return false;
  was_asked_ = true;
  append_command(out, {"SENTINEL", "get-master-addr-by-name", address_.master_name});
  return true;
}

// Nothing where it watches no such master.
void Sentinels::take(const Reply& reply, OutBuffer&) {
  if (reply.is_error()) {
    const Refusal refusal = classify(reply.text());
    const bool is_login = refusal.scope == Refusal::Scope::auth;
    lost_ = Error(is_login ? LOCKREC_E_REDIS_AUTH : LOCKREC_E_REDIS_REFUSED,
                  "the Sentinel at " + link_->where() + " refuses: " + printable(reply.text(), 110) +
                      (is_login ? " (set sentinel_password)" : ""),
                  {LOCKREC_CAUSE_REDIS, refusal.cause});
    return;
  }
  was_answered_ = true;
  if (reply.kind() == ReplyKind::nil) return;
  net::Endpoint master = address_.endpoints[at_];
  std::uint16_t port = 0;
  reply.for_each([&](std::size_t index, const Reply& element) {
    if (index == 0) master.host = element.text();
    if (index == 1) std::from_chars(element.text().data(), element.text().data() + element.text().size(), port);
  });
  if (reply.count() != 2 || port == 0) throw ProtocolError("SENTINEL got no address");
  master.port = port;
  master_ = master;
}

void Sentinels::lost(const Error& error) {
  was_asked_ = false;
  lost_ = error;
}

}  // namespace lockrec::redis
