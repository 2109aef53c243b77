// Random calls, compared with the model one by one; a failing history is shortened before it is printed.
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/conformance/scheduler_fixture.h"
#include "tests/conformance/scheduler_model.h"
#include "tests/conformance/support/shrink.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

enum class Method { kPush, kPop, kTakeBack, kAcquire, kReturn, kDrain };
constexpr const char* kMethodNames[] = {"Push", "Pop", "TakeBack", "Acquire", "Return", "Drain"};

struct Call {
  Method method = Method::kPop;
  uint32_t worker = 0;
  uint64_t count = 1;  // Tasks to push, or room to drain into.
  ReadyTask task;      // The first one; those of a batch are numbered on.
};

std::string Text(const Call& call) {
  const std::string worker = call.worker == kOutside ? "outside" : Concat("worker ", call.worker);
  std::string text = Concat(kMethodNames[static_cast<int>(call.method)], "(");
  if (call.method == Method::kPush) {
    text += Concat(worker, ", ", call.count, " tasks from ", call.task.task, ", priority ", call.task.priority,
                   ", demand ", call.task.demand);
  }
  if (call.method == Method::kPop) text += worker;
  if (call.method == Method::kTakeBack) text += Concat(worker, ", ", call.task.task);
  if (call.method == Method::kAcquire || call.method == Method::kReturn) text += Concat("demand ", call.task.demand);
  if (call.method == Method::kDrain) text += Concat("room for ", call.count);
  return text + ")";
}

constexpr uint32_t kWorkers = 3;
const std::vector<uint64_t> kCapacities = {1000, 2500};
const std::vector<std::vector<ResourceAmount>> kDemands = {{{0, 1000}}, {{0, 333}}, {{0, 500}, {1, 700}}, {{1, 1250}}};

// Histories differ in how many calls push, how many tasks have demands, and how long they are.
std::vector<Call> DrawHistory(std::mt19937_64& random) {
  const uint64_t push_percent = 20 + random() % 40;
  const uint64_t demand_percent = random() % 3 == 0 ? 0 : random() % 100;
  const uint64_t length = 1 + random() % (random() % 16 == 0 ? 200 : 24);
  std::vector<Call> calls;
  uint64_t next_task = 0;
  while (calls.size() < length) {
    Call call;
    call.worker = static_cast<uint32_t>(random() % kWorkers);
    const uint64_t draw = random() % 100;
    const uint32_t demand = static_cast<uint32_t>(1 + random() % kDemands.size());
    if (draw < push_percent) {
      if (random() % 3 == 0) call.worker = kOutside;
      call.method = Method::kPush;
      call.count = random() % 4 == 0 ? random() % 7 : 1;
      call.task = {.task = next_task,
                   .priority = static_cast<int32_t>(random() % 3),
                   .demand = random() % 100 < demand_percent ? demand : 0};
      next_task += call.count;
    } else if (draw < 80) {
      call.method = Method::kPop;
    } else if (draw < 88) {
      if (random() % 3 == 0) call.worker = kOutside;
      call.method = Method::kTakeBack;
      call.task.task = next_task - (next_task == 0 ? 0 : 1 + random() % 3 % next_task);
    } else if (draw < 91) {
      call.method = Method::kAcquire;
      call.task.demand = demand;
    } else if (draw < 99) {
      call.method = Method::kReturn;
      call.task.demand = demand;
    } else {
      call.method = Method::kDrain;
      call.count = random() % 5;
    }
    calls.push_back(call);
  }
  return calls;
}

// A scheduler and the model of it, called side by side.
class Pair {
 public:
  explicit Pair(const Host& host) : model_(kCapacities, Plugin().record().capabilities) {
    scheduler_ = *Plugin().Make<Scheduler>(host);
    (void)scheduler_->Start({.worker_count_max = kWorkers, .capacities_milli = kCapacities});
    for (const std::vector<ResourceAmount>& amounts : kDemands) {
      names_.push_back(scheduler_->DefineDemand(amounts).value_or(0));
      model_.Define(amounts);
    }
  }

  ~Pair() {
    ReadyTask task;
    for (uint64_t i = 0; i < 10'000 && scheduler_->Drain(std::span(&task, 1)) > 0; ++i) {
    }
  }

  // Makes one call on both; returns how they differ, or "".
  std::string Apply(const Call& call) {
    std::string wrong = Dispatch(call);
    if (wrong.empty()) wrong = model_.Stats(scheduler_->Stats());
    return wrong.empty() ? "" : Concat(Text(call), " ", wrong);
  }

 private:
  // The scheduler may have named demands in its own way.
  uint32_t Name(uint32_t demand) const { return demand == 0 ? 0 : names_[demand - 1]; }
  ReadyTask FromScheduler(ReadyTask task) const {
    for (uint32_t demand = 1; demand <= names_.size(); ++demand) {
      if (task.demand != 0 && names_[demand - 1] == task.demand) return {task.task, task.priority, demand};
    }
    return task;
  }

  std::string Dispatch(const Call& call) {
    switch (call.method) {
      case Method::kPush:
        return Push(call);
      case Method::kPop: {
        ReadyTask task;
        const bool popped = scheduler_->Pop(call.worker, &task);
        return model_.Pop(popped, FromScheduler(task));
      }
      case Method::kTakeBack:
        return model_.TakeBack(scheduler_->TakeBack(call.worker, call.task.task), call.task.task);
      case Method::kAcquire:
        return model_.Acquire(scheduler_->Acquire(Name(call.task.demand)), call.task.demand);
      case Method::kReturn:
        if (model_.Acquired(call.task.demand) == 0) return "";
        return model_.Return(scheduler_->Return(Name(call.task.demand)), call.task.demand);
      case Method::kDrain:
        return Drain(call.count);
    }
    return "";
  }

  std::string Push(const Call& call) {
    std::vector<ReadyTask> tasks;
    for (uint64_t i = 0; i < call.count; ++i) {
      const ReadyTask task = {call.task.task + i, call.task.priority, i % 2 == 0 ? call.task.demand : 0};
      if (model_.Queued(task.task)) continue;
      model_.Push(task);
      tasks.push_back({task.task, task.priority, Name(task.demand)});
    }
    const absl::Status status = scheduler_->Push(call.worker, tasks);
    return status.ok() ? "" : Concat("returned ", status.ToString());
  }

  std::string Drain(uint64_t room) {
    std::vector<ReadyTask> tasks(room);
    const uint64_t count = scheduler_->Drain(tasks);
    if (count > room) return Concat("returned ", count);
    for (uint64_t i = 0; i < count; ++i) {
      if (std::string wrong = model_.Drain(FromScheduler(tasks[i])); !wrong.empty()) return wrong;
    }
    return "";
  }

  SchedulerModel model_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<uint32_t> names_;
};

class RandomHistories : public SchedulerConformance {
 protected:
  std::string FirstDifference(const std::vector<Call>& calls) {
    Pair pair(host_);
    for (const Call& call : calls) {
      if (std::string wrong = pair.Apply(call); !wrong.empty()) return wrong;
    }
    return "";
  }

  void Compare(uint64_t seed, uint64_t history_count) {
    std::mt19937_64 random(seed);
    for (uint64_t i = 0; i < history_count; ++i) {
      std::vector<Call> calls = DrawHistory(random);
      if (FirstDifference(calls).empty()) continue;
      const size_t failing_count = calls.size();
      calls = Shrink(std::move(calls), [&](const std::vector<Call>& some) { return !FirstDifference(some).empty(); });
      std::string list;
      for (const Call& call : calls) list += Concat("  ", Text(call), "\n");
      FAIL() << "--seed=" << seed << ", history " << i << ": the scheduler differs from the model after "
             << failing_count << " calls, and after these " << calls.size() << ":\n"
             << list << FirstDifference(calls);
    }
  }

 private:
  SuiteHost host_{Plugin().slot(), Options().seed};
};

TEST_F(RandomHistories, ThousandsAgreeWithTheModel) {
  Start();
  Compare(Options().seed, 50'000);
}

TEST_F(RandomHistories, AMillionAgreeWithTheModel) {
  Start();
  if (!Options().slow) {
    NoteNotMeasured("a long test: give --slow");
    return;
  }
  Compare(Options().seed + 1, 1'000'000);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
