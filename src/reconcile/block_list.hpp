// A list that grows without moving what is in it: blocks of a few hundred, found by a shift.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace lockrec {

template <class T>
class BlockList {
 public:
  T& emplace_back() {
    if (size_ == blocks_.size() * block_size) blocks_.push_back(std::make_unique<T[]>(block_size));
    return (*this)[size_++];
  }
  T& operator[](std::size_t at) { return blocks_[at / block_size][at % block_size]; }
  const T& operator[](std::size_t at) const { return blocks_[at / block_size][at % block_size]; }
  std::size_t size() const { return size_; }
  void clear() {
    blocks_.clear();
    size_ = 0;
  }

 private:
  static constexpr std::size_t block_size = 256;

  std::vector<std::unique_ptr<T[]>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace lockrec
