// References of many threads, counted by the plugins that programs choose; and what is said of one released too often.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "core/base/sanitizer.h"
#include "core/config/config_sources.h"
#include "core/interface/ref_counter.h"
#include "core/kernel/kernel.h"
#include "core/runtime/current_runtime.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/strict_test.h"

namespace manta {
namespace {

// A kernel, and its runtime as the default one.
class World {
 public:
  explicit World(std::vector<std::string> set)
      : kernel_(ValueOrThrow(Kernel::Start(ProcessSources({.set = std::move(set)})))) {
    SetDefaultRuntime(kernel_->runtime().shell());
  }
  ~World() { ResetDefaultRuntime(kernel_->runtime().shell()); }

  void ExpectNothingLeft() {
    kernel_->StopRuntime();  // Now nobody calls the counter but this test.
    EXPECT_EQ(kernel_->runtime().counts().object_count, 0);
    EXPECT_EQ(kernel_->object_store().Stats().used_bytes, 0u);
    const RefCounterStats stats = kernel_->ref_counter().Stats();
    EXPECT_EQ(stats.counted_count, 0u);
    EXPECT_EQ(stats.decided_count, 0u);
    EXPECT_EQ(stats.lent_count, 0u);
    EXPECT_EQ(stats.unheard_count, 0u);
    EXPECT_EQ(kernel_->ref_counter().List({}), 0u);
  }

 private:
  std::unique_ptr<Kernel> kernel_;
};

std::string Counter(const std::string& name) { return "ref_counter { name: 'manta.ref_counter." + name + "' }"; }

std::string ObserveOneIn(int count) {
  return "ref_counter { name: 'manta.ref_counter.tracing' typed_config {"
         " [type.googleapis.com/manta.plugins.ref_counter.tracing.v1.TracingCounterConfig] { observe_one_in: " +
         std::to_string(count) + " } } }";
}

class RealCountersTest : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Counters, RealCountersTest, testing::Values("owner", "tracing"),
                         [](const auto& info) { return std::string(info.param); });

// Counted is each reference that is made by Put or by copying one, and dropped later: ten at each step of a thread, of
// an object of its own and of those that all threads share. Not counted are those that lie in objects or are read
// there.
TEST_P(RealCountersTest, TenMillionReferencesOfEightThreadsEndAtZero) {
  using Refs = std::vector<ObjectRef<uint64_t>>;
  constexpr uint64_t kThreadCount = 8;
  constexpr uint64_t kPerStep = 10;
  constexpr uint64_t kReferenceCount = kThreadSanitizer || kAddressSanitizer ? 400'000 : 10'000'000;
  const uint64_t step_count = kReferenceCount / (IsStrictTest() ? 10 : 1) / kPerStep / kThreadCount;
  World world({Counter(GetParam())});
  {
    Refs shared;
    for (uint64_t i = 0; i < 8; ++i) shared.push_back(Put(i));
    std::vector<std::thread> threads;
    for (uint64_t t = 0; t < kThreadCount; ++t) {
      threads.emplace_back([&shared, t, step_count] {
        std::array<ObjectRef<uint64_t>, 16> held;
        ObjectRef<Refs> outer;
        for (uint64_t i = 0; i < step_count; ++i) {
          const uint64_t place = i * kPerStep;
          const ObjectRef<uint64_t>& made = held[place % 16] = Put(i);
          for (uint64_t copy = 1; copy < 6; ++copy) held[(place + copy) % 16] = made;
          for (uint64_t copy = 6; copy < kPerStep; ++copy) held[(place + copy) % 16] = shared[(i + copy + t) % 8];
          if (i % 1'000 == 0) outer = Put(Refs{held[0], held[8]});
          if (i % 1'000 == 500) held[0] = Get(outer)->back();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (uint64_t i = 0; i < 8; ++i) EXPECT_EQ(*Get(shared[i]), i);
  }
  world.ExpectNothingLeft();
}

// Only a program that breaks the language's rules comes here: a pointer to its state stands for a reference that is
// destroyed twice.
TEST(TracedObjectTest, OneReleaseTooManyOfATracedObjectIsToldWithItsPast) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  World world({ObserveOneIn(1), "native_values: PREFER"});
  ObjectRef<int> ref = Put(5);
  const std::shared_ptr<const int> value = Get(ref);  // Keeps the memory that is looked at below.
  SharedObject* const state = ref.state();
  ObjectRef<int> copy = ref;
  copy = {};
  ref = {};
  EXPECT_DEATH(state->Release(),
               testing::AnyOf(testing::ContainsRegex("was released without a reference.*it was made, .*held once more, "
                                                     "held once less, held once less, dead"),
                              testing::HasSubstr("invalid vptr")));  // UBSan, which looks first.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
