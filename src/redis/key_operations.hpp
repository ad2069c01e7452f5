// The operations that need no comparison first: look, life, claim.
#pragma once

#include <cstdint>
#include <string>

#include "redis/operation.hpp"

namespace lockrec::redis {

// MGET for many keys at once says "missing" of a key that is no string; the closer look tells.
class LookOperation final : public Operation {
 public:
  LookOperation(const LockTexts& texts, Look look) : texts_(texts), look_(look) {}
  std::size_t ids_per_request() const override;
  void append_key(LockId id, std::string& into) const override { texts_.append_key(id, into); }
  std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) override;
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;

 private:
  const LockTexts& texts_;
  Look look_;
  std::string key_;
};

class LifeOperation final : public Operation {
 public:
  explicit LifeOperation(const LockTexts& texts) : texts_(texts) {}
  void append_key(LockId id, std::string& into) const override { texts_.append_key(id, into); }
  std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) override;
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;

 private:
  const LockTexts& texts_;
  std::string key_;
};

class ClaimOperation final : public Operation {
 public:
  ClaimOperation(const LockTexts& texts, std::int64_t safety_ttl_ms);
  void append_key(LockId id, std::string& into) const override { texts_.append_key(id, into); }
  std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) override;
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;

 private:
  const LockTexts& texts_;
  OutBuffer options_;  // what stands behind the value
  std::string key_;
  std::string value_;
};

}  // namespace lockrec::redis
