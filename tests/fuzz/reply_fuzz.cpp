// What a Redis, or what poses as one, sends: the first byte says in pieces of which size it arrives.
#include "redis/reply.hpp"

#include <algorithm>
#include <vector>

#include "fuzz.hpp"
#include "redis/refusal.hpp"

namespace {

using lockrec::redis::Reply;
using lockrec::redis::ReplyKind;

void write(const Reply& reply, std::string& into) {
  into += static_cast<char>('0' + static_cast<int>(reply.kind()));
  if (reply.kind() == ReplyKind::array) {
    std::size_t seen = 0;
    reply.for_each([&](std::size_t index, const Reply& element) {
      fuzz::require(index == seen++, "elements come in order");
      write(element, into);
    });
    fuzz::require(seen == reply.count(), "an array has as many elements as it says");
  } else {
    into.append(reply.text()).append(";").append(std::to_string(reply.integer()));
  }
  if (!reply.is_error()) return;
  const auto refusal = lockrec::redis::classify(reply.text());
  const auto error = lockrec::redis::refusal_error(refusal, reply.text(), "127.0.0.1:6379");
  fuzz::require(error.status() < 0 && std::string_view(error.what()).size() < 2000, "a refusal is told in short");
}

// Every reply as text; a mark at the end where the bytes are no replies.
std::string read_in_pieces(std::string_view bytes, std::size_t piece_bytes) {
  std::string told;
  try {
    lockrec::redis::ReplyReader reader;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_bytes, bytes.size()))) {
      reader.feed(bytes.data(), std::min(piece_bytes, bytes.size()));
      while (reader.next()) {
        write(reader.reply(), told);
        reader.wipe_what_was_read();
      }
    }
  } catch (const lockrec::redis::ProtocolError& error) {
    fuzz::require(std::string_view(error.what()).size() < 200, "a protocol error says why");
    told += '!';
  }
  return told;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = fuzz::text_of(data + 1, size - 1);
  const std::string whole = read_in_pieces(bytes, std::max<std::size_t>(bytes.size(), 1));
  const std::string pieces = read_in_pieces(bytes, std::size_t{1} + data[0]);
  fuzz::require(whole == pieces, "replies are the same however they arrive");
  return 0;
}
