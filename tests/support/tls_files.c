/* Makes a small certificate authority with the openssl command. */
#include "tls_files.h"

#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "process.h"

static void make_authority(char *cert, size_t size, const char *name) {
  char key[96];
  char subject[64];
  snprintf(cert, size, "%s/%s.crt", temp_folder(), name);
  snprintf(key, sizeof key, "%s/%s.key", temp_folder(), name);
  snprintf(subject, sizeof subject, "/CN=lockrec test %s", name);
  process_run((const char *const[]){"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                    "-nodes", "-days", "30", "-subj", subject, "-addext",
                                    "keyUsage=critical,keyCertSign,cRLSign", "-keyout", key, "-out", cert, NULL});
}

static void make_certificate(char *cert, char *key, size_t size, const char *name, const char *names) {
  char subject[64];
  char ca[96];
  char ca_key[96];
  snprintf(cert, size, "%s/%s.crt", temp_folder(), name);
  snprintf(key, size, "%s/%s.key", temp_folder(), name);
  snprintf(ca, sizeof ca, "%s/ca.crt", temp_folder());
  snprintf(ca_key, sizeof ca_key, "%s/ca.key", temp_folder());
  snprintf(subject, sizeof subject, "/CN=lockrec test %s", name);
  process_run((const char *const[]){"openssl",
                                    "req",
                                    "-x509",
                                    "-newkey",
                                    "ec",
                                    "-pkeyopt",
                                    "ec_paramgen_curve:P-256",
                                    "-nodes",
                                    "-days",
                                    "30",
                                    "-subj",
                                    subject,
                                    "-CA",
                                    ca,
                                    "-CAkey",
                                    ca_key,
                                    "-addext",
                                    names,
                                    "-addext",
                                    "basicConstraints=critical,CA:FALSE",
                                    "-keyout",
                                    key,
                                    "-out",
                                    cert,
                                    NULL});
}

const tls_files_t *tls_files(void) {
  static tls_files_t files;
  if (files.ca[0] == '\0') {
    make_authority(files.ca, sizeof files.ca, "ca");
    make_authority(files.other_ca, sizeof files.other_ca, "other-ca");
    make_certificate(files.server_cert, files.server_key, sizeof files.server_cert, "server",
                     "subjectAltName=DNS:localhost,IP:127.0.0.1");
    make_certificate(files.client_cert, files.client_key, sizeof files.client_cert, "client",
                     "subjectAltName=DNS:client.example");
    make_certificate(files.other_cert, files.other_key, sizeof files.other_cert, "other",
                     "subjectAltName=DNS:other.example");
  }
  return &files;
}
