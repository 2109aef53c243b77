// A wait of ten seconds says once what it waits for: with simulated time, in every order that seeds find.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "api/manta.h"
#include "api/testing.h"
#include "glog/logging.h"
#include "tests/faults/program.h"

namespace manta {
namespace {

using manta::testing::Explore;
using manta::testing::PassTime;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Collects warnings of waits.
class SlowWaits final : public google::LogSink {
 public:
  SlowWaits() { google::AddLogSink(this); }
  ~SlowWaits() override { google::RemoveLogSink(this); }
  void send(google::LogSeverity severity, const char*, const char*, int, const google::LogMessageTime&,
            const char* message, size_t size) override {
    const std::string text(message, size);
    if (text.find("wait.slow") == std::string::npos) return;
    EXPECT_EQ(severity, google::WARNING) << "the default log level shows it";
    lines.push_back(text);
  }

  std::vector<std::string> lines;
};

int Sleep(int64_t duration_ns) {
  PassTime(duration_ns);
  return 1;
}
// With a deadline nobody runs another's task: each waits on a thread of its own.
int WaitFor(int, ObjectRef<int> ref) { return *Get(ref, {.timeout_ns = 3600 * kSecondNs}); }

void ExpectLines(uint64_t seeds, const std::function<void()>& scenario,
                 const ::testing::Matcher<std::vector<std::string>>& expected) {
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    SlowWaits waits;
    const auto explored = Explore({.seeds = 1, .first_seed = seed, .worker_count = 8}, scenario);
    ASSERT_TRUE(explored.ok()) << explored.failure;
    ASSERT_THAT(waits.lines, expected) << "seed " << seed;
  }
}

TEST(SlowWaitTest, NineSecondsSayNothing) {
  ExpectLines(
      50, [] { Get(Task<Sleep>().Remote(9 * kSecondNs)); }, IsEmpty());
}

TEST(SlowWaitTest, ElevenSecondsSayItOnceAndWhatItIsFor) {
  ExpectLines(
      50,
      [] {
        auto [promise, late] = MakePromise<int>();
        const ObjectRef<int> next = Task<[](int x) { return x; }>({.name = "next"}).Remote(late);
        (void)TryGet(next, {.timeout_ns = 60 * kSecondNs});
        (void)TryGet(next, {.timeout_ns = 5 * kSecondNs});  // Another wait, and a short one.
      },
      ElementsAre(AllOf(HasSubstr("the program has waited for 10 s for task next (submitted at slow_wait_test.cc:"),
                        HasSubstr("), whose arguments are not ready"))));
}

// The program waits for one task, which waits for another, and so on: whoever is at the beginning tells all of it.
TEST(SlowWaitTest, AChainOfWaitsIsOneLine) {
  ExpectLines(
      50,
      [] {
        auto [promise, never] = MakePromise<int>();
        const ObjectRef<int> start = Task<Sleep>().Remote(kSecondNs);  // Until the program waits.
        ObjectRef<int> last = never;
        std::vector<ObjectRef<int>> chain;
        for (const char* name : {"inner", "middle", "outer"}) {
          last = Task<WaitFor>({.name = name}).Remote(start, last);
          chain.push_back(last);
        }
        (void)TryGet(last, {.timeout_ns = 30 * kSecondNs});
        promise.Set(1);
        EXPECT_EQ(*Get(last), 1);
      },
      ElementsAre(AllOf(HasSubstr("the program has waited for 10 s for task outer"),
                        HasSubstr("which waits for task middle"), HasSubstr("which waits for task inner"),
                        HasSubstr("which waits for object "))));
}

TEST(SlowWaitTest, AWaitForSeveralSaysSo) {
  ExpectLines(
      10,
      [] {
        auto [promise, never] = MakePromise<int>();
        (void)Wait(std::vector<ObjectRef<int>>{never, never}, {.timeout_ns = 60 * kSecondNs});
      },
      ElementsAre(HasSubstr("the program has waited for 10 s for one of several objects")));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
