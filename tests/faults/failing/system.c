/* The system calls of a connection, and getaddrinfo, as memory.c has it for malloc. */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "failing.h"

#define VISIBLE __attribute__((visibility("default")))

/* The C library's function behind this program's own. */
#define REAL(name)                          \
  static __typeof__(&name) real;            \
  if (real == NULL) {                       \
    void *symbol = dlsym(RTLD_NEXT, #name); \
    memcpy(&real, &symbol, sizeof real);    \
  }

static int refuses(failing_kind_t kind, const void *return_address) {
  if (!failing_is_on()) {
    return 0;
  }
  const uintptr_t caller = failing_caller(return_address, NULL);
  if (caller == 0 || !failing_now(kind, caller)) {
    return 0;
  }
  errno = failing_error();
  return 1;
}

static int is_socket(int descriptor) {
  struct stat about;
  const int before = errno;
  const int is_one = failing_is_on() && fstat(descriptor, &about) == 0 && S_ISSOCK(about.st_mode);
  errno = before;
  return is_one;
}

#define REFUSED(kind) refuses(kind, __builtin_return_address(0))
/* No error at all means that the peer has ended. */
#define NOTHING_CAME (failing_error() == 0 ? 0 : -1)

VISIBLE int socket(int domain, int type, int protocol) {
  REAL(socket)
  return REFUSED(FAILING_SOCKET) ? -1 : real(domain, type, protocol);
}

VISIBLE int socketpair(int domain, int type, int protocol, int ends[2]) {
  REAL(socketpair)
  return REFUSED(FAILING_SOCKET) ? -1 : real(domain, type, protocol, ends);
}

VISIBLE int connect(int descriptor, __CONST_SOCKADDR_ARG address, socklen_t size) {
  REAL(connect)
  return REFUSED(FAILING_CONNECT) ? -1 : real(descriptor, address, size);
}

VISIBLE ssize_t send(int descriptor, const void *data, size_t size, int flags) {
  REAL(send)
  return REFUSED(FAILING_SEND) ? -1 : real(descriptor, data, size, flags);
}

VISIBLE ssize_t sendto(int descriptor, const void *data, size_t size, int flags, __CONST_SOCKADDR_ARG address,
                       socklen_t address_size) {
  REAL(sendto)
  return REFUSED(FAILING_SEND) ? -1 : real(descriptor, data, size, flags, address, address_size);
}

VISIBLE ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
  REAL(sendmsg)
  return REFUSED(FAILING_SEND) ? -1 : real(descriptor, message, flags);
}

VISIBLE ssize_t write(int descriptor, const void *data, size_t size) {
  REAL(write)
  return is_socket(descriptor) && REFUSED(FAILING_SEND) ? -1 : real(descriptor, data, size);
}

VISIBLE ssize_t recv(int descriptor, void *data, size_t size, int flags) {
  REAL(recv)
  return REFUSED(FAILING_RECEIVE) ? NOTHING_CAME : real(descriptor, data, size, flags);
}

VISIBLE ssize_t recvfrom(int descriptor, void *data, size_t size, int flags, __SOCKADDR_ARG address,
                         socklen_t *address_size) {
  REAL(recvfrom)
  return REFUSED(FAILING_RECEIVE) ? NOTHING_CAME : real(descriptor, data, size, flags, address, address_size);
}

VISIBLE ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) {
  REAL(recvmsg)
  return REFUSED(FAILING_RECEIVE) ? NOTHING_CAME : real(descriptor, message, flags);
}

VISIBLE ssize_t read(int descriptor, void *data, size_t size) {
  REAL(read)
  return is_socket(descriptor) && REFUSED(FAILING_RECEIVE) ? NOTHING_CAME : real(descriptor, data, size);
}

VISIBLE int poll(struct pollfd *descriptors, nfds_t count, int timeout_ms) {
  REAL(poll)
  return REFUSED(FAILING_POLL) ? -1 : real(descriptors, count, timeout_ms);
}

/* Names that end in .test are this machine's: a name that has to be looked up, without a name server. */
static int is_own_name(const char *name) {
  const size_t size = name == NULL ? 0 : strlen(name);
  return size > 5 && strcmp(name + size - 5, ".test") == 0;
}

VISIBLE int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  REAL(getaddrinfo)
  if (REFUSED(FAILING_LOOKUP)) {
    return failing_error();
  }
  return real(is_own_name(name) ? "127.0.0.1" : name, service, hints, found);
}
