// Coroutines and generators in every order that seeds find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/generator.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/simulation/scenario.h"

namespace manta {
namespace {

using ::testing::AnyOf;

template <typename T>
ErrorPtr ErrorOf(const ObjectRef<T>& ref) {
  try {
    Get(ref);
    return nullptr;
  } catch (const ObjectError& error) {
    return error.record();
  }
}

// Seen by one scenario.
struct Seen {
  int instances = 0;
  int frames = 0;  // Of coroutines that have begun and not ended.
  int inside = 0;
  int inside_max = 0;
};
Seen seen;

void MaySwitch() { SimulatedRuntime::Current()->MaySwitch(); }

// In a coroutine's frame; in a method's the instance must be there as long as it is.
struct InFrame {
  explicit InFrame(bool method = false) : method(method) { ++seen.frames; }
  InFrame(const InFrame&) = delete;
  InFrame& operator=(const InFrame&) = delete;
  ~InFrame() {
    --seen.frames;
    EXPECT_TRUE(!method || seen.instances > 0);
  }
  const bool method;
};

Coroutine<int> Sum(ObjectRef<int> a, ObjectRef<int> b) {
  const InFrame frame;
  MaySwitch();
  const int first = *co_await a;
  MaySwitch();
  co_return first + *co_await b;
}

TEST(CoroutinesSimulation, EachGoesOnOnceOrIsUnwound) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    std::vector<Promise<int>> promises(3);
    std::vector<ObjectRef<int>> late(3);
    for (int i = 0; i < 3; ++i) std::tie(promises[i], late[i]) = MakePromise<int>();
    std::vector<ObjectRef<int>> sums;
    for (int i = 0; i < 6; ++i) {
      std::vector<ObjectRef<int>> from = late;
      from.insert(from.end(), sums.begin(), sums.end());
      const auto any = [&] { return from[Draw(runtime, 0, static_cast<int>(from.size()) - 1)]; };
      sums.push_back(Task<Sum>().Remote(any(), any()));
    }
    const bool fails = Draw(runtime, 0, 3) == 0;
    const bool cancels = Draw(runtime, 0, 1) == 0;
    const ThreadId other = runtime.StartThread("other", [&] {
      for (int i = 0; i < 3; ++i) {
        MaySwitch();
        if (cancels) Cancel(sums[Draw(runtime, 0, 5)]);
        if (fails && i == 1) {
          promises[i].Fail("nothing comes");
        } else {
          promises[i].Set(i);
        }
      }
    });
    for (const ObjectRef<int>& sum : sums) {
      const ErrorPtr error = ErrorOf(sum);
      if (!fails && !cancels) {
        EXPECT_EQ(error, nullptr);
      } else if (error != nullptr) {
        EXPECT_THAT(error->type, AnyOf(ErrorType::kTaskCancelled, ErrorType::kTaskFailed));
      }
    }
    runtime.JoinThread(other);
    runtime.core().Stop();
    EXPECT_EQ(seen.frames, 0);
  });
}

class Desk {
 public:
  Desk() { ++seen.instances; }
  ~Desk() { --seen.instances; }
  Coroutine<int> Wait(ObjectRef<int> ref) {
    const InFrame frame(true);
    Enter();
    const int value = *co_await ref;
    Enter();
    co_return value;
  }
  Generator<int> Items(int count) {
    const InFrame frame(true);
    for (int i = 0; i < count; ++i) {
      Enter();
      co_yield i;
    }
  }
  int Note(int number) {
    Enter();
    return number;
  }
  int Fail() { throw std::runtime_error("method"); }

 private:
  static void Enter() {
    seen.inside_max = std::max(seen.inside_max, ++seen.inside);
    MaySwitch();
    --seen.inside;
  }
};

TEST(CoroutinesSimulation, MethodsInterleaveAndEndBeforeTheirInstance) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    const uint32_t concurrency = Draw(runtime, 1, 2);
    {
      std::vector<Promise<int>> promises(2);
      std::vector<ObjectRef<int>> late(2);
      for (int i = 0; i < 2; ++i) std::tie(promises[i], late[i]) = MakePromise<int>();
      ActorHandle<Desk> desk = Actor<Desk>({.concurrency_max = concurrency,
                                            .restart = {.restarts_max = 1},
                                            .restart_on = [](const ErrorRecord&) { return true; }})
                                   .Remote();
      std::vector<ObjectRef<int>> calls;
      const int ending = Draw(runtime, 0, 4);  // Kill, failure, cancellation, none.
      for (int i = 0; i < 6; ++i) {
        calls.push_back(Draw(runtime, 0, 2) == 0 ? desk.Task<&Desk::Note>().Remote(i)
                                                 : desk.Task<&Desk::Wait>().Remote(late[i % 2]));
      }
      const ThreadId other = runtime.StartThread("other", [&, desk] {
        for (int i = Draw(runtime, 0, 6); i > 0; --i) MaySwitch();
        promises[0].Set(0);
        if (ending == 0) desk.Kill("it is time");
        if (ending == 1) desk.Task<&Desk::Fail>().Send();
        if (ending == 2) Cancel(calls);
        MaySwitch();
        promises[1].Set(1);
      });
      if (Draw(runtime, 0, 1) == 0) desk = {};
      for (const ObjectRef<int>& call : calls) {
        const ErrorPtr error = ErrorOf(call);
        if (ending > 2) {
          EXPECT_EQ(error, nullptr);
        } else if (error != nullptr) {
          EXPECT_THAT(error->type,
                      AnyOf(ErrorType::kActorDied, ErrorType::kActorUnavailable, ErrorType::kTaskCancelled));
        }
      }
      runtime.JoinThread(other);
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.frames, 0);
    EXPECT_EQ(seen.instances, 0);
    EXPECT_LE(seen.inside_max, static_cast<int>(concurrency));
  });
}

Generator<int> Count(int count, int fails_at) {
  const InFrame frame;
  for (int i = 0; i < count; ++i) {
    MaySwitch();
    if (i == fails_at) throw std::runtime_error("no more");
    co_yield i;
  }
}
Generator<int> Squares(RefStream<int> numbers) {
  const InFrame frame;
  while (const std::optional<ObjectRef<int>> number = co_await numbers) {
    const int value = *co_await *number;
    co_yield value* value;
  }
}

TEST(CoroutinesSimulation, AStreamGivesItsItemsInOrderAndThenItsError) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    const uint32_t ahead = Draw(runtime, 1, 4);
    const int count = Draw(runtime, 0, 8);
    const int fails_at = Draw(runtime, 0, 12);
    const bool squares = Draw(runtime, 0, 1) == 0;
    const int taken_max = Draw(runtime, 0, 1) == 0 ? Draw(runtime, 0, 8) : 100;  // Then it is dropped.
    {
      RefStream<int> stream = Task<Count>({.items_ahead_max = ahead}).Remote(count, fails_at);
      if (squares) stream = Task<Squares>({.items_ahead_max = ahead}).Remote(std::move(stream));
      bool ended = false;
      for (int i = 0; i < taken_max && !ended; ++i) {
        const std::optional<ObjectRef<int>> item = stream.Next();
        if (!item.has_value()) {
          EXPECT_EQ(i, fails_at < count ? fails_at + 1 : count);
          ended = true;
        } else if (i == fails_at) {
          EXPECT_EQ(ErrorOf(*item)->type, ErrorType::kTaskFailed);
        } else {
          EXPECT_EQ(*Get(*item), squares ? i * i : i);
        }
      }
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.frames, 0);
  });
}

TEST(CoroutinesSimulation, AnActorsStreamsEndWithItOrTheirTaker) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      ActorHandle<Desk> desk = Actor<Desk>().Remote();
      std::vector<RefStream<int>> streams;
      for (int i = 0; i < 2; ++i) {
        streams.push_back(desk.Task<&Desk::Items>({.items_ahead_max = 2}).Remote(6));
      }
      const bool killed = Draw(runtime, 0, 1) == 0;
      const ThreadId killer = runtime.StartThread("killer", [&, desk] {
        for (int i = Draw(runtime, 0, 12); i > 0; --i) MaySwitch();
        if (killed) desk.Kill("it is time");
      });
      if (Draw(runtime, 0, 1) == 0) desk = {};
      for (int i = 0; i < 6; ++i) {
        for (RefStream<int>& stream : streams) {
          if (!stream.valid()) continue;
          const std::optional<ObjectRef<int>> item = stream.Next();
          if (!killed) {
            EXPECT_EQ(*Get(*item), i);
          } else if (item.has_value() && ErrorOf(*item) != nullptr) {
            EXPECT_EQ(ErrorOf(*item)->type, ErrorType::kActorDied);
          }
          if (Draw(runtime, 0, 9) == 0) stream = {};
        }
      }
      runtime.JoinThread(killer);
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.frames, 0);
    EXPECT_EQ(seen.instances, 0);
    EXPECT_LE(seen.inside_max, 1);
  });
}

TEST(CoroutinesSimulation, ShutdownUnwindsAllAtAnyMoment) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      auto [promise, late] = MakePromise<int>();
      ActorHandle<Desk> desk = Actor<Desk>({.concurrency_max = static_cast<uint32_t>(Draw(runtime, 1, 2))}).Remote();
      std::vector<ObjectRef<int>> refs;
      for (int i = 0; i < 3; ++i) refs.push_back(desk.Task<&Desk::Wait>().Remote(late));
      refs.push_back(Task<Sum>().Remote(refs[0], refs[1]));
      RefStream<int> squares = Task<Squares>({.items_ahead_max = 1}).Remote(Task<Count>().Remote(100, 200));
      RefStream<int> items = desk.Task<&Desk::Items>({.items_ahead_max = 1}).Remote(100);
      const ThreadId other = runtime.StartThread("other", [&, &promise = promise] {
        for (int i = Draw(runtime, 0, 20); i > 0; --i) MaySwitch();
        promise.Set(1);
        Cancel(refs[2]);
      });
      if (Draw(runtime, 0, 1) == 0) desk = {};
      for (int i = Draw(runtime, 0, 3); i > 0; --i) squares.Next();
      for (int i = Draw(runtime, 0, 20); i > 0; --i) MaySwitch();
      runtime.core().Stop();
      EXPECT_EQ(seen.frames, 0);
      EXPECT_EQ(seen.instances, 0);
      for (const ObjectRef<int>& ref : refs) EXPECT_TRUE(ref.ready());
      runtime.JoinThread(other);
    }
  });
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
