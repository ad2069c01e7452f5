/* Makes the locks, calls, and looks whether each lock is one that may be there. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "folder.h"
#include "tls_files.h"
#include "utf8_check.h"

enum { TAGS = 8, MISSING = -2, PERMANENT = -1, HALF_MADE_MS = 9500, MORE = 400 };

/* SP-0001 to SP-0008: who may hold a lock; 0: nobody. */
static const int owners[TAGS] = {93, 7, 55, 12, 5, 0, 0, 0};
/* The lock before the call. */
static const int lives_ms[TAGS] = {MISSING, HALF_MADE_MS, PERMANENT, PERMANENT, MISSING, MISSING, MISSING, MISSING};

enum { HALF_MADE = 1, OF_ANOTHER = 2, FREED = 4 };

static const char *const names[SCENARIOS] = {"host rows",      "dry run",   "csv",  "json",
                                             "Redis over TLS", "many rows", "sheet"};

const char *scenario_name(scenario_t scenario) { return names[scenario]; }

void world_complain(world_t *world, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (world->complaint[0] == '\0') {
    vsnprintf(world->complaint, sizeof world->complaint, format, arguments);
  }
  va_end(arguments);
}

static void take_line(void *user, int32_t level, const char *text, uint64_t length) {
  world_t *world = user;
  const int was_on = failing_is_on();
  failing_end();
  if (strlen(text) != length || !utf8_check(text)) {
    world_complain(world, "a log line is not whole: \"%.200s\"", text);
  }
  world->confirm_failed |= level <= LOCKREC_LOG_WARNING && strstr(text, "confirm") != NULL;
  if (was_on) {
    failing_resume();
  }
}

static void take_row(void *user, const lockrec_row_report_t *row) {
  world_t *world = user;
  world->reported += row->outcome != LOCKREC_ROW_FREE;
}

static const char *file_of(const lockrec_row_t *rows, scenario_t scenario) {
  static const char *const heads[2] = {"TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\n",
                                       "{\"values\":[[\"TAG_SPOOL\",\"Ocupado_Por\",\"Fecha_Ocupacion\"]"};
  static const char *const lines[2] = {"%s,%s,%s\n", ",[\"%s\",\"%s\",\"%s\"]"};
  const int is_json = scenario == SCENARIO_JSON;
  char text[2048];
  size_t size = (size_t)snprintf(text, sizeof text, "%s", heads[is_json]);
  for (int i = 0; i < FIXTURE_ROWS; ++i) {
    const char *owner = rows[i].occupied_by == NULL ? "" : rows[i].occupied_by;
    const char *date = rows[i].occupied_at == NULL ? "" : rows[i].occupied_at;
    size += (size_t)snprintf(text + size, sizeof text - size, is_json ? lines[1] : lines[0], rows[i].tag, owner, date);
  }
  size += (size_t)snprintf(text + size, sizeof text - size, "%s", is_json ? "]}" : "");
  return temp_file(is_json ? "rows.json" : "rows.csv", text, size);
}

static void use_file(run_t *run, scenario_t scenario) {
  static char paths[2][256];
  char *path = paths[scenario == SCENARIO_JSON];
  if (path[0] == '\0') {
    snprintf(path, sizeof paths[0], "%s", file_of(run->config.rows, scenario));
  }
  run->config.flags &= ~(uint32_t)LOCKREC_ROWS;
  run->config.rows = NULL;
  run->config.row_count = 0;
  run->config.source_file = path;
}

/* The fixture's rows, and more. */
static void use_many_rows(run_t *run) {
  static lockrec_row_t rows[FIXTURE_ROWS + MORE];
  static char tags[MORE][16];
  memcpy(rows, run->config.rows, FIXTURE_ROWS * sizeof *rows);
  for (int i = 0; i < MORE; ++i) {
    snprintf(tags[i], sizeof tags[i], "MK-%d", i + 1);
    rows[FIXTURE_ROWS + i] = (lockrec_row_t){tags[i], "MR(93)", "21-01-2026 14:30:00"};
  }
  run_use_rows(run, rows, FIXTURE_ROWS + MORE, run->config.time_zone);
}

void world_prepare(world_t *world, scenario_t scenario, emulator_t *google, redis_server_t *redis, long number) {
  memset(world, 0, sizeof *world);
  world->scenario = scenario;
  world->google = google;
  world->redis = redis;
  world->run.config = (lockrec_config_t){.struct_size = sizeof world->run.config, .log_level = LOCKREC_LOG_DEBUG};
  if (scenario == SCENARIO_SHEET) {
    fixture_use_sheet(&world->run, google);
    emulator_tell(google,
                  "{\"op\":\"edit_on\",\"where\":\"confirm\",\"when\":\"before\",\"edits\":[{\"op\":\"set\","
                  "\"tag\":\"SP-0005\",\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"}]}");
  } else {
    fixture_use_rows(&world->run);
  }
  if (scenario == SCENARIO_SHEET || scenario == SCENARIO_TLS) {
    world->run.config.redis_ca_file = tls_files()->ca;
  }
  if (scenario == SCENARIO_MANY) {
    use_many_rows(&world->run);
  }
  if (scenario == SCENARIO_CSV || scenario == SCENARIO_JSON) {
    use_file(&world->run, scenario);
  }
  world->run.config.flags |= scenario == SCENARIO_DRY_RUN ? LOCKREC_DRY_RUN : 0;
  snprintf(world->key_prefix, sizeof world->key_prefix, "f%ld:", number);
  world->run.config.key_prefix = world->key_prefix;
  run_use_redis(&world->run, redis);
  if (scenario == SCENARIO_CSV) {
    snprintf(world->redis_url, sizeof world->redis_url, "redis://redis.test:%d/0", redis->port);
    world->run.config.redis_url = world->redis_url;
  }
}

static const char *key_of(const world_t *world, int tag) {
  static char key[64];
  snprintf(key, sizeof key, "%sSP-%04d", world->key_prefix, tag + 1);
  return key;
}

static void must_be_done(world_t *world, redis_reply_t reply) {
  if (reply.kind == '!' || reply.kind == '-') {
    world_complain(world, "the test's own Redis command failed: %s", reply.text);
  }
}

/* The locks of the further rows, in one go: value NULL takes them away. */
static void set_more_locks(world_t *world, const char *value) {
  static const char set[] = "for i = 1, ARGV[2] do redis.call('SET', ARGV[1] .. i, ARGV[3]) end return 1";
  static const char del[] = "for i = 1, ARGV[2] do redis.call('DEL', ARGV[1] .. i) end return 1";
  char start[64];
  char more[16];
  snprintf(start, sizeof start, "%sMK-", world->key_prefix);
  snprintf(more, sizeof more, "%d", MORE);
  if (world->scenario == SCENARIO_MANY) {
    must_be_done(world, redis_command(world->redis, "EVAL", value == NULL ? del : set, "0", start, more,
                                      value == NULL ? "" : value, NULL));
  }
}

void world_set_locks(world_t *world) {
  set_more_locks(world, "93:4bf5b6a0-0b5c-4c4e-8d5e-1f2a3b4c5d6e:21-01-2026 14:30:00");
  for (int i = 0; i < TAGS; ++i) {
    char value[96];
    char life[16];
    snprintf(value, sizeof value, "%d:4bf5b6a0-0b5c-4c4e-8d5e-1f2a3b4c5d6e:21-01-2026 14:30:00", owners[i]);
    snprintf(life, sizeof life, "%d", lives_ms[i]);
    if (lives_ms[i] == PERMANENT) {
      must_be_done(world, redis_command(world->redis, "SET", key_of(world, i), value, NULL));
    } else if (lives_ms[i] > 0) {
      must_be_done(world, redis_command(world->redis, "SET", key_of(world, i), value, "PX", life, NULL));
    }
  }
}

void world_remove_locks(world_t *world) {
  set_more_locks(world, NULL);
  for (int i = 0; i < TAGS; ++i) {
    redis_command(world->redis, "DEL", key_of(world, i), NULL);
  }
}

void world_call(world_t *world) {
  world->run.config.log = take_line;
  world->run.config.log_user = world;
  world->run.config.on_row = take_row;
  world->run.config.on_row_user = world;
  world->reported = 0;
  memset(&world->run.result, 0xA5, sizeof world->run.result);
  world->run.result.struct_size = sizeof world->run.result;
  const int64_t begin = monotonic_ms();
  const int32_t status = lockrec_reconcile(&world->run.config, &world->run.result);
  world->run.wall_ms = monotonic_ms() - begin;
  if (status != world->run.result.status) {
    world_complain(world, "the status returned is not the result's");
  }
}

static void check_result(world_t *world) {
  const lockrec_result_t *r = &world->run.result;
  const int64_t not_free = r->skipped_invalid + r->skipped_stale + r->already_locked + r->conflicting + r->adopted +
                           r->reconciled + r->withdrawn + r->failed + r->unprocessed;
  if (strcmp(lockrec_status_name(r->status), "LOCKREC_UNKNOWN") == 0) {
    world_complain(world, "status %d is not documented", r->status);
  }
  if (r->rows_total != r->rows_free + not_free) {
    world_complain(world, "the counts' sum is not rows_total");
  }
  if (world->reported != not_free) {
    world_complain(world, "%lld rows reported, %lld counted", world->reported, (long long)not_free);
  }
  if (memchr(r->message, '\0', sizeof r->message) == NULL || !utf8_check(r->message) || r->message[0] == '\0') {
    world_complain(world, "the message is no sentence");
  }
  if (r->phase < LOCKREC_PHASE_CONFIG || r->phase > LOCKREC_PHASE_COMMIT) {
    world_complain(world, "phase %d is not documented", r->phase);
  }
}

/* Whether a lock that is there may be permanent. */
static int may_stay(const world_t *world, int tag) {
  if (world->scenario == SCENARIO_DRY_RUN) {
    return lives_ms[tag] == PERMANENT;
  }
  return world->scenario != SCENARIO_SHEET || tag != FREED || world->confirm_failed;
}

static int must_stay(const world_t *world, int tag) {
  const int is_restored = world->run.result.status == LOCKREC_OK && world->scenario != SCENARIO_DRY_RUN &&
                          !(world->scenario == SCENARIO_SHEET && tag == FREED);
  return lives_ms[tag] == PERMANENT || (owners[tag] != 0 && is_restored);
}

/* 1 where the lock is there for ever. */
static int check_lock(world_t *world, int tag) {
  char value[128];
  snprintf(value, sizeof value, "%s", redis_command(world->redis, "GET", key_of(world, tag), NULL).text);
  const long long life_ms = redis_command(world->redis, "PTTL", key_of(world, tag), NULL).integer;
  if (life_ms == MISSING) {
    if (must_stay(world, tag) || lives_ms[tag] > 0) {
      world_complain(world, "SP-%04d has lost its lock", tag + 1);
    }
    return 0;
  }
  if (owners[tag] == 0 || (world->scenario == SCENARIO_DRY_RUN && lives_ms[tag] == MISSING)) {
    world_complain(world, "SP-%04d has a lock \"%s\"", tag + 1, value);
  } else if (strtol(value, NULL, 10) != owners[tag]) {
    world_complain(world, "SP-%04d has a lock of the wrong owner: \"%s\"", tag + 1, value);
  } else if (life_ms == PERMANENT ? !may_stay(world, tag) : must_stay(world, tag) || life_ms > 10000) {
    world_complain(world, "SP-%04d has a life of %lld ms", tag + 1, life_ms);
  }
  return life_ms == PERMANENT;
}

void world_check(world_t *world) {
  long long made = 0;
  check_result(world);
  for (int i = 0; i < TAGS; ++i) {
    made += check_lock(world, i) && lives_ms[i] != PERMANENT;
  }
  if (world->scenario != SCENARIO_DRY_RUN && world->run.result.reconciled + world->run.result.adopted > made) {
    world_complain(world, "more locks are said to be made than there are");
  }
}
