// One curl easy handle with the options that every connection of ours has. Private to this room.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "net/loop.hpp"

namespace lockrec::net {

// Told once that its handle is through.
class Transfer {
 public:
  virtual void finished(CURLcode code) noexcept = 0;

 protected:
  ~Transfer() = default;
};

struct CurlListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// What curl points into. Its address never changes, and it may outlive its EasyHandle while a look-up is stuck.
struct Easy {
  Easy(Transfer& transfer, std::string name);
  ~Easy();
  Easy(const Easy&) = delete;
  Easy& operator=(const Easy&) = delete;

  CURL* curl;
  Transfer* owner;  // null: abandoned, opens no socket any more
  std::string host;
  std::unique_ptr<curl_slist, CurlListDelete> headers;
  CURLM* multi = nullptr;          // where it has been added to
  std::uint64_t moves_before = 0;  // the loop's moves when it was added
  bool is_finished = false;
  char error_text[CURL_ERROR_SIZE] = "";
};

class EasyHandle {
 public:
  // host: the name that will be looked up.
  EasyHandle(Loop& loop, Transfer& owner, std::string host);
  ~EasyHandle();
  EasyHandle(const EasyHandle&) = delete;
  EasyHandle& operator=(const EasyHandle&) = delete;

  template <class Value>
  void set(CURLoption option, Value value) {
    check(curl_easy_setopt(easy_->curl, option, value), option);
  }
  void add_header(const char* line);
  // ca_file: empty for the system's.
  void trust(const std::string& ca_file);
  // Joins the loop, once nobody else's look-up of this host is stuck.
  void start();

  CURL* curl() const { return easy_->curl; }
  const Easy& easy() const { return *easy_; }

 private:
  static void check(CURLcode code, CURLoption option);
  bool is_looking_up() const;

  Loop& loop_;
  std::unique_ptr<Easy> easy_;
};

}  // namespace lockrec::net
