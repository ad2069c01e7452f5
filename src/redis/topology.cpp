// The map of a Cluster: asked for by CLUSTER SLOTS on a connection of its own, again where it proves wrong.
#include "redis/topology.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "redis/sentinels.hpp"

namespace lockrec::redis {

namespace {

constexpr std::chrono::milliseconds pause_between_maps{100};
constexpr std::int64_t recheck_max_ms = 1000;

std::unique_ptr<Locator> make_locator(net::Loop& loop, const Address& address, RetryLog& retries) {
  if (address.has_sentinels()) return std::make_unique<Sentinels>(loop, address, retries);
  return std::make_unique<HostList>(address.endpoints);
}

}  // namespace

Topology::Topology(net::Loop& loop, const Address& address, RetryLog& retries)
    : loop_(loop),
      address_(address),
      retries_(retries),
      locator_(make_locator(loop, address, retries)),
      hosts_(address.has_sentinels() ? nullptr : static_cast<HostList*>(locator_.get())),
      first_(loop, *locator_, address.login, address.has_sentinels() ? Expected::master : Expected::server, retries),
      owners_(slot_count) {
  attend();
}

Topology::~Topology() { first_.detach(); }

bool Topology::is_ready() const { return is_cluster() ? version_ > 0 : first_.is_ready(); }

void Topology::check() const {
  if (stop_) throw Error(*stop_);
  if (!is_cluster() || version_ == 0) first_.check();
}

void Topology::become_cluster() {
  is_cluster_ = true;
  refresh();
}

void Topology::refresh() { is_wanted_ = true; }

Node& Topology::node_at(const NodeName& name, const Link& said_by) {
  net::Endpoint endpoint = address_.endpoints.front();
  endpoint.unix_path.clear();
  endpoint.port = name.port;
  endpoint.host = name.host;
  if (name.host.empty() && said_by.endpoint() != nullptr) endpoint.host = said_by.endpoint()->host;
  if (endpoint.host.empty()) endpoint.host = "127.0.0.1";  // said on a UNIX socket
  const auto found = std::ranges::find_if(nodes_, [&](const auto& node) {
    return node->endpoint.port == endpoint.port && node->endpoint.host == endpoint.host;
  });
  if (found != nodes_.end()) return **found;
  nodes_.push_back(std::make_unique<Node>(loop_, endpoint, address_.login, retries_));
  // Where the hosts of redis_url are gone, these can be asked for the map.
  if (hosts_ != nullptr) hosts_->add(endpoint);
  return *nodes_.back();
}

void Topology::set_owner(std::uint16_t slot, Node& node) {
  if (owners_[slot] != &node) ++owner_changes_;
  owners_[slot] = &node;
}

std::uint64_t Topology::changes() const {
  std::uint64_t sum = owner_changes_ + (is_cluster() ? 0 : first_.losses());
  for (const auto& node : nodes_) sum += node->link.losses();
  return sum;
}

void Topology::recheck_master(const Deadline& deadline) {
  if (!address_.has_sentinels() || first_.endpoint() == nullptr) return;
  const Deadline window = deadline.sooner(std::min(deadline.remaining_ms() / 2, recheck_max_ms));
  Sentinels sentinels(loop_, address_, retries_);
  const net::Endpoint* master = nullptr;
  try {
    sentinels.begin();
    loop_.run_until(window, [&] { return (master = sentinels.found()) != nullptr; });
  } catch (const TryLater&) {
    return;
  } catch (const Error&) {
    deadline.check();
    return;
  }
  if (master->host == first_.endpoint()->host && master->port == first_.endpoint()->port) return;
  const std::string_view text = "READONLY the Sentinels name another master now";
  first_.reconnect(refusal_error(classify(text), text, first_.where()));
}

bool Topology::fill(OutBuffer& out) {
  if (!is_cluster() || !is_wanted_ || was_asked_ || stop_ || Clock::now() < not_before_) return false;
  was_asked_ = true;
  append_command(out, {"CLUSTER", "SLOTS"});
  return true;
}

void Topology::take(const Reply& reply, OutBuffer&) {
  was_asked_ = false;
  not_before_ = Clock::now() + pause_between_maps;
  if (!reply.is_error()) {
    use(SlotMap(reply));
    return;
  }
  const Refusal refusal = classify(reply.text());
  Error error = refusal_error(refusal, reply.text(), first_.where());
  if (refusal.scope == Refusal::Scope::passing) {
    failure_ = error;
  } else {
    const std::string remedy =
        refusal.cause == LOCKREC_REDIS_NOPERM ? "; of a Cluster these are +cluster|slots +asking" : "";
    stop_ = Error(error.status(), error.what() + remedy, error.cause());
  }
}

void Topology::use(const SlotMap& map) {
  if (map.masters.empty()) {
    failure_ = Error(LOCKREC_E_REDIS_REFUSED, "the Cluster of Redis at " + first_.where() + " serves no slots yet",
                     {LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_CLUSTERDOWN});
    return;
  }
  std::vector<Node*> masters;
  for (const NodeName& name : map.masters) masters.push_back(&node_at(name, first_));
  for (std::size_t slot = 0; slot < slot_count; ++slot) {
    Node* owner = map.owner_of[slot] == nobody ? nullptr : masters[map.owner_of[slot]];
    if (version_ > 0 && owner != owners_[slot]) ++owner_changes_;
    owners_[slot] = owner;
  }
  master_count_ = masters.size();
  failure_.reset();
  is_wanted_ = false;
  ++version_;
}

void Topology::lost(const Error&) { was_asked_ = false; }

int Topology::wake_in_ms() const {
  if (!is_cluster() || !is_wanted_ || was_asked_ || stop_) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(not_before_ - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

}  // namespace lockrec::redis
