/* "Minimum Redis permissions" as the contract has them: the one place where tests take them from. */
#ifndef LOCKREC_TEST_ACL_H
#define LOCKREC_TEST_ACL_H

#include "redis_server.h"

#define ACL_COMMON "~spool_lock:* +get +mget +set +pttl +persist +del +select +client|setname "
#define ACL_LINE ACL_COMMON "+eval"
#define ACL_LINE_WITHOUT_SCRIPTS ACL_COMMON "+watch +unwatch +multi +exec"

/* Makes the user anew: nothing but these words, less one of them where dropped is not NULL. */
void acl_grant(const redis_server_t *redis, const char *user, const char *password, const char *line,
               const char *dropped);

#endif
