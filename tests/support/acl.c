/* ACL SETUSER takes a word at a time: each is sent by itself. */
#include "acl.h"

#include <stdio.h>
#include <string.h>

void acl_grant(const redis_server_t *redis, const char *user, const char *password, const char *line,
               const char *dropped) {
  char words[512];
  char secret[128];
  char *rest = NULL;
  snprintf(words, sizeof words, "%s", line);
  snprintf(secret, sizeof secret, ">%s", password);
  redis_must(redis, "ACL", "SETUSER", user, "reset", "on", secret, NULL);
  for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
    if (dropped == NULL || strcmp(word, dropped) != 0) {
      redis_must(redis, "ACL", "SETUSER", user, word, NULL);
    }
  }
}
