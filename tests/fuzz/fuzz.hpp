// What every fuzz target holds its parser to: it may refuse, with a status of its own and a sentence, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// Returns the sentence of a refusal, empty where the work was done. Any other exception ends the program.
template <class Work>
std::string refusal_of(std::initializer_list<std::int32_t> permitted, Work work) {
  try {
    work();
    return {};
  } catch (const lockrec::Error& error) {
    bool is_permitted = false;
    for (const std::int32_t status : permitted) is_permitted = is_permitted || status == error.status();
    require(is_permitted, "the refusal's status is one that this parser may give");
    const std::string sentence = error.what();
    require(!sentence.empty(), "a refusal says why");
    require(sentence.size() < 2000, "a sentence stays short, whatever came in");
    return sentence;
  }
}

}  // namespace fuzz
