// The shared library, opened at run time: Node's own OpenSSL must not get between it and the system's.
#pragma once

#include <lockrec/lockrec.h>

#include <string>

namespace lockrec_node {

class Library {
 public:
  // Throws std::runtime_error with a sentence where path can't be loaded or is not lockrec.
  explicit Library(const std::string& path);

  decltype(&::lockrec_reconcile) reconcile;
  decltype(&::lockrec_status_name) status_name;
  decltype(&::lockrec_status_is_retryable) status_is_retryable;
  decltype(&::lockrec_version) version;
  decltype(&::lockrec_abi_version) abi_version;
  decltype(&::lockrec_abi_describe) abi_describe;

  std::string description() const;
};

}  // namespace lockrec_node
