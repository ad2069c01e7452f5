// One key: "working:" with a short life, renewed; "done:" with a longer one. Only Redis's clock counts.
#include "redis/turn.hpp"

#include <optional>

#include "base/random.hpp"
#include "base/text.hpp"
#include "redis/held_operation.hpp"
#include "redis/key_operations.hpp"
#include "redis/service.hpp"

namespace lockrec::redis {

namespace {

constexpr std::int64_t life_ms = 3000;  // of a turn whose process has died
constexpr std::chrono::milliseconds renewal_pause{1000};
constexpr net::BackoffPolicy polling{20, 60, 20};
constexpr std::int64_t farewell_ms = 20;  // for giving it back when time is up; less than the call may be late
constexpr LockId the_key[] = {0};

}  // namespace

struct Turn::Impl final : LockTexts, net::Participant {
  Impl(net::Loop& loop, const Config& config, Log& log)
      : service(loop, config.redis, log),
        key("lockrec:fleet:" + config.key_prefix),
        name(random_name()),
        done_life_ms(config.fleet_ttl_ms) {
    loop.join(*this);
  }
  ~Impl() override { service.loop.leave(*this); }

  // The one lock that this is about.
  void append_key(LockId, std::string& into) const override { into += key; }
  void append_value(LockId, std::string& into) const override { into += "working:" + name; }

  enum class Found { ours, done, others, nothing };
  bool claim(const Deadline& deadline);
  Found look(const Deadline& deadline);
  bool replace(const std::string& value, std::int64_t value_life_ms, const Deadline& deadline);
  bool wait_for_it(bool& has_waited, const Deadline& deadline);
  void give_back() noexcept;

  void step() noexcept override;
  void interests(std::vector<net::Interest>&) const override {}
  int wake_in_ms() const override;
  void renew();

  Service service;
  std::string key;
  std::string name;
  std::int64_t done_life_ms;
  bool is_ours = false;
  bool is_lost = false;  // it was ours, and lapsed
  std::chrono::steady_clock::time_point renew_at;
  std::optional<Run> renewal;
};

namespace {

[[noreturn]] void refuse(const std::string& key, std::string_view text) {
  const Refusal refusal = classify(text);
  throw Error(LOCKREC_E_REDIS_REFUSED,
              "Redis refuses the fleet's key " + printable(key, 60) + ": " + printable(text, 90) +
                  (refusal.cause == LOCKREC_REDIS_NOPERM ? " (grant ~lockrec:fleet:* to this user)" : ""),
              {LOCKREC_CAUSE_REDIS, refusal.cause});
}

}  // namespace

bool Turn::Impl::claim(const Deadline& deadline) {
  bool is_claimed = false;
  const auto on_answer = [&](LockId, const Answer& answer) {
    if (answer.kind == Answer::Kind::refused) refuse(key, answer.text);
    is_claimed = answer.kind == Answer::Kind::done;
  };
  service.run<ClaimOperation>(the_key, on_answer, deadline, static_cast<const LockTexts&>(*this), life_ms);
  return is_claimed;
}

Turn::Impl::Found Turn::Impl::look(const Deadline& deadline) {
  Found found = Found::nothing;
  const auto on_answer = [&](LockId, const Answer& answer) {
    if (answer.kind == Answer::Kind::missing) return;
    if (answer.kind == Answer::Kind::refused) refuse(key, answer.text);
    std::string own;
    append_value(0, own);
    if (answer.kind == Answer::Kind::value && answer.text == own) found = Found::ours;
    else if (answer.kind == Answer::Kind::value && answer.text.starts_with("done:")) found = Found::done;
    else if (answer.kind == Answer::Kind::value && answer.text.starts_with("working:")) found = Found::others;
    else refuse(key, "it holds what no lockrec has written; delete it");
  };
  service.run<LookOperation>(the_key, on_answer, deadline, static_cast<const LockTexts&>(*this), Look::closer);
  return found;
}

// Whether it was still ours.
bool Turn::Impl::replace(const std::string& value, std::int64_t value_life_ms, const Deadline& deadline) {
  bool was_ours = false;
  const auto on_answer = [&](LockId, const Answer& answer) { was_ours = answer.kind == Answer::Kind::done; };
  service.run<HeldOperation>(the_key, on_answer, deadline, value, value_life_ms, static_cast<const LockTexts&>(*this),
                             service.script_refusal);
  return was_ours;
}

// Whether it is ours in the end, and not done by another.
bool Turn::Impl::wait_for_it(bool& has_waited, const Deadline& deadline) {
  net::Backoff pause(polling);
  for (;;) {
    const auto found = claim(deadline) ? Found::ours : look(deadline);
    if (found == Found::done) {
      service.log.info("fleet: another process has done the work");
      return false;
    }
    if (found == Found::ours) {
      is_ours = true;
      renew_at = std::chrono::steady_clock::now() + renewal_pause;
      service.log.info("fleet: it is this process's turn");
      return true;
    }
    if (found == Found::nothing) continue;  // just now: the next claim will tell
    if (!has_waited) service.log.info("fleet: another process is at work; waiting for it");
    has_waited = true;
    service.loop.sleep(pause.next_ms(), deadline);
  }
}

void Turn::Impl::step() noexcept {
  try {
    renew();
  } catch (...) {
    renewal.reset();  // the next one may fare better
    renew_at = std::chrono::steady_clock::now() + renewal_pause;
  }
}

void Turn::Impl::renew() {
  const auto now = std::chrono::steady_clock::now();
  if (renewal) {
    if (renewal->is_finished()) {
      renewal.reset();
      renew_at = now + renewal_pause;
    } else {
      renewal->check();
    }
    return;
  }
  if (!is_ours || now < renew_at) return;
  const auto make = [this] {
    std::string value;
    append_value(0, value);
    return std::make_unique<HeldOperation>(value, life_ms, static_cast<const LockTexts&>(*this),
                                           service.script_refusal);
  };
  const auto on_answer = [this](LockId, const Answer& answer) {
    is_lost = is_lost || answer.kind == Answer::Kind::missing || answer.kind == Answer::Kind::value;
    is_ours = is_ours && !is_lost;
  };
  renewal.emplace(service.loop, service.topology, service.retries, make, the_key, on_answer);
}

int Turn::Impl::wake_in_ms() const {
  if (!is_ours || renewal) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(renew_at - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

// Where that fails, it lapses by itself.
void Turn::Impl::give_back() noexcept {
  renewal.reset();
  if (!is_ours) return;
  is_ours = false;
  try {
    const auto ignore = [](LockId, const Answer&) {};
    service.run<HeldOperation>(the_key, ignore, Deadline(farewell_ms), HeldOperation::What::remove,
                               static_cast<const LockTexts&>(*this), service.script_refusal);
  } catch (...) {
  }
}

Turn::Turn(net::Loop& loop, const Config& config, Log& log) : impl_(std::make_unique<Impl>(loop, config, log)) {}
Turn::~Turn() { impl_->give_back(); }

bool Turn::take(const Deadline& deadline) {
  impl_->service.connect(deadline);
  bool has_waited = false;
  try {
    return impl_->wait_for_it(has_waited, deadline);
  } catch (const Error& error) {
    if (error.status() != LOCKREC_E_DEADLINE || !has_waited) throw;
    throw Error(LOCKREC_E_DEADLINE, "another process of the fleet was still at work at the deadline (" +
                                        printable(impl_->key, 80) + "): some locks may not be there yet");
  }
}

void Turn::finish(const Deadline& deadline) {
  Log& log = impl_->service.log;
  impl_->renewal.reset();
  const std::string lapsed = "fleet: the turn lapsed before the work was done; another process may have done it too";
  if (impl_->is_lost || !impl_->is_ours) {
    log.warning(lapsed);
    return;
  }
  try {
    if (!impl_->replace("done:" + impl_->name, impl_->done_life_ms, deadline)) log.warning(lapsed);
    impl_->is_ours = false;
  } catch (const Error& error) {
    if (error.status() == LOCKREC_E_CANCELLED) throw;
    // The locks are there: that others do the work again harms nobody.
    log.warning(std::string("fleet: that the work is done could not be told (") + error.what() + ")");
  }
}

}  // namespace lockrec::redis
