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
  // A span of wall times that each happen once, with one offset: most dates of a sheet lie in the same one.
  struct Span {
    cctz::civil_second begin;
    cctz::civil_second end;  // behind the last
    std::int64_t offset_s = 0;
  };
  Span span_around(const cctz::civil_second& wall, const cctz::time_point<cctz::seconds>& instant) const;

  std::string name_;
  cctz::time_zone zone_;
  mutable Span last_;  // a zone is one call's, and so one thread's
};

}  // namespace lockrec
