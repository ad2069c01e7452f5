// How lockrec check prints its findings.
#include "check_output.hpp"

#include "json_writer.hpp"
#include "utf8.hpp"
#include "wrap.hpp"

namespace lockrec::cli {
namespace {

constexpr std::size_t kStateWidth = 6;
constexpr std::size_t kStepWidth = 13;

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

std::string painted_state(Finding::State state, const Style& style) {
  switch (state) {
    case Finding::State::ok: return style.good(padded("ok", kStateWidth));
    case Finding::State::warn: return style.odd(padded("warn", kStateWidth));
    case Finding::State::fail: return style.bad(padded("FAIL", kStateWidth));
    default: return style.faint(padded("-", kStateWidth));
  }
}

}  // namespace

std::string findings_as_text(const std::vector<Finding>& findings, const Style& style, std::size_t width) {
  constexpr std::size_t kIndent = kStateWidth + kStepWidth;
  std::string text;
  for (const Finding& finding : findings) {
    const bool is_tried = finding.state != Finding::State::not_tried;
    text += painted_state(finding.state, style) + padded(finding.step, kStepWidth) +
            (is_tried ? wrapped(one_line(finding.text), width, kIndent) : style.faint("not tried")) + "\n";
    for (const std::string& line : finding.remedy) {
      text += std::string(kIndent, ' ') + wrapped(one_line(line), width, kIndent) + "\n";
    }
  }
  return text;
}

std::string findings_as_json(const std::vector<Finding>& findings) {
  JsonWriter json;
  json.begin_array();
  for (const Finding& finding : findings) {
    json.begin_object();
    json.member("step", finding.step);
    json.member("state", state_name(finding.state));
    json.member("text", finding.text);
    json.key("remedy");
    json.begin_array();
    for (const std::string& line : finding.remedy) json.string(line);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  return json.text() + "\n";
}

}  // namespace lockrec::cli
