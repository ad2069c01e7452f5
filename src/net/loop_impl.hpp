// What the loop keeps. Private to this room.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string_view>
#include <vector>

#include "net/easy_handle.hpp"
#include "net/loop.hpp"

namespace lockrec::net {

struct Loop::Impl {
  Impl();
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // At once, or when the stuck look-up of the same host has ended.
  void add(Easy& easy);
  void leave_queue(Easy& easy) noexcept;
  // Its look-up is stuck: it ends by itself, and is not started a second time.
  void abandon(std::unique_ptr<Easy> easy) noexcept;

  void dispatch();
  void step_all() noexcept;
  bool is_stuck(std::string_view host) const;

  CURLM* multi;
  std::uint64_t moves = 0;
  bool transfer_ended = false;
  std::vector<Participant*> participants;  // null: has left during a step
  std::vector<Interest> interests;         // kept for its memory
  std::vector<curl_waitfd> descriptors;    // kept for its memory
  std::vector<Easy*> queued;
  std::vector<std::unique_ptr<Easy>> abandoned;

 private:
  void join_multi(Easy& easy);
  void release_queued(std::string_view host);
};

}  // namespace lockrec::net
