// JSON that holds a secret: the tree wipes its strings before it goes.
#pragma once

#include <memory>
#include <string_view>

#include "sheet/json.hpp"

namespace lockrec::sheet {

struct WipingJsonDelete {
  void operator()(cJSON* node) const noexcept;
};
using SecretJson = std::unique_ptr<cJSON, WipingJsonDelete>;

// As parse_json. cJSON frees half a tree unwiped where it fails, so a copy without content is tried first.
SecretJson parse_secret_json(std::string_view bytes, std::string_view what, const Deadline& deadline);

}  // namespace lockrec::sheet
