// Opens liblockrec with RTLD_DEEPBIND and finds its functions.
#include "library.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace lockrec_node {
namespace {

template <typename Function>
void find(void* handle, const std::string& path, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(handle, name));
  if (function == nullptr) throw std::runtime_error(path + " is not lockrec: it has no function " + name);
}

}  // namespace

Library::Library(const std::string& path) {
  // Official Node binaries export the OpenSSL that is inside them; without DEEPBIND libcurl would call that one with
  // structures of the system's. Never closed: a stuck host name look-up may outlive a call.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw std::runtime_error("can't load " + path + ": " + (reason != nullptr ? reason : "no reason given") +
                             "; install liblockrec, or name it in LOCKREC_LIBRARY");
  }
  find(handle, path, "lockrec_reconcile", reconcile);
  find(handle, path, "lockrec_status_name", status_name);
  find(handle, path, "lockrec_status_is_retryable", status_is_retryable);
  find(handle, path, "lockrec_version", version);
  find(handle, path, "lockrec_abi_version", abi_version);
  find(handle, path, "lockrec_abi_describe", abi_describe);
}

std::string Library::description() const {
  std::string text(abi_describe(nullptr, 0) + 1, '\0');
  abi_describe(text.data(), text.size());
  text.pop_back();
  return text;
}

}  // namespace lockrec_node
