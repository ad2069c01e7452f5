// A connection that will be needed soon, opened beside whatever else is under way: the loop moves it on.
#pragma once

#include <memory>
#include <string>

#include "base/deadline.hpp"
#include "net/loop.hpp"

namespace lockrec::net {

// libcurl hands on only connections that a request has used, so this is one that asks for nothing: HEAD. Whatever
// comes of it, the request that needs the connection tells, and opens one of its own where there is none.
class Preconnection {
 public:
  // url: an address on that host. ca_file: as in HttpRequest.
  Preconnection(Loop& loop, const std::string& url, const std::string& ca_file);
  ~Preconnection();
  Preconnection(const Preconnection&) = delete;
  Preconnection& operator=(const Preconnection&) = delete;

  // Until it is of use, yet no longer than another connection would take.
  void settle(const Deadline& deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether two URLs lead to the same host and port, so that one connection serves both.
bool share_a_connection(const std::string& one_url, const std::string& other_url);

}  // namespace lockrec::net
