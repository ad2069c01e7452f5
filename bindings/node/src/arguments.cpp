// JavaScript's values into the C configuration.
#include "arguments.hpp"

#include <cstring>
#include <string>

#include "fields.inc"

namespace lockrec_node {
namespace {

int64_t number_of(const Napi::Value& value) {
  bool lossless = true;
  return value.IsBigInt() ? value.As<Napi::BigInt>().Int64Value(&lossless) : 0;
}

}  // namespace

Text::Text(const Napi::Value& value) {
  const napi_env env = value.Env();
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size_) != napi_ok) throw Napi::Error::New(env);
  data_ = std::make_unique<char[]>(size_ + 1);
  if (napi_get_value_string_utf8(env, value, data_.get(), size_ + 1, &size_) != napi_ok) throw Napi::Error::New(env);
}

Text::~Text() {
  if (data_) explicit_bzero(data_.get(), size_);
}

Arguments::Arguments(const Napi::Object& given, const Napi::Value& cells) {
  config_.struct_size = sizeof config_;
  config_.flags = given.Get("flags").ToNumber().Uint32Value();
  config_.log_level = given.Get("log_level").ToNumber().Int32Value();
#define LOCKREC_SET_TEXT(name) \
  if (const Napi::Value value = given.Get(#name); value.IsString()) config_.name = texts_.emplace_back(value).get();
  LOCKREC_CONFIG_TEXTS(LOCKREC_SET_TEXT)
#undef LOCKREC_SET_TEXT
#define LOCKREC_SET_NUMBER(name) config_.name = number_of(given.Get(#name));
  LOCKREC_CONFIG_NUMBERS(LOCKREC_SET_NUMBER)
#undef LOCKREC_SET_NUMBER
  if (cells.IsBuffer()) {
    const auto buffer = cells.As<Napi::Buffer<char>>();
    cells_.assign(buffer.Data(), buffer.Data() + buffer.Length());
    split_rows();
  }
}

void Arguments::split_rows() {
  const char* cell = cells_.data();
  const char* const end = cell + cells_.size();
  const auto next = [&] {
    const char* const current = cell;
    cell += std::strlen(cell) + 1;
    return current;
  };
  while (cell < end) {
    const char* const tag = next();
    const char* const occupied_by = next();
    rows_.push_back({tag, occupied_by, next()});
  }
  config_.rows = rows_.data();
  config_.row_count = rows_.size();
}

}  // namespace lockrec_node
