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
  // What a wall time can mean: one instant, two where it happened twice, and where the clock jumped over it the one
  // that the offset before the gap gives. Seconds since 1970.
  struct Instants {
    std::int64_t earliest;
    std::int64_t latest;
  };
  Instants instants(const cctz::civil_second& wall) const;
  cctz::civil_second wall_time(std::int64_t unix_s) const;

 private:
  std::string name_;
  cctz::time_zone zone_;
};

}  // namespace lockrec
