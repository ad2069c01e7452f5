/* The C host of the conformance vectors: one call for each line of stdin, one line of stdout for each call. */
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <lockrec/lockrec.h>

#include "driver_names.h"

typedef struct {
  const char *name;
  size_t offset;
} field_t;

#define CONFIG_FIELD(name) \
  { #name, offsetof(lockrec_config_t, name) }
#define RESULT_FIELD(name) \
  { #name, offsetof(lockrec_result_t, name) }

static const field_t texts[] = {CONFIG_FIELD(spreadsheet_id),     CONFIG_FIELD(source_file),
                                CONFIG_FIELD(worksheet),          CONFIG_FIELD(tag_column),
                                CONFIG_FIELD(occupied_by_column), CONFIG_FIELD(occupied_at_column),
                                CONFIG_FIELD(free_value),         CONFIG_FIELD(time_zone),
                                CONFIG_FIELD(credentials_json),   CONFIG_FIELD(credentials_file),
                                CONFIG_FIELD(access_token),       CONFIG_FIELD(sheets_endpoint),
                                CONFIG_FIELD(token_endpoint),     CONFIG_FIELD(ca_file),
                                CONFIG_FIELD(redis_url),          CONFIG_FIELD(redis_username),
                                CONFIG_FIELD(redis_password),     CONFIG_FIELD(redis_ca_file),
                                CONFIG_FIELD(redis_cert_file),    CONFIG_FIELD(redis_key_file),
                                CONFIG_FIELD(key_prefix),         CONFIG_FIELD(sentinel_username),
                                CONFIG_FIELD(sentinel_password),  {NULL, 0}};

static const field_t numbers[] = {
    CONFIG_FIELD(deadline_ms),    CONFIG_FIELD(max_age_ms),    CONFIG_FIELD(safety_ttl_ms),
    CONFIG_FIELD(fleet_ttl_ms),   CONFIG_FIELD(now_unix_ms),   CONFIG_FIELD(rows_max),
    CONFIG_FIELD(body_bytes_max), CONFIG_FIELD(wait_replicas), {NULL, 0}};

static const field_t flags[] = {
    {"dry_run", LOCKREC_DRY_RUN}, {"no_confirm", LOCKREC_NO_CONFIRM}, {"env", LOCKREC_ENV}, {NULL, 0}};

static const field_t counts[] = {RESULT_FIELD(rows_total),      RESULT_FIELD(rows_free),
                                 RESULT_FIELD(skipped_invalid), RESULT_FIELD(skipped_stale),
                                 RESULT_FIELD(already_locked),  RESULT_FIELD(conflicting),
                                 RESULT_FIELD(adopted),         RESULT_FIELD(reconciled),
                                 RESULT_FIELD(withdrawn),       RESULT_FIELD(failed),
                                 RESULT_FIELD(unprocessed),     RESULT_FIELD(unconfirmed),
                                 RESULT_FIELD(cause_code),      {NULL, 0}};

static void give_up(const char *why, const char *what) {
  fprintf(stderr, "driver: %s%s\n", why, what);
  exit(2);
}

static void *checked(void *allocated) {
  if (allocated == NULL) give_up("out of memory", "");
  return allocated;
}

static const field_t *find(const field_t *fields, const char *name) {
  while (fields->name != NULL && strcmp(fields->name, name) != 0) ++fields;
  return fields->name == NULL ? NULL : fields;
}

/* The caller frees the array; its texts stay the JSON's. */
static lockrec_row_t *rows_from(const cJSON *list) {
  lockrec_row_t *rows = checked(calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *rows));
  size_t count = 0;
  const cJSON *row;
  cJSON_ArrayForEach(row, list) {
    rows[count].tag = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));
    rows[count].occupied_by = cJSON_GetStringValue(cJSON_GetArrayItem(row, 1));
    rows[count].occupied_at = cJSON_GetStringValue(cJSON_GetArrayItem(row, 2));
    ++count;
  }
  return rows;
}

static void set_field(lockrec_config_t *config, const cJSON *setting) {
  const char *name = setting->string;
  const field_t *field;
  if ((field = find(texts, name)) != NULL && cJSON_IsString(setting)) {
    const char *text = setting->valuestring;
    memcpy((char *)config + field->offset, &text, sizeof text);
  } else if ((field = find(numbers, name)) != NULL && cJSON_IsNumber(setting)) {
    const int64_t value = (int64_t)setting->valuedouble;
    memcpy((char *)config + field->offset, &value, sizeof value);
  } else if ((field = find(flags, name)) != NULL && cJSON_IsBool(setting)) {
    if (cJSON_IsTrue(setting)) config->flags |= (uint32_t)field->offset;
  } else if (strcmp(name, "rows") == 0 && cJSON_IsArray(setting)) {
    config->flags |= LOCKREC_ROWS;
    config->rows = rows_from(setting);
    config->row_count = (uint64_t)cJSON_GetArraySize(setting);
  } else {
    give_up("no such setting, or of another type: ", name);
  }
}

static void keep_row(void *list, const lockrec_row_report_t *report) {
  cJSON *row = checked(cJSON_CreateArray());
  cJSON_AddItemToArray(row, cJSON_CreateNumber(report->row_number));
  cJSON_AddItemToArray(row, cJSON_CreateString(report->tag));
  cJSON_AddItemToArray(row, cJSON_CreateString(report->owner));
  cJSON_AddItemToArray(row, cJSON_CreateString(outcome_name(report->outcome)));
  cJSON_AddItemToArray(row, cJSON_CreateString(reason_name(report->reason)));
  cJSON_AddItemToArray(list, row);
}

static int64_t count_of(const lockrec_result_t *result, const field_t *field) {
  int64_t count;
  memcpy(&count, (const char *)result + field->offset, sizeof count);
  return count;
}

static cJSON *sorted(cJSON *object) {
  cJSON *into = checked(cJSON_CreateObject());
  while (object->child != NULL) {
    cJSON *least = object->child;
    cJSON *each;
    cJSON_ArrayForEach(each, object) {
      if (strcmp(each->string, least->string) < 0) least = each;
    }
    cJSON_DetachItemViaPointer(object, least);
    cJSON_AddItemToObject(into, least->string, least);
  }
  cJSON_Delete(object);
  return into;
}

static cJSON *result_as_json(const lockrec_result_t *result) {
  cJSON *json = checked(cJSON_CreateObject());
  for (const field_t *field = counts; field->name != NULL; ++field) {
    cJSON_AddNumberToObject(json, field->name, (double)count_of(result, field));
  }
  cJSON_AddStringToObject(json, "cause_domain", cause_name(result->cause_domain));
  cJSON_AddStringToObject(json, "message", result->message);
  cJSON_AddStringToObject(json, "phase", phase_name(result->phase));
  cJSON_AddBoolToObject(json, "retryable", lockrec_status_is_retryable(result->status));
  cJSON_AddNumberToObject(json, "skipped", (double)(result->skipped_invalid + result->skipped_stale));
  cJSON_AddNumberToObject(json, "status", result->status);
  cJSON_AddStringToObject(json, "status_name", lockrec_status_name(result->status));
  return sorted(json);
}

typedef struct {
  int32_t flag;
  int64_t after_ms;
} cancel_t;

static void *cancel_later(void *argument) {
  cancel_t *cancel = argument;
  const struct timespec wait = {cancel->after_ms / 1000, cancel->after_ms % 1000 * 1000000};
  nanosleep(&wait, NULL);
  __atomic_store_n(&cancel->flag, 1, __ATOMIC_RELEASE);
  return NULL;
}

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void answer(const cJSON *asked) {
  lockrec_config_t config = {.struct_size = sizeof config};
  const cJSON *setting;
  cJSON_ArrayForEach(setting, cJSON_GetObjectItemCaseSensitive(asked, "config")) set_field(&config, setting);
  cJSON *rows = checked(cJSON_CreateArray());
  const int measured = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(asked, "measure"));
  if (!measured) {
    config.on_row = keep_row;
    config.on_row_user = rows;
  }
  cancel_t cancel = {0, 0};
  pthread_t canceller;
  const cJSON *after = cJSON_GetObjectItemCaseSensitive(asked, "cancel_after_ms");
  config.cancel_flag = &cancel.flag;
  if (after != NULL) {
    cancel.after_ms = (int64_t)after->valuedouble;
    if (pthread_create(&canceller, NULL, cancel_later, &cancel) != 0) give_up("no thread", "");
  }
  lockrec_result_t result = {.struct_size = sizeof result};
  const int64_t begin_us = now_us();
  const int32_t status = lockrec_reconcile(&config, &result);
  const int64_t wall_us = now_us() - begin_us;
  if (after != NULL) pthread_join(canceller, NULL);

  cJSON *json = checked(cJSON_CreateObject());
  if (after != NULL && status == LOCKREC_E_CANCELLED) {
    cJSON_AddBoolToObject(json, "cancelled", 1);
    cJSON_Delete(rows);
  } else {
    cJSON_AddItemToObject(json, "result", result_as_json(&result));
    cJSON_AddItemToObject(json, "rows", rows);
    cJSON_AddNumberToObject(json, "status", status);
    if (measured) cJSON_AddNumberToObject(json, "wall_us", (double)wall_us);
  }
  char *text = checked(cJSON_PrintUnformatted(json));
  puts(text);
  fflush(stdout);
  cJSON_free(text);
  cJSON_Delete(json);
  free((void *)config.rows);
}

int main(void) {
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, stdin) > 0) {
    cJSON *asked = cJSON_Parse(line);
    if (asked == NULL) give_up("not JSON: ", line);
    answer(asked);
    cJSON_Delete(asked);
  }
  free(line);
  return 0;
}
