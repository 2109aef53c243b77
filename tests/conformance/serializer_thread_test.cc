// One serializer serves many threads at once, from its first value on.
#include <atomic>
#include <barrier>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

class Threads : public SerializerConformance {};

// There and back, with everything of the thread's own but the serializer.
template <typename T>
bool ComesBack(Serializer& serializer, const T& value) {
  const Sent sent(serializer, value);
  CountingKeeper keeper;
  Binder binder;
  T back{};
  return sent.status.ok() && serializer.Read(Describe<T>(), sent.source(&keeper), {}, &binder, &back).ok() &&
         back == value;
}

TEST_F(Threads, OneSerializerServesManyAtOnce) {
  constexpr int kThreadCount = 4;
  const int rounds = Options().slow ? 2'000 : 50;
  // Values of each thread's own, written before.
  std::vector<Rich> values;
  for (int i = 0; i < kThreadCount; ++i) {
    values.push_back(MakeRich());
    values.back().text = std::string(100 * i, static_cast<char>('a' + i));
    values.back().floats.assign(2'000 * i, static_cast<float>(i));
  }
  std::barrier start(kThreadCount);
  std::atomic<int> failed_count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreadCount; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int round = 0; round < rounds; ++round) {
        const bool ok = ComesBack(serializer(), values[i]) &&
                        ComesBack(serializer(), std::map<int32_t, std::string>{{i, "i"}, {round, "round"}}) &&
                        ComesBack(serializer(), Tree{i, {{round, {}}}});
        if (!ok) ++failed_count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed_count, 0) << "of " << kThreadCount * rounds << " rounds";
}

TEST_F(Threads, AThreadReadsWhatAnotherWrote) {
  const Sent sent = Send(MakeRich());
  std::thread([&] {
    Rich back;
    EXPECT_THAT(Read(sent, back), IsOk());
    EXPECT_TRUE(back == MakeRich());
  }).join();
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
