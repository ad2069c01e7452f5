// A password or token read from a file, wiped when it goes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace lockrec::cli {

class SecretText {
 public:
  SecretText() = default;
  ~SecretText() { wipe(); }
  SecretText(SecretText&& other) noexcept = default;
  SecretText& operator=(SecretText&& other) noexcept;

  // One line from a regular file, or from a pipe as `<(command)` makes one; its line end is not part of it.
  // Throws std::runtime_error with a sentence that names flag and file, and nothing of what stands in it.
  static SecretText from_file(std::string_view flag, const std::string& path);

  // NULL where nothing was read.
  const char* c_str() const { return bytes_.get(); }

 private:
  void wipe() noexcept;
  std::size_t read_from(int descriptor, std::string_view flag, const std::string& path);

  std::unique_ptr<char[]> bytes_;
};

// Whether an address holds a password, which must not stand in an argument.
bool holds_password(std::string_view redis_url);

}  // namespace lockrec::cli
