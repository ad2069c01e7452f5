/* Secrets for tests, and what each of them looks like in a text or in memory. */
#ifndef LOCKREC_TEST_SECRET_NEEDLES_H
#define LOCKREC_TEST_SECRET_NEEDLES_H

#include "memory_search.h"

/* A random password with characters that a URL percent-encodes. Made when the test runs, so that no program's file
 * holds it. */
void secret_make(char *text, size_t size);
void secret_percent_encode(char *into, const char *text);
/* The file's text, in one static buffer. */
char *secret_read_file(const char *path);

/* As it is, and percent-encoded. */
void needles_add_password(needles_t *needles, const char *text);
/* Of a service account's key file: the base64, and each secret number as DER and as OpenSSL's BIGNUM hold it. */
void needles_add_key_file(needles_t *needles, const char *path);

/* For a child: holds the key as any program would, says so with one byte, and waits for the end of its stdin. */
int secret_hold_main(const char *path);

#endif
