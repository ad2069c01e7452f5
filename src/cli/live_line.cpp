// One line on a terminal's stderr that says what is under way; log lines pass above it.
#include "live_line.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "cancel.hpp"

namespace lockrec::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kDefaultDeadlineMs = 10'000;
constexpr std::string_view kErase = "\r\x1b[K";
constexpr milliseconds kBetweenDraws{100};
constexpr milliseconds kBeforeFirstDraw{150};  // a run that is over by then has nothing to say

// The first word of a log line, and what is under way once that line has been written.
struct Milestone {
  std::string_view word;
  const char* phase;
};
constexpr Milestone kMilestones[] = {
    {"credentials", "asking Google for a token"},
    {"token", "opening the sheet"},
    {"sheet", "reading rows"},
    {"columns", "reading rows"},
    {"zone", "reading rows"},
    {"rows", "reaching Redis"},
    {"redis", "restoring locks"},
};

// Signals are for the thread that runs the job: they end its waits.
std::thread start_without_signals(auto&& work) {
  sigset_t all;
  sigset_t former;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &former);
  std::thread thread(work);
  pthread_sigmask(SIG_SETMASK, &former, nullptr);
  return thread;
}

// "1870" in "sheet: 1870 rows"; -1 where no number stands before that word.
std::int64_t rows_in(std::string_view line) {
  const std::size_t word = line.find(" rows");
  if (word == std::string_view::npos) return -1;
  std::size_t begin = word;
  while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
  std::int64_t rows = -1;
  std::from_chars(line.data() + begin, line.data() + word, rows);
  return rows;
}

}  // namespace

LiveLine::LiveLine(std::int64_t deadline_ms)
    : start_(std::chrono::steady_clock::now()),
      deadline_ms_(deadline_ms > 0 ? deadline_ms : kDefaultDeadlineMs),
      style_(Style::of(STDERR_FILENO)),
      phase_("starting") {
  if (is_terminal(STDERR_FILENO)) thread_ = start_without_signals([this] { draw_until_stopped(); });
}

LiveLine::~LiveLine() { stop(); }

void LiveLine::follow(std::string_view log_line) {
  const std::string_view word = log_line.substr(0, log_line.find(':'));
  for (const Milestone& milestone : kMilestones) {
    if (milestone.word == word) phase_.store(milestone.phase, std::memory_order_relaxed);
  }
  const std::int64_t rows = rows_in(log_line);
  if (rows > rows_.load(std::memory_order_relaxed)) rows_.store(rows, std::memory_order_relaxed);
}

void LiveLine::print(std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::string text(is_drawn_ ? kErase : std::string_view());
  is_drawn_ = false;
  text.append(line).append("\n");
  write_all(STDERR_FILENO, text);
}

void LiveLine::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_one();
  thread_.join();
  if (is_drawn_) write_all(STDERR_FILENO, kErase);
  is_drawn_ = false;
}

void LiveLine::draw_until_stopped() {
  std::unique_lock lock(mutex_);
  milliseconds wait = kBeforeFirstDraw;
  while (!changed_.wait_for(lock, wait, [this] { return is_stopped_; })) {
    write_all(STDERR_FILENO, std::string(kErase) + text());
    is_drawn_ = true;
    wait = kBetweenDraws;
  }
}

std::string LiveLine::text() const {
  const auto elapsed = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_).count();
  const std::int64_t left = std::max<std::int64_t>(deadline_ms_ - elapsed, 0);
  const std::int64_t rows = rows_.load(std::memory_order_relaxed);
  std::string line = is_cancelled() ? "stopping" : phase_.load(std::memory_order_relaxed);
  if (rows > 0) line += "   " + std::to_string(rows) + " rows";
  line += "   " + std::to_string(left / 1000) + "." + std::to_string(left % 1000 / 100) + " s left";
  // A line that wraps could not be erased.
  const auto columns = static_cast<std::size_t>(std::max(terminal_columns(STDERR_FILENO), 12));
  return style_.faint(line.substr(0, columns - 1));
}

}  // namespace lockrec::cli
