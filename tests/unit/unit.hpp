// What every C++ unit test starts with: CMocka, and checks that name the case of a table that failed.
#pragma once

#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" {
#include <cmocka.h>
}
#undef fail  // streams have a member of that name

inline void check(bool held, std::string_view subject) {
  if (held) return;
  print_error("does not hold for: %.*s\n", static_cast<int>(subject.size()), subject.data());
  _fail(__FILE__, __LINE__);
}

inline void check_text(std::string_view got, std::string_view wanted, std::string_view subject) {
  if (got == wanted) return;
  print_error("%.*s: got \"%.*s\", wanted \"%.*s\"\n", static_cast<int>(subject.size()), subject.data(),
              static_cast<int>(got.size()), got.data(), static_cast<int>(wanted.size()), wanted.data());
  _fail(__FILE__, __LINE__);
}

inline void check_number(std::int64_t got, std::int64_t wanted, std::string_view subject) {
  if (got == wanted) return;
  print_error("%.*s: got %lld, wanted %lld\n", static_cast<int>(subject.size()), subject.data(),
              static_cast<long long>(got), static_cast<long long>(wanted));
  _fail(__FILE__, __LINE__);
}
