// One call under way: its thread, and what it has to tell JavaScript.
#pragma once

#include <napi.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "arguments.hpp"
#include "library.hpp"

namespace lockrec_node {

// A log line (a level and a text) or a row's end.
struct Event {
  bool is_row;
  int32_t level_or_outcome;
  int32_t reason;
  uint32_t row_number;
  std::string text_or_tag;
  std::string owner;
};

// A thread of its own and not one of libuv's four: those belong to the host's files and names, and would not let a
// worker_thread or process end before the call does.
class Call {
 public:
  struct Callbacks {
    Napi::FunctionReference on_log;  // (level, text), or empty
    Napi::FunctionReference on_row;  // (row_number, tag, owner, outcome, reason), or empty
    Napi::FunctionReference on_end;  // (result)
  };

  // forget is called on Node's thread, as the last thing: it destroys the call.
  Call(Napi::Env env, const Library& library, const Napi::Object& given, const Napi::Value& cells, Callbacks callbacks,
       std::function<void()> forget);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void start();
  void cancel() noexcept;
  // Ends the thread; nothing is told to JavaScript any more.
  void stop() noexcept;

 private:
  static void deliver(Napi::Env env, Napi::Function, Call* call, void*);
  using Waker = Napi::TypedThreadSafeFunction<Call, void, &Call::deliver>;

  void run() noexcept;
  void push(Event event) noexcept;
  void wake_locked();
  void drain(Napi::Env env);
  void tell(Napi::Env env, const Event& event);
  void end(Napi::Env env);
  Napi::Object result_object(Napi::Env env) const;

  napi_env env_;
  const Library& library_;
  Arguments arguments_;
  Callbacks callbacks_;
  std::function<void()> forget_;
  int32_t cancel_flag_ = 0;
  lockrec_result_t result_{};
  Waker waker_;
  std::thread thread_;

  std::mutex mutex_;
  std::deque<Event> events_;
  bool woken_ = false;  // a wake-up is under way: there is never a second one
  bool ended_ = false;
};

}  // namespace lockrec_node
