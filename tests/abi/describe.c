/* Prints the layouts of the library that is loaded. */
#include <lockrec/lockrec.h>
#include <stdio.h>

int main(void) {
  static char text[65536];
  if (lockrec_abi_describe(text, sizeof text) >= sizeof text) return 1;
  return puts(text) < 0;
}
