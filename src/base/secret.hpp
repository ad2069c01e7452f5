// A string that is wiped when it goes: tokens, passwords, private keys. It can't be printed by accident.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace lockrec {

void wipe(void* data, std::size_t size) noexcept;

// Whether ten bytes in a row of the secret (all of a shorter one) stand in the text: some servers answer with the
// request that they refuse.
bool quotes(std::string_view text, std::string_view secret);

// Wipes whatever it hands back, the buffers that a growing vector leaves behind included.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* data, std::size_t count) noexcept {
    wipe(data, count * sizeof(T));
    std::allocator<T>().deallocate(data, count);
  }
  bool operator==(const WipingAllocator&) const { return true; }
};

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}

  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  // Named so that every place where a secret is read can be found.
  std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }
  void append(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void reserve(std::size_t size) { bytes_.reserve(size); }

 private:
  std::vector<char, WipingAllocator<char>> bytes_;
};

}  // namespace lockrec
