/* A private key's numbers are taken out of it with OpenSSL; a password is random. */
#include "secret_needles.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

void secret_make(char *text, size_t size) {
  static const char characters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
  assert_int_equal(getentropy(text, size), 0);
  for (size_t i = 0; i + 1 < size; ++i) {
    text[i] = characters[(unsigned char)text[i] % (sizeof characters - 1)];
  }
  for (size_t i = 5; i + 1 < size; i += 9) {
    text[i] = "%/:@"[i % 4];
  }
  text[size - 1] = '\0';
}

void secret_percent_encode(char *into, const char *text) {
  for (; *text != '\0'; ++text) {
    into += sprintf(into, strchr("%/:@", *text) != NULL ? "%%%02X" : "%c", (unsigned char)*text);
  }
}

void needles_add_password(needles_t *needles, const char *text) {
  char encoded[256];
  secret_percent_encode(encoded, text);
  needles_add(needles, "the password", text, strlen(text));
  needles_add(needles, "the password, percent-encoded", encoded, strlen(encoded));
}

char *secret_read_file(const char *path) {
  static char text[1 << 14];
  FILE *file = fopen(path, "re");
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static EVP_PKEY *read_key(const char *path, char *pem, size_t size) {
  cJSON *json = cJSON_Parse(secret_read_file(path));
  snprintf(pem, size, "%s", cJSON_GetStringValue(cJSON_GetObjectItem(json, "private_key")));
  cJSON_Delete(json);
  BIO *input = BIO_new_mem_buf(pem, -1);
  EVP_PKEY *key = PEM_read_bio_PrivateKey(input, NULL, NULL, NULL);
  BIO_free(input);
  assert_non_null(key);
  return key;
}

void needles_add_key_file(needles_t *needles, const char *path) {
  static const char *const secret_numbers[] = {OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                               OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                               OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
  char pem[1 << 12];
  EVP_PKEY *key = read_key(path, pem, sizeof pem);
  for (size_t i = 0; i < sizeof secret_numbers / sizeof *secret_numbers; ++i) {
    unsigned char bytes[256];
    BIGNUM *number = NULL;
    assert_int_equal(EVP_PKEY_get_bn_param(key, secret_numbers[i], &number), 1);
    const int size = BN_bn2bin(number, bytes);
    needles_add_number(needles, secret_numbers[i], bytes, (size_t)size);
    BN_free(number);
  }
  EVP_PKEY_free(key);
  for (char *line = strtok(pem, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    if (line[0] != '-' && strlen(line) >= NEEDLE_BYTES) {
      needles_add(needles, "the key's base64", line, strlen(line));
    }
  }
}

int secret_hold_main(const char *path) {
  char pem[1 << 12];
  char word;
  EVP_PKEY *key = read_key(path, pem, sizeof pem);
  (void)!write(1, "", 1);
  (void)!read(0, &word, 1);
  EVP_PKEY_free(key);
  return 0;
}
