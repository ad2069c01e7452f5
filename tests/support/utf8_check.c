/* iconv refuses overlong forms, surrogates and cut characters. */
#include "utf8_check.h"

#include <iconv.h>
#include <stdint.h>
#include <string.h>

int utf8_check(const char *text) {
  const iconv_t converter = iconv_open("UTF-32LE", "UTF-8");
  char *in = (char *)(uintptr_t)text;
  size_t in_left = strlen(text);
  int valid = converter != (iconv_t)-1;
  while (valid && in_left > 0) {
    char buffer[1024];
    char *out = buffer;
    size_t out_left = sizeof buffer;
    const size_t left_before = in_left;
    iconv(converter, &in, &in_left, &out, &out_left);
    valid = in_left < left_before;
  }
  iconv_close(converter);
  return valid;
}
