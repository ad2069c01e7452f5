// Runs the library on a thread, and brings log lines, rows and the result to Node's.
#include "call.hpp"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <utility>

#include "fields.inc"

namespace lockrec_node {
namespace {

// So many events, then the event loop has its turn: 100000 rows must not hold up a service's other work.
constexpr size_t kEventsPerTurn = 500;

// The host's signals are its own threads' business.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

void stop_at_cleanup(void* call) { static_cast<Call*>(call)->stop(); }

}  // namespace

Call::Call(Napi::Env env, const Library& library, const Napi::Object& given, const Napi::Value& cells,
           Callbacks callbacks, std::function<void()> forget)
    : env_(env),
      library_(library),
      arguments_(given, cells),
      callbacks_(std::move(callbacks)),
      forget_(std::move(forget)) {
  lockrec_config_t& config = arguments_.config();
  config.cancel_flag = &cancel_flag_;
  if (!callbacks_.on_log.IsEmpty()) {
    config.log_user = this;
    config.log = [](void* user, int32_t level, const char* text, uint64_t length) {
      static_cast<Call*>(user)->push({false, level, 0, 0, std::string(text, length), {}});
    };
  }
  if (!callbacks_.on_row.IsEmpty()) {
    config.on_row_user = this;
    config.on_row = [](void* user, const lockrec_row_report_t* row) {
      static_cast<Call*>(user)->push({true, row->outcome, row->reason, row->row_number, row->tag, row->owner});
    };
  }
  result_.struct_size = sizeof result_;
}

Call::~Call() { stop(); }

void Call::start() {
  waker_ = Waker::New(env_, "lockrec", 0, 1, this);
  // Added after the waker's own hook, so run before it: the thread has ended when the waker is closed.
  napi_add_env_cleanup_hook(env_, stop_at_cleanup, this);
  try {
    const SignalsBlocked blocked;
    thread_ = std::thread(&Call::run, this);
  } catch (...) {
    napi_remove_env_cleanup_hook(env_, stop_at_cleanup, this);
    waker_.Release();
    throw;
  }
}

void Call::cancel() noexcept { std::atomic_ref<int32_t>(cancel_flag_).store(1, std::memory_order_release); }

void Call::stop() noexcept {
  cancel();
  if (thread_.joinable()) thread_.join();
}

void Call::run() noexcept {
  pthread_setname_np(pthread_self(), "lockrec");  // for whoever looks at the process with ps or a debugger
  library_.reconcile(&arguments_.config(), &result_);
  const std::lock_guard lock(mutex_);
  ended_ = true;
  wake_locked();
}

void Call::push(Event event) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    wake_locked();
  } catch (...) {
    cancel();  // out of memory: an end that is seen is better than a row that is missing
  }
}

void Call::wake_locked() {
  if (!woken_) woken_ = waker_.NonBlockingCall() == napi_ok;
}

void Call::deliver(Napi::Env env, Napi::Function, Call* call, void*) {
  // Without an env Node is ending, and the call may be gone already.
  if (static_cast<napi_env>(env) == nullptr) return;
  try {
    call->drain(env);
  } catch (const Napi::Error&) {
    // The functions that are called don't throw: a worker_thread is being terminated, and its cleanup ends the call.
  }
}

void Call::drain(Napi::Env env) {
  std::deque<Event> events;
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    if (events_.size() <= kEventsPerTurn) {
      events.swap(events_);
    } else {
      const auto end = events_.begin() + kEventsPerTurn;
      events.assign(std::make_move_iterator(events_.begin()), std::make_move_iterator(end));
      events_.erase(events_.begin(), end);
      wake_locked();
    }
    ended = ended_ && events_.empty();
  }
  for (const Event& event : events) {
    const Napi::HandleScope scope(env);
    tell(env, event);
  }
  if (ended) end(env);
}

void Call::tell(Napi::Env env, const Event& event) {
  if (event.is_row) {
    callbacks_.on_row.Call({Napi::Number::New(env, event.row_number), Napi::String::New(env, event.text_or_tag),
                            Napi::String::New(env, event.owner), Napi::Number::New(env, event.level_or_outcome),
                            Napi::Number::New(env, event.reason)});
  } else {
    callbacks_.on_log.Call({Napi::Number::New(env, event.level_or_outcome), Napi::String::New(env, event.text_or_tag)});
  }
}

void Call::end(Napi::Env env) {
  if (thread_.joinable()) thread_.join();
  napi_remove_env_cleanup_hook(env_, stop_at_cleanup, this);
  waker_.Release();
  const Napi::Object result = result_object(env);
  const Napi::FunctionReference on_end = std::move(callbacks_.on_end);
  const std::function<void()> forget = std::move(forget_);  // it must outlive the call that it destroys
  forget();
  on_end.Call({result});
}

Napi::Object Call::result_object(Napi::Env env) const {
  Napi::Object object = Napi::Object::New(env);
#define LOCKREC_GET_NUMBER(field, name) object.Set(name, Napi::Number::New(env, static_cast<double>(result_.field)));
  LOCKREC_RESULT_NUMBERS(LOCKREC_GET_NUMBER)
#undef LOCKREC_GET_NUMBER
  object.Set("message", Napi::String::New(env, result_.message));
  object.Set("statusName", Napi::String::New(env, library_.status_name(result_.status)));
  object.Set("retryable", Napi::Boolean::New(env, library_.status_is_retryable(result_.status) != 0));
  return object;
}

}  // namespace lockrec_node
