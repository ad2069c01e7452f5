// The two things that the command does; each returns the exit status.
#pragma once

#include "options.hpp"

namespace lockrec::cli {

int reconcile(const Options& options);
int check(const Options& options);

}  // namespace lockrec::cli
