// The functions that JavaScript sees, and what each of Node's environments (main or worker thread) keeps for itself.
#include <napi.h>

#include <cstddef>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include "call.hpp"
#include "fields.inc"
#include "library.hpp"

namespace lockrec_node {
namespace {

struct Instance {
  std::unique_ptr<Library> library;
  std::map<uint32_t, std::unique_ptr<Call>> calls;  // under way
  uint32_t calls_started = 0;
  bool ending = false;
};

Instance& instance_of(Napi::Env env) { return *env.GetInstanceData<Instance>(); }

// open(path) -> { version, abiVersion, description }
Napi::Value open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Instance& instance = instance_of(env);
  try {
    instance.library = std::make_unique<Library>(info[0].ToString().Utf8Value());
  } catch (const std::runtime_error& error) {
    throw Napi::Error::New(env, error.what());
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("version", instance.library->version());
  object.Set("abiVersion", instance.library->abi_version());
  object.Set("description", instance.library->description());
  return object;
}

// layouts() -> { lockrec_config: { size, fields: { deadline_ms: [offset, size] } } }: what this addon was compiled with
Napi::Value layouts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object structs = Napi::Object::New(env);
#define LOCKREC_ADD_STRUCT(type)                  \
  {                                               \
    Napi::Object object = Napi::Object::New(env); \
    object.Set("size", sizeof(type##_t));         \
    object.Set("fields", Napi::Object::New(env)); \
    structs.Set(#type, object);                   \
  }
  LOCKREC_STRUCTS(LOCKREC_ADD_STRUCT)
#undef LOCKREC_ADD_STRUCT
  const auto add = [&](const char* type, const char* field, size_t offset, size_t size) {
    Napi::Array place = Napi::Array::New(env, 2);
    place.Set(0U, offset);
    place.Set(1U, size);
    structs.Get(type).As<Napi::Object>().Get("fields").As<Napi::Object>().Set(field, place);
  };
#define LOCKREC_ADD_FIELD(type, field) add(#type, #field, offsetof(type##_t, field), sizeof(type##_t::field));
  LOCKREC_FIELDS(LOCKREC_ADD_FIELD)
#undef LOCKREC_ADD_FIELD
  return structs;
}

Napi::FunctionReference reference(const Napi::Value& value) {
  return value.IsFunction() ? Napi::Persistent(value.As<Napi::Function>()) : Napi::FunctionReference();
}

// start(settings, cells, onLog, onRow, onEnd, cancelled) -> the call's number, for cancel()
Napi::Value start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Instance& instance = instance_of(env);
  if (instance.ending) throw Napi::Error::New(env, "the process is ending: no call of lockrec can be started");
  Call::Callbacks callbacks{reference(info[2]), reference(info[3]), reference(info[4])};
  const uint32_t number = ++instance.calls_started;
  auto call = std::make_unique<Call>(env, *instance.library, info[0].As<Napi::Object>(), info[1], std::move(callbacks),
                                     [&instance, number] { instance.calls.erase(number); });
  if (info[5].ToBoolean()) call->cancel();
  try {
    call->start();
  } catch (const std::system_error& error) {
    throw Napi::Error::New(env, std::string("no thread for lockrec could be started: ") + error.what());
  }
  instance.calls.emplace(number, std::move(call));
  return Napi::Number::New(env, number);
}

// cancel(number): harmless where that call has ended
void cancel(const Napi::CallbackInfo& info) {
  const auto& calls = instance_of(info.Env()).calls;
  const auto found = calls.find(info[0].ToNumber().Uint32Value());
  if (found != calls.end()) found->second->cancel();
}

// stopAll(): for the end of the process, which must not destroy what a thread still uses
void stop_all(const Napi::CallbackInfo& info) {
  Instance& instance = instance_of(info.Env());
  instance.ending = true;
  for (const auto& [number, call] : instance.calls) call->cancel();
  for (const auto& [number, call] : instance.calls) call->stop();
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Instance);
  exports.Set("open", Napi::Function::New(env, open, "open"));
  exports.Set("layouts", Napi::Function::New(env, layouts, "layouts"));
  exports.Set("start", Napi::Function::New(env, start, "start"));
  exports.Set("cancel", Napi::Function::New(env, cancel, "cancel"));
  exports.Set("stopAll", Napi::Function::New(env, stop_all, "stopAll"));
  return exports;
}

}  // namespace
}  // namespace lockrec_node

using lockrec_node::init;
NODE_API_MODULE(lockrec, init)
