// One time zone's rules, from the system's tzdata.
#pragma once

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace lockrec {

class TimeZone {
 public:
  // An IANA name (letters, digits, _ + - /) or GMT+hh:mm. Throws LOCKREC_E_CONFIG naming the zone, and
  // the package where the system has no tzdata at all.
  static TimeZone load(std::string_view name);

  const std::string& name() const { return name_; }
  // The latest instant a wall time can mean: the second of two, or, where the clock jumped over it, the
  // one that the offset before the gap gives. Seconds since 1970.
  std::int64_t latest_instant(const cctz::civil_second& wall) const;
  // The same, but the first of two.
  std::int64_t earliest_instant(const cctz::civil_second& wall) const;
  cctz::civil_second wall_time(std::int64_t unix_s) const;

 private:
  std::string name_;
  cctz::time_zone zone_;
};

}  // namespace lockrec
