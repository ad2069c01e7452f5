// One reply of Redis, parsed by hiredis into a flat list, within bounds that a hostile server can't leave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "redis/bulk_cutter.hpp"

struct redisReader;

namespace lockrec::redis {

// What came is no reply of Redis; what() says why, without the bytes that came.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ReplyKind : std::uint8_t { nil, integer, status, error, bulk, array };

// An array's elements follow it, each with its own elements behind it.
struct ReplyNode {
  ReplyKind kind;
  std::int64_t number;  // integer: its value; array: how many elements
  std::size_t text_at;
  std::size_t text_size;
};

struct ReplyTree {
  std::vector<ReplyNode> nodes;
  std::string texts;
  bool is_refused = false;  // too deep, too long, or of a type that was not asked for
};

// A view, valid until the next reply is read.
class Reply {
 public:
  explicit Reply(const ReplyTree& tree, std::size_t at = 0) : tree_(&tree), at_(at) {}

  ReplyKind kind() const { return node().kind; }
  bool is_error() const { return kind() == ReplyKind::error; }
  // Of a bulk at most BulkCutter::kept_bytes.
  std::string_view text() const { return std::string_view(tree_->texts).substr(node().text_at, node().text_size); }
  std::int64_t integer() const { return node().number; }
  std::size_t count() const { return kind() == ReplyKind::array ? static_cast<std::size_t>(node().number) : 0; }

  // visit(index, element) for every element of an array.
  template <class Visit>
  void for_each(Visit visit) const {
    std::size_t at = at_ + 1;
    for (std::size_t index = 0; index < count(); ++index) {
      visit(index, Reply(*tree_, at));
      at = behind(at);
    }
  }

 private:
  const ReplyNode& node() const { return tree_->nodes[at_]; }
  std::size_t behind(std::size_t at) const;

  const ReplyTree* tree_;
  std::size_t at_;
};

class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(const char* data, std::size_t size);
  // Whether a whole reply is there; reply() is it then. Throws ProtocolError.
  bool next();
  Reply reply() const { return Reply(tree_); }
  // Some servers quote a refused command, password included.
  void wipe_what_was_read();

 private:
  bool is_complete() const;
  void pass_on(std::string_view bytes);

  ReplyTree tree_;
  BulkCutter cutter_;
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

}  // namespace lockrec::redis
