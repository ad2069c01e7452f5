/* Certificates for the tests' own servers, made once a process by the openssl command. */
#ifndef LOCKREC_TEST_TLS_FILES_H
#define LOCKREC_TEST_TLS_FILES_H

typedef struct tls_files {
  char ca[96];
  char server_cert[96]; /* for localhost and 127.0.0.1 */
  char server_key[96];
  char client_cert[96];
  char client_key[96];
  char other_ca[96];   /* has signed nothing here */
  char other_cert[96]; /* signed by ca, for other.example only */
  char other_key[96];
} tls_files_t;

const tls_files_t *tls_files(void);

#endif
