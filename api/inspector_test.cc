// What tools see of a program that runs (core/kernel/observe/inspector.h).
#include "core/kernel/observe/inspector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "core/base/text.h"
#include "core/kernel/observe/program_metrics.h"
#include "core/runtime/current_runtime.h"
#include "tests/support/fifo_scheduler.h"

namespace manta {
namespace {

using testing::HasSubstr;

// A runtime that is observed, as the kernel's are.
class InspectorTest : public testing::Test {
 protected:
  InspectorTest() {
    core_ = *RuntimeCore::Start({.executor = world().executor,
                                 .clock = world().clock,
                                 .scheduler = scheduler_,
                                 .worker_id = 7,
                                 .metrics = &world().metrics},
                                {.workers = {.worker_count = 2}});
    SetDefaultRuntime(core_->shell());
    inspector_ = std::make_unique<Inspector>(*core_, system_.world(), system_.metrics());
  }
  ~InspectorTest() override { ResetDefaultRuntime(core_->shell()); }

  World world() { return system_.world(); }

  ReplyTable Ask(std::string_view request) { return *ReplyTable::Parse(inspector_->Answer(request)); }

  // The first row whose column `column` is `value`; what it has in `wanted`, or "no row".
  static std::string Find(const ReplyTable& table, std::string_view column, std::string_view value,
                          std::string_view wanted) {
    const auto index = [&](std::string_view name) {
      return static_cast<size_t>(std::find(table.columns.begin(), table.columns.end(), name) - table.columns.begin());
    };
    for (const std::vector<std::string>& row : table.rows) {
      if (row.at(index(column)) == value) return row.at(index(wanted));
    }
    return "no row";
  }

  SystemWorld system_{uint64_t{1} << 30};
  FifoScheduler scheduler_;
  std::unique_ptr<RuntimeCore> core_;
  std::unique_ptr<Inspector> inspector_;
};

// Tasks that stay until they are told.
struct Gate {
  std::promise<void> entered;
  std::promise<void> open;
  std::shared_future<void> opened = open.get_future().share();
};
Gate* gate = nullptr;

int Stay(int value) {
  gate->entered.set_value();
  gate->opened.wait();
  return value;
}
int Next(int value) { return value + 1; }

TEST_F(InspectorTest, TasksSayWhyTheyWait) {
  Gate here;
  gate = &here;
  {
    const ObjectRef<int> first = Task<Stay>({.name = "the first"}).Remote(1);
    const ObjectRef<int> second = Task<Next>().Remote(first);
    const ObjectRef<int> third = Task<Next>({.name = "the third"}).Remote(second);
    here.entered.get_future().wait();
    const ReplyTable tasks = Ask("tasks");
    EXPECT_EQ(Find(tasks, "name", "the first", "state"), "running");
    EXPECT_THAT(Find(tasks, "name", "the first", "where"), HasSubstr("worker "));
    EXPECT_THAT(Find(tasks, "name", "the first", "submitted_at"), HasSubstr("inspector_test.cc:"));
    EXPECT_EQ(Find(tasks, "name", "the third", "state"), "waiting");
    EXPECT_THAT(Find(tasks, "name", "the third", "because"), HasSubstr("Next (waiting)"));
    EXPECT_EQ(tasks.Fact("pending"), "3");
    EXPECT_EQ(tasks.Fact("running"), "1");
    EXPECT_EQ(tasks.Fact("more"), "0");
    EXPECT_EQ(Ask("tasks 1").rows.size(), 1u);
    EXPECT_EQ(Ask("tasks 1").Fact("more"), "1");
    here.open.set_value();
    EXPECT_EQ(*Get(third), 3);
  }
  const ReplyTable after = Ask("tasks");
  EXPECT_TRUE(after.rows.empty());
  EXPECT_EQ(after.Fact("done"), "3");
}

// Keeps both workers busy until it is told.
struct Busy {
  std::latch entered{2};
  std::promise<void> open;
  std::shared_future<void> opened = open.get_future().share();
};
Busy* busy = nullptr;

void Occupy() {
  busy->entered.count_down();
  busy->opened.wait();
}

TEST_F(InspectorTest, WhatIsQueuedIsListedAlsoWhenNobodyWaitsForIt) {
  Busy here;
  busy = &here;
  const ObjectRef<void> one = Task<Occupy>().Remote();
  const ObjectRef<void> other = Task<Occupy>().Remote();
  here.entered.wait();
  for (int i = 0; i < 5; ++i) Task<Next>({.name = Concat("queued ", i)}).Send(i);
  const ObjectRef<int> cancelled = Task<Next>({.name = "not wanted"}).Remote(7);
  const ReplyTable tasks = Ask("tasks");
  EXPECT_EQ(tasks.rows.size(), 8u);
  EXPECT_EQ(tasks.Fact("more"), "0");
  for (const char* name : {"queued 0", "queued 4", "not wanted"}) {
    EXPECT_EQ(Find(tasks, "name", name, "state"), "queued");
    EXPECT_EQ(Find(tasks, "name", name, "because"), "a worker");
    EXPECT_THAT(Find(tasks, "name", name, "submitted_at"), HasSubstr("inspector_test.cc:"));
  }
  EXPECT_EQ(Ask("tasks 4").rows.size(), 4u);
  EXPECT_EQ(Ask("tasks 4").Fact("more"), "1");
  EXPECT_TRUE(Cancel(cancelled));
  EXPECT_EQ(Find(Ask("tasks"), "name", "not wanted", "state"), "no row") << "it lies there, and has ended";
  here.open.set_value();
  Get(one);
  Get(other);
}

TEST_F(InspectorTest, ThreadsOfTheProgramSayWhatTheyWaitFor) {
  auto [promise, never] = MakePromise<int>();
  const auto get = std::async(std::launch::async,
                              [&never = never] { return *Get(Task<Next>({.name = "dependent"}).Remote(never)); });
  // The thread is seen once it is parked: it appears, and until then nothing else does.
  ReplyTable tasks;
  do {
    tasks = Ask("tasks");
  } while (tasks.Fact("waiting_threads") != "1");
  EXPECT_EQ(Find(tasks, "name", "(the program)", "because"), "Get of task dependent (waiting)");
  EXPECT_THAT(Find(tasks, "name", "dependent", "because"), HasSubstr("promise"));
  promise.Set(1);
  get.wait();
}

struct Clerk {
  int Work(int value) { return Stay(value); }
  int Count() { return ++count; }
  int count = 0;
};

TEST_F(InspectorTest, ActorsSayWhatTheyRunAndHowManyCallsWait) {
  Gate here;
  gate = &here;
  const ActorHandle<Clerk> clerk = Actor<Clerk>({.name = "the clerk"}).Remote();
  Get(clerk.Task<&Clerk::Count>().Remote());
  EXPECT_EQ(Find(Ask("actors"), "name", "the clerk", "state"), "idle");
  EXPECT_EQ(Find(Ask("actors"), "name", "the clerk", "queued#"), "0");
  const ObjectRef<int> work = clerk.Task<&Clerk::Work>({.name = "long work"}).Remote(1);
  here.entered.get_future().wait();
  ObjectRef<int> last;
  for (int i = 0; i < 5; ++i) last = clerk.Task<&Clerk::Count>().Remote();
  const ReplyTable actors = Ask("actors");
  EXPECT_EQ(actors.Fact("living"), "1");
  EXPECT_EQ(Find(actors, "name", "the clerk", "state"), "busy");
  EXPECT_EQ(Find(actors, "name", "the clerk", "runs"), "long work");
  EXPECT_EQ(Find(actors, "name", "the clerk", "queued#"), "5");
  EXPECT_EQ(Find(actors, "name", "the clerk", "because"), "its call long work runs");
  EXPECT_EQ(Find(Ask("tasks"), "name", "long work", "actor"), "the clerk");
  here.open.set_value();
  EXPECT_EQ(*Get(last), 6);
}

TEST_F(InspectorTest, LookingDisturbsNobody) {
  const ActorHandle<Clerk> clerk = Actor<Clerk>().Remote();
  std::atomic<bool> done{false};
  const auto look = std::async(std::launch::async, [&] {
    uint64_t count = 0;
    for (; !done.load(); ++count) {
      for (const char* what : {"tasks", "actors", "objects", "metrics", "prometheus", "timeline", "info"}) {
        inspector_->Answer(what);
      }
    }
    return count;
  });
  int sum = 0;
  for (int i = 0; i < 2000; ++i) {
    const ObjectRef<int> one = Task<Next>().Remote(Task<Next>().Remote(i));
    const ObjectRef<int> count = clerk.Task<&Clerk::Count>().Remote();
    sum += *Get(one) - i;
    EXPECT_EQ(*Get(count), i + 1);
  }
  EXPECT_EQ(sum, 4000);
  done.store(true);
  look.wait();
}

TEST_F(InspectorTest, MetricsAreThoseOfTheReference) {
  ProgramMetrics().GetCounter({.name = "words.found", .help = "Words."}).Add(2);
  Get(Task<Next>().Remote(1));
  const std::string text = inspector_->Answer("prometheus");
  for (const char* line :
       {"# TYPE manta_tasks_submitted_total counter\nmanta_tasks_submitted_total 1\n", "manta_tasks_done_total 1\n",
        "manta_tasks_pending 0\n", "manta_queue_length{queue=\"ready\"} ", "\nmanta_objects ",
        "manta_object_bytes{place=\"native\"} ", "manta_object_bytes{place=\"store\"} 0\n", "manta_actors 0\n",
        "manta_memory_max_bytes 1073741824\n", "# TYPE manta_scheduling_latency_seconds histogram\n",
        "manta_scheduling_latency_seconds_count ", "\nwords_found_total "}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_EQ(Find(Ask("metrics"), "name", "manta_tasks_done_total", "value#"), "1");
}

TEST_F(InspectorTest, WhatIsNotUnderstoodIsSaid) {
  EXPECT_THAT(std::string(Ask("tusks").Fact("error")), HasSubstr("known: info, tasks"));
  EXPECT_EQ(Ask("tasks many").Fact("error"), "");
  core_->Stop();
  EXPECT_EQ(Ask("tasks").Fact("error"), "it is being shut down");
  EXPECT_THAT(inspector_->Answer("prometheus"), HasSubstr("manta_memory_max_bytes"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
