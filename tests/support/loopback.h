/* TCP sockets on 127.0.0.1, with ports that the system picks. */
#ifndef LOCKREC_TEST_LOOPBACK_H
#define LOCKREC_TEST_LOOPBACK_H

int loopback_listen(int backlog, int *port);
/* Bound, never listening: who connects is refused, and nobody else gets the port while it is open. */
int loopback_refusing(int *port);
int loopback_free_port(void);
/* A connected descriptor, or -1; gives up after timeout_ms. */
int loopback_connect(int port, int timeout_ms);
/* Closes with a reset instead of an orderly end. */
void loopback_reset(int connection);

#endif
