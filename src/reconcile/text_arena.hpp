// Many small texts that go together: a few blocks to give back, not one piece of memory each.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace lockrec {

class TextArena {
 public:
  // The copy is followed by a NUL and stays where it is.
  std::string_view keep(std::string_view text) {
    const std::size_t size = text.size() + 1;
    if (size > left_) add_block(size);
    char* const copy = blocks_.back().get() + used_;
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    used_ += size;
    left_ -= size;
    return {copy, text.size()};
  }

  void clear() {
    blocks_.clear();
    used_ = left_ = 0;
  }

 private:
  static constexpr std::size_t block_bytes = std::size_t{64} << 10;

  void add_block(std::size_t size) {
    const std::size_t bytes = size > block_bytes ? size : block_bytes;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    used_ = 0;
    left_ = bytes;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t left_ = 0;
};

}  // namespace lockrec
