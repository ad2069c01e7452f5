// Who occupies what: an owner cell, a tag cell, and a lock's value as some other program may have written it.
#include "domain/owner_cell.hpp"

#include "base/text.hpp"
#include "domain/lock_value.hpp"
#include "domain/tag_cell.hpp"
#include "fuzz.hpp"
#include "sheet/row_feed.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const lockrec::Cell cell = lockrec::sheet::text_cell(text, true);

  const lockrec::Owner owner = lockrec::read_owner(cell, "DISPONIBLE");
  if (owner.kind == lockrec::Owner::Kind::worker) {
    fuzz::require(owner.id >= 1 && owner.id <= 999999999999999999, "a worker's number has 1 to 18 digits");
    fuzz::require(lockrec::is_valid_utf8(cell.text), "a worker's cell is UTF-8");
  }

  const lockrec::Tag tag = lockrec::read_tag(cell);
  if (tag.reason == LOCKREC_REASON_NONE) {
    fuzz::require(tag.text() == cell.text && !tag.text().empty() && tag.text().size() <= 512, "a tag is kept as it is");
    fuzz::require(!lockrec::has_control_character(tag.text()), "a tag has no control character");
  }
  fuzz::require(lockrec::is_valid_utf8(tag.text()), "a tag can be shown");

  lockrec::owner_of_lock_value(text);
  fuzz::require(lockrec::is_valid_utf8(lockrec::printable(text)), "anything can be shown");
  fuzz::require(lockrec::printable(text, 40).size() <= 40, "what is shown is cut");
  return 0;
}
