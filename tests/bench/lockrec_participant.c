/* The library as a participant of the benchmark (README.md): one call, timed from its first line to its last. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <lockrec/lockrec.h>

static void give_up(const char *why) {
  fprintf(stderr, "lockrec_participant: %s\n", why);
  exit(2);
}

static cJSON *json_of(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) give_up("a file can't be read");
  const size_t size = (size_t)ftell(file);
  rewind(file);
  char *text = calloc(size + 1, 1);
  if (text == NULL || fread(text, 1, size, file) != size) give_up("a file can't be read");
  fclose(file);
  cJSON *json = cJSON_Parse(text);
  if (json == NULL) give_up("a file is no JSON");
  free(text);
  return json;
}

static const char *text_of(const cJSON *job, const char *name) {
  return cJSON_GetStringValue(cJSON_GetObjectItem(job, name));
}

static const char *or_empty(const cJSON *text) { return cJSON_IsString(text) ? text->valuestring : NULL; }

/* Kept until the process ends, as a host's own rows would be. */
static void give_rows(lockrec_config_t *config, const cJSON *list) {
  lockrec_row_t *rows = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *rows);
  if (rows == NULL) give_up("out of memory");
  const cJSON *row;
  cJSON_ArrayForEach(row, list) {
    rows[config->row_count].tag = or_empty(row->child);
    rows[config->row_count].occupied_by = or_empty(row->child->next);
    rows[config->row_count].occupied_at = or_empty(row->child->next->next);
    ++config->row_count;
  }
  config->rows = rows;
  config->flags |= LOCKREC_ROWS;
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long status_kib(const char *name) {
  char line[256];
  long kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, name, strlen(name)) == 0) kib = strtol(line + strlen(name) + 1, NULL, 10);
  }
  if (status != NULL) fclose(status);
  return kib;
}

/* The peak so far is what reading the job has needed: VmHWM starts again from what is in use. What the heap keeps
 * free is given back, or it would hide what the call takes. */
static void forget_peak(void) {
  malloc_trim(0);
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (file == NULL) return;
  fputs("5", file);
  fclose(file);
}

struct moment {
  double seconds;
  double cpu_seconds;
};

static struct moment now(void) { return (struct moment){seconds_now(), cpu_seconds()}; }

/* The library says how many rows it has read right before it turns to Redis. */
static void notice_rows(void *rows_known, int32_t level, const char *text, uint64_t length) {
  (void)level;
  if (length > 6 && strncmp(text, "rows: ", 6) == 0) *(struct moment *)rows_known = now();
}

static void configure(lockrec_config_t *config, const cJSON *job) {
  static char redis_url[128];
  const cJSON *port = cJSON_GetObjectItem(job, "redis_port");
  const cJSON *now_unix_ms = cJSON_GetObjectItem(job, "now_unix_ms");
  snprintf(redis_url, sizeof redis_url, "redis://%s:%d/0", text_of(job, "redis_host"), port->valueint);
  config->redis_url = redis_url;
  config->key_prefix = text_of(job, "key_prefix");
  config->time_zone = text_of(job, "time_zone");
  if (cJSON_IsTrue(cJSON_GetObjectItem(job, "no_confirm"))) config->flags |= LOCKREC_NO_CONFIRM;
  if (now_unix_ms != NULL) config->now_unix_ms = (int64_t)cJSON_GetNumberValue(now_unix_ms);
  const char *part = text_of(job, "part");
  if (strcmp(part, "redis") == 0) {
    give_rows(config, json_of(text_of(job, "rows_file")));
  } else if (strcmp(part, "file") == 0) {
    config->source_file = text_of(job, "source_file");
  } else {
    config->spreadsheet_id = text_of(job, "spreadsheet_id");
    config->worksheet = text_of(job, "worksheet");
    config->sheets_endpoint = text_of(job, "sheets_endpoint");
    config->token_endpoint = text_of(job, "token_url");
    config->credentials_file = text_of(job, "credentials_file");
    config->ca_file = text_of(job, "ca_file");
  }
}

int main(int argc, char **argv) {
  if (argc != 2) give_up("one argument: the job's path");
  lockrec_config_t config = {.struct_size = sizeof config, .deadline_ms = 600000};
  lockrec_result_t result = {.struct_size = sizeof result};
  const cJSON *job = json_of(argv[1]);
  configure(&config, job);
  forget_peak();
  const long before_kib = status_kib("VmRSS:");
  struct moment start = now();
  if (strcmp(text_of(job, "part"), "locks") == 0) {
    config.flags |= LOCKREC_NO_CONFIRM;
    config.log_level = LOCKREC_LOG_INFO;
    config.log = notice_rows;
    config.log_user = &start;
  }
  const int32_t status = lockrec_reconcile(&config, &result);
  const struct moment end = now();
  if (status != LOCKREC_OK) give_up(result.message);
  const double seconds = end.seconds - start.seconds;
  const int is_whole = config.spreadsheet_id != NULL && config.log == NULL;
  const double redis_seconds = is_whole ? (double)result.redis_ms / 1000 : seconds;
  printf(
      "{\"seconds\": %.6f, \"sheet_seconds\": %.6f, \"redis_seconds\": %.6f, \"cpu_seconds\": %.6f, "
      "\"peak_kib\": %ld, \"locks\": %lld}\n",
      seconds, seconds - redis_seconds, redis_seconds, end.cpu_seconds - start.cpu_seconds,
      status_kib("VmHWM:") - before_kib, (long long)result.reconciled);
  return 0;
}
