#include "reconcile/reconcile.hpp"

#include <chrono>

#include "reconcile/restorer.hpp"
#include "redis/store.hpp"
#include "redis/turn.hpp"
#include "sheet/source.hpp"

namespace lockrec {

namespace {

std::int64_t system_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// Opens both ends at once, reads, decides, and restores.
void do_the_work(const Config& config, std::optional<Plan>& plan, Tally& tally, net::Loop& loop, Log& log,
                 const Deadline& deadline) {
  const auto source = sheet::open_source(config, loop, log, tally.phase);
  // Connects on the same loop while the sheet is being read.
  redis::Store store(loop, config.redis, log);
  loop.move();  // on its way before rows are read that need no network, and no loop
  {
    const Stopwatch stopwatch(tally.sheet_time);
    source->read(*plan, deadline);
    plan->end();
  }
  const Stopwatch stopwatch(tally.redis_time);
  tally.phase = LOCKREC_PHASE_CONNECT;
  store.connect(deadline);
  Restorer restorer(config, *plan, store, *source, tally, log, deadline);
  restorer.look();
  if (config.dry_run) restorer.rehearse();
  else restorer.restore();
}

}  // namespace

std::int32_t reconcile(const Config& config, std::optional<Plan>& plan, Tally& tally, Log& log,
                       const Deadline& deadline) {
  const std::int64_t now_unix_ms = config.now_unix_ms != 0 ? config.now_unix_ms : system_clock_ms();
  plan.emplace(config, log, now_unix_ms);
  net::Loop loop;
  // A rehearsal does nothing that others would have to wait for.
  if (config.fleet_ttl_ms == 0 || config.dry_run) {
    do_the_work(config, plan, tally, loop, log, deadline);
    return LOCKREC_OK;
  }
  redis::Turn turn(loop, config, log);
  tally.phase = LOCKREC_PHASE_CONNECT;
  if (!turn.take(deadline)) return LOCKREC_SKIPPED;
  do_the_work(config, plan, tally, loop, log, deadline);
  turn.finish(deadline);
  return LOCKREC_OK;
}

}  // namespace lockrec
