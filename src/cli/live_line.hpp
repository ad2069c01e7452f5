// One line on a terminal's stderr that says what is under way; log lines pass above it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "terminal.hpp"

namespace lockrec::cli {

class LiveLine {
 public:
  // Drawn ten times a second by a thread of its own, from what the run's callbacks have said so far; not
  // drawn where stderr is no terminal. deadline_ms as in lockrec_config_t.
  explicit LiveLine(std::int64_t deadline_ms);
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  bool is_shown() const { return thread_.joinable(); }
  // Every log line from LOCKREC_LOG_INFO up: its first word tells the phase.
  void follow(std::string_view log_line);
  void count_row() { rows_.fetch_add(1, std::memory_order_relaxed); }
  // A whole line on stderr, over the live one.
  void print(std::string_view line);
  // Erases the line. Nothing is drawn afterwards.
  void stop();

 private:
  void draw_until_stopped();
  std::string text() const;

  const std::chrono::steady_clock::time_point start_;
  const std::int64_t deadline_ms_;
  const Style style_;
  std::atomic<const char*> phase_;
  std::atomic<std::int64_t> rows_{0};
  std::mutex mutex_;  // guards what follows, and the terminal
  std::condition_variable changed_;
  bool is_drawn_ = false;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace lockrec::cli
