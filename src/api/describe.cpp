// The layouts as JSON, so that a binding can compare its own at run time.
#include "api/describe.hpp"

#include "api/layout.hpp"

namespace lockrec::api {

std::string describe() {
  std::string json =
      "{\"version\":\"" LOCKREC_VERSION "\",\"abi_version\":" + std::to_string(LOCKREC_ABI_VERSION) + ",\"structs\":{";
  const char* struct_comma = "";
  for (const Layout& layout : layouts()) {
    json += struct_comma;
    struct_comma = ",";
    json.append("\"").append(layout.name).append("\":{\"size\":").append(std::to_string(layout.size));
    json += ",\"fields\":[";
    const char* field_comma = "";
    for (const Field& field : layout.fields) {
      json += field_comma;
      field_comma = ",";
      json.append("{\"name\":\"").append(field.name).append("\",\"offset\":").append(std::to_string(field.offset));
      json.append(",\"size\":").append(std::to_string(field.size)).append(",\"type\":\"").append(field.type);
      json += "\"}";
    }
    json += "]}";
  }
  return json + "}}";
}

}  // namespace lockrec::api
