/* How much memory this process has needed at most since it last asked. */
#ifndef LOCKREC_TEST_PEAK_H
#define LOCKREC_TEST_PEAK_H

/* From now on: the peak starts at what is in use. */
void peak_forget(void);
/* What was needed at most beyond what was in use at peak_forget(). */
long peak_growth_kib(void);

#endif
