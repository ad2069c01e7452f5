// The loop by itself: participants come, go and are woken; time is kept; nothing of the process is touched.
#include "net/loop.hpp"

#include <dlfcn.h>

#include <atomic>
#include <memory>

#include "local_server.hpp"
#include "net/byte_stream.hpp"
#include "net_checks.hpp"

using lockrec::Deadline;
using lockrec::net::Interest;
using lockrec::net::Loop;
using lockrec::net::Participant;

namespace {
int sigpipe_changes = 0;
}

// Between libcurl and the C library: who changes what SIGPIPE does, be it for a moment?
extern "C" __attribute__((visibility("default"))) int sigaction(int number, const struct sigaction* action,
                                                                struct sigaction* before) noexcept {
  using Real = int (*)(int, const struct sigaction*, struct sigaction*);
  static const Real real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "sigaction"));
  if (number == SIGPIPE && action != nullptr) ++sigpipe_changes;
  return real(number, action, before);
}

namespace {

struct Counting final : Participant {
  int steps = 0;
  int wake_ms = -1;
  Interest interest{-1, false, false};
  Loop* loop = nullptr;
  Participant* leaves = nullptr;
  Participant* joins = nullptr;

  void step() noexcept override {
    ++steps;
    if (leaves != nullptr) loop->leave(*std::exchange(leaves, nullptr));
    if (joins != nullptr) loop->join(*std::exchange(joins, nullptr));
  }
  void interests(std::vector<Interest>& into) const override { into.push_back(interest); }
  int wake_in_ms() const override { return wake_ms; }
};

void sleep_lasts_and_lets_others_move(void**) {
  Loop loop;
  Counting one;
  one.wake_ms = 5;
  loop.join(one);
  const std::int64_t start_ms = monotonic_ms();
  loop.sleep(120, Deadline(3000));
  check_took(start_ms, 119);
  assert_in_range(one.steps, 4, 40);
}

void sleep_ends_with_the_deadline(void**) {
  Loop loop;
  const std::int64_t start_ms = monotonic_ms();
  assert_int_equal(status_of([&] { loop.sleep(5000, Deadline(100)); }), LOCKREC_E_DEADLINE);
  check_took(start_ms, 99);
}

void run_until_does_not_wait_for_what_a_step_has_done(void**) {
  Loop loop;
  Counting one;
  loop.join(one);
  const std::int64_t start_ms = monotonic_ms();
  for (int i = 1; i <= 10; ++i) {
    loop.run_until(Deadline(3000), [&] { return one.steps == i; });
  }
  assert_in_range(monotonic_ms() - start_ms, 0, noise_ms);
}

void deadline_and_cancel_end_run_until(void**) {
  Loop loop;
  std::int32_t flag = 0;
  assert_int_equal(status_of([&] { loop.run_until(Deadline(60), [] { return false; }); }), LOCKREC_E_DEADLINE);
  flag = 1;
  assert_int_equal(status_of([&] { loop.run_until(Deadline(3000, &flag), [] { return false; }); }),
                   LOCKREC_E_CANCELLED);
}

void participants_leave_and_join_during_a_step(void**) {
  Loop loop;
  Counting first, second, third;
  first.loop = &loop;
  first.leaves = &second;
  first.joins = &third;
  loop.join(first);
  loop.join(second);
  loop.move();
  loop.move();
  assert_int_equal(first.steps, 2);
  assert_int_equal(second.steps, 0);
  assert_int_equal(third.steps, 2);
  third.loop = &loop;
  third.leaves = &third;
  loop.move();
  loop.move();
  assert_int_equal(third.steps, 3);
}

void descriptor_that_can_be_read_ends_a_wait(void**) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  Loop loop;
  Counting one;
  one.interest = {ends[0], true, false};
  loop.join(one);
  const std::int64_t silent_ms = monotonic_ms();
  loop.wait(Deadline(3000));
  check_took(silent_ms, 49);
  assert_int_equal(write(ends[1], "x", 1), 1);
  const std::int64_t start_ms = monotonic_ms();
  for (int i = 0; i < 10; ++i) loop.wait(Deadline(3000));
  assert_in_range(monotonic_ms() - start_ms, 0, noise_ms);
  close(ends[1]);
  one.interest = {ends[0], false, false};  // hung up, but nobody wants anything from it
  const std::int64_t idle_ms = monotonic_ms();
  loop.wait(Deadline(3000));
  check_took(idle_ms, 49);
  close(ends[0]);
}

void echo(Peer& peer) {
  char data[100];
  while (const std::size_t count = peer.read(data, sizeof data)) peer.write({data, count});
}

void what_sigpipe_does_is_never_changed(void**) {
  sigpipe_changes = 0;
  { const Loop unused; }
  assert_int_equal(sigpipe_changes, 0);
  const LocalServer server(echo);
  sigpipe_changes = 0;
  {
    Loop loop;
    lockrec::net::Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = static_cast<std::uint16_t>(server.port());
    lockrec::net::ByteStream stream(loop, endpoint);
    loop.run_until(Deadline(3000), [&] { return stream.state() == lockrec::net::ByteStream::State::open; });
    stream.send("x", 1);
  }
  assert_int_equal(sigpipe_changes, 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      CLEAN(sleep_lasts_and_lets_others_move),
      CLEAN(sleep_ends_with_the_deadline),
      CLEAN(run_until_does_not_wait_for_what_a_step_has_done),
      CLEAN(deadline_and_cancel_end_run_until),
      CLEAN(participants_leave_and_join_during_a_step),
      CLEAN(descriptor_that_can_be_read_ends_a_wait),
      CLEAN(what_sigpipe_does_is_never_changed),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
