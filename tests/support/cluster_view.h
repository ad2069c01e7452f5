/* For redis_cluster.c: when a cluster is whole. */
#ifndef LOCKREC_TEST_CLUSTER_VIEW_H
#define LOCKREC_TEST_CLUSTER_VIEW_H

#include "redis_cluster.h"

void cluster_wait_until_whole(redis_cluster_t *cluster);

#endif
