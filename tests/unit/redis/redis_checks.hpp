// What the tests of src/redis share: locks with made-up texts, a log that is kept, and answers that are counted.
#pragma once

#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "../unit.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "redis/store.hpp"

// In C a function may have the name of a struct.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include "acl.h"
#include "fault_server.h"
#include "folder.h"
#include "loopback.h"
#include "redis_server.h"
#include "relay.h"
#include "run.h"
#include "tls_files.h"
}
#pragma GCC diagnostic pop

namespace lockrec::redis {

struct Texts final : LockTexts {
  void append_key(LockId id, std::string& into) const override { into += prefix + std::to_string(id); }
  void append_value(LockId id, std::string& into) const override {
    into += "93:uuid-" + std::to_string(id) + ":21-01-2026";
  }
  std::string prefix = "spool_lock:";
};

struct Lines {
  std::vector<std::string> all;
  static void keep(void* user, std::int32_t, const char* text, std::uint64_t length) {
    static_cast<Lines*>(user)->all.emplace_back(text, length);
  }
  int count(std::string_view start) const {
    int found = 0;
    for (const auto& line : all) found += line.starts_with(start) ? 1 : 0;
    return found;
  }
  std::string first(std::string_view start) const {
    for (const auto& line : all) {
      if (line.starts_with(start)) return line;
    }
    return "";
  }
  std::string joined() const {
    return std::accumulate(all.begin(), all.end(), std::string(),
                           [](std::string sum, const std::string& line) { return std::move(sum) + line + "\n"; });
  }
};

inline RedisConfig config_for(const std::string& url) {
  RedisConfig config;
  config.url = Secret(url);
  return config;
}

// Answers by kind; an id that is answered twice fails the test.
struct Answers {
  explicit Answers(std::size_t size) : kinds(size), texts(size), lives(size) {}
  OnAnswer taker() {
    return [this](LockId id, const Answer& answer) {
      check(!kinds[id].has_value(), "one answer an id");
      kinds[id] = answer.kind;
      texts[id] = answer.text;
      lives[id] = answer.life_ms;
    };
  }
  std::int64_t count(Answer::Kind kind) const {
    std::int64_t found = 0;
    for (const auto& one : kinds) found += one == kind ? 1 : 0;
    return found;
  }
  std::vector<std::optional<Answer::Kind>> kinds;
  std::vector<std::string> texts;
  std::vector<std::int64_t> lives;
};

struct Client {
  explicit Client(const RedisConfig& config) : log(&Lines::keep, &lines, LOCKREC_LOG_DEBUG), store(loop, config, log) {}
  explicit Client(const std::string& url) : Client(config_for(url)) {}

  static std::vector<LockId> ids(std::size_t size) {
    std::vector<LockId> all(size);
    std::iota(all.begin(), all.end(), LockId{0});
    return all;
  }
  Answers look(std::size_t size, std::int64_t budget_ms = 5000, Look how = Look::quick) {
    Answers answers(size);
    store.look(ids(size), texts, how, answers.taker(), Deadline(budget_ms));
    return answers;
  }
  Answers look_closer(std::size_t size) { return look(size, 5000, Look::closer); }
  Answers life(std::size_t size) {
    Answers answers(size);
    store.life(ids(size), texts, answers.taker(), Deadline(5000));
    return answers;
  }
  Answers claim(std::size_t size, std::int64_t safety_ttl_ms = 10000, std::int64_t budget_ms = 5000) {
    Answers answers(size);
    store.claim(ids(size), texts, safety_ttl_ms, answers.taker(), Deadline(budget_ms));
    return answers;
  }
  Answers commit(std::size_t size, std::int64_t budget_ms = 5000) {
    Answers answers(size);
    store.commit(ids(size), texts, answers.taker(), Deadline(budget_ms));
    return answers;
  }
  Answers withdraw(std::size_t size) {
    Answers answers(size);
    store.withdraw(ids(size), texts, answers.taker(), Deadline(5000));
    return answers;
  }

  net::Loop loop;
  Lines lines;
  Log log;
  Store store;
  Texts texts;
};

// The error that was thrown; the test fails where there was none.
template <class Body>
Error error_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  check(false, "something is thrown");
  return Error(0, "");
}

inline void check_contains(std::string_view text, std::string_view part) {
  if (text.find(part) == std::string_view::npos) {
    print_error("\"%s\" is not in \"%s\"\n", std::string(part).c_str(), std::string(text).c_str());
    _fail(__FILE__, __LINE__);
  }
}

}  // namespace lockrec::redis
