// Redis as one, whatever it is made of: its address, its topology, and runs of operations on it.
#pragma once

#include <memory>
#include <string>

#include "base/config.hpp"
#include "base/log.hpp"
#include "redis/address.hpp"
#include "redis/retry_log.hpp"
#include "redis/run.hpp"
#include "redis/topology.hpp"

namespace lockrec::redis {

class Service {
 public:
  // Starts to connect at once. Throws LOCKREC_E_CONFIG for an address that can't be used.
  Service(net::Loop& its_loop, const RedisConfig& config, Log& its_log)
      : loop(its_loop),
        log(its_log),
        retries(its_log),
        address(parse_address(config)),
        topology(loop, address, retries) {}

  // Until it is ready for runs; where that takes too long, throws why.
  void connect(const Deadline& deadline);

  template <class Operation, class... Args>
  void run(std::span<const LockId> ids, const OnAnswer& on_answer, const Deadline& deadline, Args&&... args) {
    if (ids.empty()) return;
    Run run(
        loop, topology, retries, [&] { return std::make_unique<Operation>(args...); }, ids, on_answer);
    drive(loop, run, deadline);
  }

  std::string describe() const;

  net::Loop& loop;
  Log& log;
  RetryLog retries;
  Address address;
  Topology topology;
  std::string script_refusal;  // empty while scripts are allowed
};

}  // namespace lockrec::redis
