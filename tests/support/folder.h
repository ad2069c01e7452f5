/* The test process's temporary folder, gone when the process is, however that ends. */
#ifndef LOCKREC_TEST_FOLDER_H
#define LOCKREC_TEST_FOLDER_H

#include <stddef.h>
#include <sys/types.h>

/* Made on first use. Short enough for UNIX sockets in it. */
const char *temp_folder(void);

/* "<folder>/<name>", in one of eight buffers that take turns. */
const char *temp_path(const char *name);

/* Writes a file into the folder and returns its path, as temp_path does. */
const char *temp_file(const char *name, const char *text, size_t size);

/* The guardian, a child of this process, ends these process groups when this process is gone. */
void guardian_add(pid_t pid);
void guardian_remove(pid_t pid);

/* For forked children: closes every descriptor above 2 but these; -1 is none. */
void close_all_but(int first, int second);

#endif
