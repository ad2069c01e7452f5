// Bounds around hiredis' parser: depth, elements, and the size of one text and of a whole reply.
#include "redis/reply.hpp"

#include <hiredis/read.h>

#include <new>
#include <utility>

#include "base/secret.hpp"

namespace lockrec::redis {

namespace {

constexpr std::size_t depth_max = 7;
constexpr std::size_t elements_max = 100000;
constexpr std::size_t text_bytes_max = std::size_t{1} << 20;
constexpr std::size_t reply_bytes_max = std::size_t{64} << 20;

// hiredis only wants to see that something was made: the list keeps the order by itself.
int made;

// nullptr makes hiredis give up, in the same way as where its own memory ran out.
void* refuse(const redisReadTask* task) {
  static_cast<ReplyTree*>(task->privdata)->is_refused = true;
  return nullptr;
}

// C calls this: nothing may be thrown through it.
void* add(const redisReadTask* task, ReplyKind kind, std::int64_t number, const char* text, std::size_t size) noexcept {
  std::size_t depth = 0;
  for (const redisReadTask* up = task->parent; up != nullptr; up = up->parent) ++depth;
  auto& [nodes, texts, is_refused] = *static_cast<ReplyTree*>(task->privdata);
  if (depth > depth_max || nodes.size() > elements_max || size > text_bytes_max) return refuse(task);
  if (texts.size() + size > reply_bytes_max) return refuse(task);
  try {
    nodes.push_back({kind, number, texts.size(), size});
    texts.append(text, size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  return &made;
}

void* add_text(const redisReadTask* task, char* text, std::size_t size) {
  switch (task->type) {
    case REDIS_REPLY_STATUS: return add(task, ReplyKind::status, 0, text, size);
    case REDIS_REPLY_ERROR: return add(task, ReplyKind::error, 0, text, size);
    case REDIS_REPLY_STRING: return add(task, ReplyKind::bulk, 0, text, size);
    default: return refuse(task);
  }
}

// The count is an int in hiredis 0.14 and a size_t in later versions.
template <class Count>
void* add_array(const redisReadTask* task, Count count) {
  if (task->type != REDIS_REPLY_ARRAY || static_cast<std::size_t>(count) > elements_max) return refuse(task);
  return add(task, ReplyKind::array, static_cast<std::int64_t>(count), "", 0);
}

void* add_integer(const redisReadTask* task, long long value) { return add(task, ReplyKind::integer, value, "", 0); }
void* add_nil(const redisReadTask* task) { return add(task, ReplyKind::nil, 0, "", 0); }
void forget(void*) {}

redisReplyObjectFunctions* functions() {
  static redisReplyObjectFunctions table = [] {
    redisReplyObjectFunctions made_here{};
    made_here.createString = add_text;
    made_here.createArray = add_array;
    made_here.createInteger = add_integer;
    made_here.createNil = add_nil;
    made_here.freeObject = forget;
    return made_here;
  }();
  return &table;
}

}  // namespace

std::size_t Reply::behind(std::size_t at) const {
  std::size_t left = 1;
  for (; left > 0; ++at, --left) {
    if (tree_->nodes[at].kind == ReplyKind::array) left += static_cast<std::size_t>(tree_->nodes[at].number);
  }
  return at;
}

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(functions()), redisReaderFree) {
  if (reader_ == nullptr) throw std::bad_alloc();
  reader_->privdata = &tree_;
  // hiredis would make its buffer anew where that has grown, and abort the process if it can't.
  reader_->maxbuf = 0;
}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(const char* data, std::size_t size) {
  std::string_view whole;  // pieces of data that lie side by side go on together
  for (std::string_view left(data, size); !left.empty();) {
    const auto piece = cutter_.next(left);
    if (piece.data() == whole.data() + whole.size()) {
      whole = {whole.data(), whole.size() + piece.size()};
      continue;
    }
    pass_on(whole);
    whole = piece;
    if (piece.data() < data || piece.data() >= data + size) pass_on(std::exchange(whole, {}));
  }
  pass_on(whole);
}

void ReplyReader::pass_on(std::string_view bytes) {
  if (!bytes.empty() && redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) throw std::bad_alloc();
}

bool ReplyReader::next() {
  if (reader_->ridx == -1) {  // the last one is whole: its place is free
    tree_.nodes.clear();
    tree_.texts.clear();
  }
  void* reply = nullptr;
  const int result = redisReaderGetReply(reader_.get(), &reply);
  if (result != REDIS_OK && reader_->err == REDIS_ERR_OOM && !tree_.is_refused) throw std::bad_alloc();
  if (result != REDIS_OK) throw ProtocolError("its reply can't be read");
  if (reply == nullptr) {
    if (reader_->len - reader_->pos > text_bytes_max) throw ProtocolError("its reply is too large");
    return false;
  }
  if (!is_complete()) throw ProtocolError("its reply has a type that was not asked for");
  return true;
}

// Types of RESP3 may leave a hole in the list.
bool ReplyReader::is_complete() const {
  std::size_t expected = 1;
  std::size_t at = 0;
  for (; expected > 0 && at < tree_.nodes.size(); ++at, --expected) {
    if (tree_.nodes[at].kind == ReplyKind::array) expected += static_cast<std::size_t>(tree_.nodes[at].number);
  }
  return expected == 0 && at == tree_.nodes.size();
}

void ReplyReader::wipe_what_was_read() {
  wipe(tree_.texts.data(), tree_.texts.size());
  wipe(reader_->buf, reader_->pos);
}

}  // namespace lockrec::redis
