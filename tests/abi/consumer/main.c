/* Calls the installed library, and says what came back. */
#include <lockrec/lockrec.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const lockrec_row_t row = {"SP-1", "MR(93)", "21-01-2026 14:30:00"};
  lockrec_config_t config;
  lockrec_result_t result;
  memset(&config, 0, sizeof config);
  memset(&result, 0, sizeof result);
  config.struct_size = sizeof config;
  config.flags = LOCKREC_ROWS;
  config.rows = &row;
  config.row_count = 1;
  config.time_zone = "Nowhere/AtAll";
  result.struct_size = sizeof result;
  printf("lockrec %s: %s\n", lockrec_version(), lockrec_status_name(lockrec_reconcile(&config, &result)));
  return result.message[0] == '\0';
}
