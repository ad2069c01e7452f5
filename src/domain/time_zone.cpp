// Names are checked before cctz sees them: it would open "../../../etc/passwd", and takes "localtime" from the host.
#include "domain/time_zone.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lockrec {

namespace {

constexpr std::size_t name_bytes_max = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool may_stand_in_a_name(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || is_digit(c) || c == '_' || c == '+' || c == '-' || c == '/';
}

bool is_iana_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max && name.front() != '/' && name != "localtime" &&
         !name.ends_with("/localtime") && std::ranges::all_of(name, may_stand_in_a_name);
}

// "GMT+hh:mm", as Sheets writes a zone of one's own making.
bool read_fixed_offset(std::string_view name, cctz::seconds& offset) {
  if (name.size() != 9 || !name.starts_with("GMT") || name[6] != ':') return false;
  if (name[3] != '+' && name[3] != '-') return false;
  if (!is_digit(name[4]) || !is_digit(name[5]) || !is_digit(name[7]) || !is_digit(name[8])) return false;
  const int hours = (name[4] - '0') * 10 + (name[5] - '0');
  const int minutes = (name[7] - '0') * 10 + (name[8] - '0');
  if (hours > 23 || minutes > 59) return false;
  const cctz::seconds distance((hours * 60 + minutes) * 60);
  offset = name[3] == '-' ? -distance : distance;
  return true;
}

// Whether a file can be opened at all just now.
void require_descriptors() {
  const int spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (spare < 0) {
    throw Error(LOCKREC_E_NO_MEMORY, "time zones can't be read: no descriptor is left", {LOCKREC_CAUSE_ERRNO, errno});
  }
  ::close(spare);
}

// cctz remembers for ever that a zone is missing, though it only could not open its file just then: what is missing
// under one name is asked for under another.
bool load_zone(const std::string& name, cctz::time_zone& zone) {
  if (cctz::load_time_zone(name, &zone)) return true;
  require_descriptors();
  return cctz::load_time_zone("file:" + name, &zone);
}

// Asks the library itself, which knows where it looks.
bool system_has_zones() {
  cctz::time_zone any;
  return cctz::load_time_zone("Europe/London", &any) || cctz::load_time_zone("America/New_York", &any);
}

std::int64_t seconds_of(const cctz::time_point<cctz::seconds>& instant) { return instant.time_since_epoch().count(); }

}  // namespace

TimeZone TimeZone::load(std::string_view name) {
  TimeZone made;
  made.name_ = name;
  cctz::seconds offset(0);
  if (name == "UTC" || name == "Etc/UTC" || name == "GMT") {
    made.zone_ = cctz::utc_time_zone();
  } else if (read_fixed_offset(name, offset)) {
    made.zone_ = cctz::fixed_time_zone(offset);
  } else if (!is_iana_name(name) || !load_zone(made.name_, made.zone_)) {
    auto sentence = "time zone \"" + printable(name, name_bytes_max) + "\" is not known";
    if (is_iana_name(name) && !system_has_zones()) {
      sentence += ": there is no time zone data on this system, install the package tzdata";
    }
    throw Error(LOCKREC_E_CONFIG, std::move(sentence));
  }
  return made;
}

TimeZone::Instants TimeZone::instants(const cctz::civil_second& wall) const {
  if (wall >= last_.begin && wall < last_.end) {
    const std::int64_t unix_s = (wall - cctz::civil_second(1970)) - last_.offset_s;
    return {unix_s, unix_s};
  }
  const auto found = zone_.lookup(wall);
  if (found.kind == cctz::time_zone::civil_lookup::UNIQUE) last_ = span_around(wall, found.pre);
  const bool happened_twice = found.kind == cctz::time_zone::civil_lookup::REPEATED;
  return {seconds_of(found.pre), seconds_of(happened_twice ? found.post : found.pre)};
}

TimeZone::Span TimeZone::span_around(const cctz::civil_second& wall,
                                     const cctz::time_point<cctz::seconds>& instant) const {
  constexpr auto second = cctz::seconds(1);
  // Both sides of a change are left out where the clock was put back: those wall times happened twice.
  cctz::time_zone::civil_transition before;
  cctz::time_zone::civil_transition after;
  const bool has_before = zone_.prev_transition(instant + second, &before);
  const bool has_after = zone_.next_transition(instant, &after);
  return {has_before ? std::max(before.from, before.to) : cctz::civil_second(1, 1, 1),
          has_after ? std::min(after.from, after.to) : cctz::civil_second(9999, 12, 31),
          (wall - cctz::civil_second(1970)) - seconds_of(instant)};
}

cctz::civil_second TimeZone::wall_time(std::int64_t unix_s) const {
  return zone_.lookup(cctz::time_point<cctz::seconds>(cctz::seconds(unix_s))).cs;
}

}  // namespace lockrec
