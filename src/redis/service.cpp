#include "redis/service.hpp"

namespace lockrec::redis {

void Service::connect(const Deadline& deadline) {
  while (!topology.is_ready()) {
    topology.check();
    topology.first().heed_silence();
    const auto left_ms = deadline.remaining_ms();
    if (!deadline.cancelled() && (left_ms == 0 || topology.retry_in_ms() >= left_ms)) {
      if (topology.failure()) throw Error(*topology.failure());
      if (left_ms == 0) {
        throw Error(LOCKREC_E_DEADLINE, "Redis at " + topology.first().where() + " did not answer before the deadline");
      }
    }
    deadline.check();
    loop.move();
    if (!topology.is_ready()) loop.wait(deadline);
  }
}

std::string Service::describe() const {
  const Link& link = topology.first();
  const ServerInfo& server = link.server();
  std::string text = "redis: connected to " + link.where() + " database " + std::to_string(address.login.database);
  if (!server.version.empty()) {
    text += ", " + (server.product == "redis" ? std::string("Redis") : server.product) + " " + server.version + ", ";
    text += server.is_cluster() ? "" : server.mode + " " + server.role;
  }
  if (topology.is_cluster()) text += "a Cluster of " + std::to_string(topology.master_count()) + " masters";
  if (address.has_sentinels()) text += ", named by a Sentinel";
  return text;
}

}  // namespace lockrec::redis
