// An addon for the tests: opens a library with the given flags, and asks the libcurl that is loaded for its OpenSSL.
#include <dlfcn.h>
#include <napi.h>

namespace {

// open(path, deepBind)
void open(const Napi::CallbackInfo& info) {
  const int flags = RTLD_NOW | RTLD_LOCAL | (info[1].ToBoolean() ? RTLD_DEEPBIND : 0);
  if (dlopen(info[0].ToString().Utf8Value().c_str(), flags) == nullptr) throw Napi::Error::New(info.Env(), dlerror());
}

// Never loads: asks what is there already.
void* loaded(const Napi::Env& env, const char* library, const char* function) {
  void* handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  void* found = handle == nullptr ? nullptr : dlsym(handle, function);
  if (found == nullptr) throw Napi::Error::New(env, std::string(library) + " is not loaded");
  return found;
}

// curl() -> "libcurl/7.88.1 OpenSSL/3.0.15 ...": the version of the OpenSSL that its calls reach
Napi::Value curl(const Napi::CallbackInfo& info) {
  const auto version = reinterpret_cast<char* (*)()>(loaded(info.Env(), "libcurl.so.4", "curl_version"));
  return Napi::String::New(info.Env(), version());
}

// system() -> "3.0.15": the version that libcrypto.so.3 itself has
Napi::Value system_version(const Napi::CallbackInfo& info) {
  constexpr int kVersionString = 6;  // OPENSSL_VERSION_STRING
  const auto version = reinterpret_cast<const char* (*)(int)>(loaded(info.Env(), "libcrypto.so.3", "OpenSSL_version"));
  return Napi::String::New(info.Env(), version(kVersionString));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("open", Napi::Function::New(env, open));
  exports.Set("curl", Napi::Function::New(env, curl));
  exports.Set("system", Napi::Function::New(env, system_version));
  return exports;
}

}  // namespace

NODE_API_MODULE(openssl_probe, init)
