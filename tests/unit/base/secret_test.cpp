// A secret's bytes are gone from every buffer that held them.
#include "base/secret.hpp"

#include <array>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

#include "../unit.hpp"

using lockrec::Secret;

namespace {

std::string_view watched;
bool seen_freed = false;
bool seen_wiped = false;

void watch(std::string_view bytes) {
  watched = bytes;
  seen_freed = seen_wiped = false;
}

[[maybe_unused]] void look_and_free(void* data) {
  if (data != nullptr && data == watched.data()) {
    seen_freed = true;
    seen_wiped = watched.find_first_not_of('\0') == watched.npos;
    watched = {};
  }
  std::free(data);
}

}  // namespace

// clang's sanitizers link their own operator new in and take no other.
#if defined(__clang__) && defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOCKREC_TEST_CANNOT_WATCH_BUFFERS 1
#endif
#endif

#ifndef LOCKREC_TEST_CANNOT_WATCH_BUFFERS
// Every buffer passes here on its way out, with its bytes still to be seen.
void* operator new(std::size_t size) {
  if (void* data = std::malloc(size)) return data;
  throw std::bad_alloc();
}
void operator delete(void* data) noexcept { look_and_free(data); }
void operator delete(void* data, std::size_t) noexcept { look_and_free(data); }
#endif

namespace {

void wipe_leaves_zeros(void**) {
  std::array<char, 8> bytes = {'p', 'a', 's', 's', 'w', 'o', 'r', 'd'};
  lockrec::wipe(bytes.data(), 4);
  check_text({bytes.data(), bytes.size()}, std::string_view("\0\0\0\0word", 8), "the first half");
  lockrec::wipe(nullptr, 4);
  lockrec::wipe(bytes.data(), 0);
  check_number(bytes[4], 'w', "nothing more");
}

void secret_is_wiped_when_it_goes_and_when_it_grows(void**) {
#ifdef LOCKREC_TEST_CANNOT_WATCH_BUFFERS
  skip();
#endif
  {
    Secret secret(std::string(100, 's'));
    watch(secret.reveal());
    secret.append(std::string(10000, 't'));
    check(seen_freed && seen_wiped, "the buffer that it grew out of");
    watch(secret.reveal());
  }
  check(seen_freed && seen_wiped, "the last one");
}

void secret_holds_what_it_was_given(void**) {
  Secret secret("pass");
  secret.append("word");
  check_text(secret.reveal(), "password", "text");
  check_number(static_cast<int>(secret.size()), 8, "size");
  check(!secret.empty() && Secret().empty(), "empty");
  const Secret moved = std::move(secret);
  check_text(moved.reveal(), "password", "moved");
}

void secret_is_no_string_by_accident(void**) {
  check(!std::is_convertible_v<Secret, std::string_view> && !std::is_convertible_v<Secret, std::string>, "out");
  check(!std::is_convertible_v<std::string_view, Secret>, "in");
}

void piece_of_a_secret_is_recognised(void**) {
  using lockrec::quotes;
  check(quotes("AUTH 0123456789", "0123456789abcdef") && quotes("x6789abcdefx", "0123456789abcdef"), "ten bytes");
  check(!quotes("123456789", "0123456789abcdef") && !quotes("", "0123456789abcdef"), "nine");
  check(quotes("with pw in it", "pw") && !quotes("p w", "pw"), "a short one, whole");
  check(!quotes("anything", "") && !quotes("", ""), "none");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(wipe_leaves_zeros),
      cmocka_unit_test(secret_is_wiped_when_it_goes_and_when_it_grows),
      cmocka_unit_test(secret_holds_what_it_was_given),
      cmocka_unit_test(secret_is_no_string_by_accident),
      cmocka_unit_test(piece_of_a_secret_is_recognised),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
