// Replays a corpus folder through its fuzz target in an ordinary build: one test case a file.
#include <algorithm>
#include <csetjmp>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.hpp"

extern "C" {
#include <cmocka.h>
}

namespace {

constexpr std::size_t files_min = 12;

void replay(void** state) {
  const auto& path = *static_cast<const std::filesystem::path*>(*state);
  std::ifstream file(path, std::ios::binary);
  assert_true(file.good());
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // An own block of exactly that size: reading past it is seen by the address sanitizer.
  const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
  assert_int_equal(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
}

void corpus_is_there(void** state) {
  assert_true(static_cast<const std::vector<std::filesystem::path>*>(*state)->size() >= files_min);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> names;
  for (const auto& path : paths) names.push_back(path.filename().string());
  std::vector<CMUnitTest> tests{{"corpus_is_there", corpus_is_there, nullptr, nullptr, &paths}};
  for (std::size_t i = 0; i < paths.size(); ++i)
    tests.push_back({names[i].c_str(), replay, nullptr, nullptr, &paths[i]});
  return _cmocka_run_group_tests("corpus", tests.data(), tests.size(), nullptr, nullptr);
}
