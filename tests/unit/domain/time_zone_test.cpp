// Which names are zones, and which instant a wall time means where clocks change.
#include "domain/time_zone.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "../unit.hpp"
#include "base/error.hpp"
#include "cells.hpp"

using cctz::civil_second;
using lockrec::TimeZone;

namespace {

std::string sentence_for(std::string_view name) {
  try {
    TimeZone::load(name);
  } catch (const lockrec::Error& error) {
    check_number(error.status(), LOCKREC_E_CONFIG, name);
    return error.what();
  }
  return "";
}

bool names_the_package_without_tzdata() {
  setenv("TZDIR", "/nonexistent", 1);
  const auto sentence = sentence_for("Asia/Tokyo");
  const auto fixed = sentence_for("UTC") + sentence_for("Etc/UTC") + sentence_for("GMT") + sentence_for("GMT-03:00");
  return sentence.find("\"Asia/Tokyo\"") != sentence.npos && sentence.ends_with("install the package tzdata") &&
         fixed.empty();
}

// In a process of its own, and before any other: what was loaded, or was not there, stays so.
void zone_without_tzdata_names_the_package(void**) {
  const auto child = fork();
  if (child == 0) _exit(names_the_package_without_tzdata() ? 0 : 1);
  int status = -1;
  check(waitpid(child, &status, 0) == child, "the child's end");
  check_number(status, 0, "what the child saw");
}

// cctz keeps for ever what it did not find, were it only that no descriptor was left.
bool is_found_once_there_are_descriptors() {
  const rlimit none{0, 64};
  const rlimit enough{64, 64};
  setrlimit(RLIMIT_NOFILE, &none);
  std::int32_t status = LOCKREC_OK;
  try {
    TimeZone::load("Asia/Tokyo");
  } catch (const lockrec::Error& error) {
    status = error.status();
  }
  setrlimit(RLIMIT_NOFILE, &enough);
  return status == LOCKREC_E_NO_MEMORY && sentence_for("Asia/Tokyo").empty() && sentence_for("Asia/Tokyo").empty();
}

void zone_without_a_descriptor_is_found_later(void**) {
  const auto child = fork();
  if (child == 0) _exit(is_found_once_there_are_descriptors() ? 0 : 1);
  int status = -1;
  check(waitpid(child, &status, 0) == child, "the child's end");
  check_number(status, 0, "what the child saw");
}

void zone_that_exists_is_loaded(void**) {
  for (const auto* name : {"America/Santiago", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "Europe/Madrid", "UTC",
                           "Etc/UTC", "GMT", "America/Port-au-Prince"}) {
    check_text(sentence_for(name), "", name);
    check_text(TimeZone::load(name).name(), name, name);
  }
}

void zone_of_ones_own_making_is_a_fixed_offset(void**) {
  struct {
    const char* name;
    std::int64_t minutes;
  } const cases[] = {{"GMT+00:00", 0}, {"GMT-03:00", -180}, {"GMT+05:45", 345}, {"GMT-00:30", -30}, {"GMT+14:00", 840}};
  for (const auto& one : cases) {
    const auto zone = TimeZone::load(one.name);
    check_number(zone.instants(civil_second(2026, 1, 1)).latest, utc_ms(2026, 1, 1) / 1000 - one.minutes * 60,
                 one.name);
    check(zone.wall_time(utc_ms(2026, 1, 1) / 1000) == civil_second(2026, 1, 1) + one.minutes * 60, one.name);
  }
}

void zone_that_is_none_is_refused_by_name(void**) {
  for (const std::string& name : {std::string(""),
                                  std::string("Mars/Olympus"),
                                  std::string("America"),
                                  std::string("/etc/passwd"),
                                  std::string("/usr/share/zoneinfo/America/Santiago"),
                                  std::string("../../../etc/passwd"),
                                  std::string("America/../America/Santiago"),
                                  std::string("America/Santiago "),
                                  std::string("America/San\ntiago"),
                                  std::string("America/Santiago\0", 17),
                                  std::string("file:America/Santiago"),
                                  std::string("libc:localtime"),
                                  std::string("tzdata.zi"),
                                  std::string("GMT+3"),
                                  std::string("GMT+24:00"),
                                  std::string("GMT+03:60"),
                                  std::string("GMT+0a:00"),
                                  std::string("GMT 03:00"),
                                  std::string("GMT+03.00"),
                                  std::string("UTC+03:00"),
                                  std::string(65, 'A'),
                                  std::string("Am\xC3\xA9rica/Santiago")}) {
    const auto sentence = sentence_for(name);
    check(sentence.starts_with("time zone \"") && sentence.ends_with("\" is not known"), name);
    check(sentence.find('\n') == sentence.npos, name);
  }
}

void zone_of_the_host_is_refused(void**) {
  check(!sentence_for("localtime").empty(), "localtime");
  check(!sentence_for("posix/localtime").empty(), "posix/localtime");
}

void wall_time_that_happened_once_is_that_instant(void**) {
  check_number(santiago().instants(civil_second(2026, 1, 21, 14, 30, 0)).latest, utc_ms(2026, 1, 21, 17, 30) / 1000,
               "summer");
  check_number(santiago().instants(civil_second(2026, 7, 21, 14, 30, 0)).latest, utc_ms(2026, 7, 21, 18, 30) / 1000,
               "winter");
}

void wall_time_that_happened_twice_is_its_second_occurrence(void**) {
  struct {
    int year, month, day;  // the day whose 23:xx happens twice
  } const cases[] = {{2025, 4, 5}, {2026, 4, 4}, {2027, 4, 3}};
  for (const auto& one : cases) {
    const civil_second wall(one.year, one.month, one.day, 23, 30, 0);
    const auto second = utc_ms(one.year, one.month, one.day + 1, 3, 30) / 1000;
    check_number(santiago().instants(wall).latest, second, "latest");
    check_number(santiago().instants(wall).earliest, second - 3600, "earliest");
    check(santiago().wall_time(second) == wall && santiago().wall_time(second - 3600) == wall, "both show it");
  }
}

void wall_time_around_the_repeated_hour_is_unique(void**) {
  check_number(santiago().instants(civil_second(2026, 4, 4, 22, 59, 59)).latest, utc_ms(2026, 4, 5, 1, 59, 59) / 1000,
               "before");
  check_number(santiago().instants(civil_second(2026, 4, 5, 0, 0, 0)).latest, utc_ms(2026, 4, 5, 4) / 1000, "after");
  check_number(santiago().instants(civil_second(2026, 4, 5, 0, 0, 0)).earliest, utc_ms(2026, 4, 5, 4) / 1000, "after");
}

void wall_time_that_did_not_happen_has_the_offset_before_the_gap(void**) {
  struct {
    int year, month, day;  // the day whose 00:xx does not exist
  } const cases[] = {{2025, 9, 7}, {2026, 9, 6}, {2027, 9, 5}};
  for (const auto& one : cases) {
    const civil_second wall(one.year, one.month, one.day, 0, 30, 0);
    const auto instant = utc_ms(one.year, one.month, one.day, 4, 30) / 1000;
    check_number(santiago().instants(wall).latest, instant, "latest");
    check_number(santiago().instants(wall).earliest, instant, "earliest");
    check(santiago().wall_time(instant) == wall + 3600, "shown an hour later");
  }
}

// What a zone remembers of the last date must not show in the next one's.
void dates_in_any_order_mean_the_same(void**) {
  for (const auto* name : {"America/Santiago", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia",
                           "Africa/Casablanca", "America/Sao_Paulo", "UTC", "GMT-03:00"}) {
    const auto zone = TimeZone::load(name);
    std::uint64_t dice = 1;
    for (int i = 0; i < 20000; ++i) {
      dice = dice * 6364136223846793005U + 1442695040888963407U;
      // Every other one is a step of up to three hours from the last: around changes, too.
      static civil_second wall(2026, 1, 1);
      const auto drawn = static_cast<std::int64_t>(dice >> 33);
      wall = i % 2 == 0 ? civil_second(1990, 1, 1) + drawn % (60LL * 365 * 86400) : wall + (drawn % 21600 - 10800);
      const auto fresh = TimeZone::load(name).instants(wall);
      const auto got = zone.instants(wall);
      check(got.earliest == fresh.earliest && got.latest == fresh.latest, name + (" at step " + std::to_string(i)));
    }
  }
}

void dates_around_every_change_mean_the_same(void**) {
  const auto zone = TimeZone::load("America/Santiago");
  for (int day = 0; day < 3 * 365; ++day) {
    for (int half_hour = -3; half_hour <= 3; ++half_hour) {
      const auto wall = civil_second(2025, 1, 1) + (day * 86400LL + half_hour * 1800);
      const auto fresh = TimeZone::load("America/Santiago").instants(wall);
      const auto got = zone.instants(wall);
      check(got.earliest == fresh.earliest && got.latest == fresh.latest, "day " + std::to_string(day));
    }
  }
}

void wall_time_in_any_year_that_a_host_can_name_does_not_overflow(void**) {
  for (const auto unix_ms : {INT64_MIN, INT64_MAX, std::int64_t{0}}) santiago().wall_time(unix_ms / 1000);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(zone_without_tzdata_names_the_package),
      cmocka_unit_test(zone_without_a_descriptor_is_found_later),
      cmocka_unit_test(zone_that_exists_is_loaded),
      cmocka_unit_test(zone_of_ones_own_making_is_a_fixed_offset),
      cmocka_unit_test(zone_that_is_none_is_refused_by_name),
      cmocka_unit_test(zone_of_the_host_is_refused),
      cmocka_unit_test(wall_time_that_happened_once_is_that_instant),
      cmocka_unit_test(wall_time_that_happened_twice_is_its_second_occurrence),
      cmocka_unit_test(wall_time_around_the_repeated_hour_is_unique),
      cmocka_unit_test(wall_time_that_did_not_happen_has_the_offset_before_the_gap),
      cmocka_unit_test(dates_in_any_order_mean_the_same),
      cmocka_unit_test(dates_around_every_change_mean_the_same),
      cmocka_unit_test(wall_time_in_any_year_that_a_host_can_name_does_not_overflow),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
