/* Whether text is valid UTF-8, by the C library's own converter. */
#ifndef LOCKREC_TEST_UTF8_CHECK_H
#define LOCKREC_TEST_UTF8_CHECK_H

int utf8_check(const char *text);

#endif
