#include "core/simulation/simulated_runtime.h"

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "core/base/mutex.h"
#include "core/base/text.h"
#include "core/interface/executor_wrapper.h"
#include "core/runtime/current_runtime.h"
#include "core/runtime/thread_state.h"
#include "glog/logging.h"

namespace manta {
namespace {

SimulatedRuntime* current = nullptr;

// What a thrown exception says.
std::string Describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

// A thread's code; frees itself.
struct Code {
  std::function<void()> function;

  static void Run(void* context) {
    const std::unique_ptr<Code> code(static_cast<Code*>(context));
    code->function();
  }
};

}  // namespace

// Adds points of switching, and stacks that seem too small to help on.
class SimulatedRuntime::Switching final : public ExecutorWrapper {
 public:
  Switching(SimulatedRuntime& runtime, Executor& executor, Random& random)
      : ExecutorWrapper(executor), runtime_(runtime), random_(random) {}

  ThreadId Self() override {
    runtime_.MaySwitch();
    return inner().Self();
  }
  uint64_t StackBytesLeft() override {
    runtime_.MaySwitch();
    const uint32_t chance = runtime_.options_.alone_chance;
    return chance > 0 && RandomBelow(random_, chance) == 0 ? 0 : inner().StackBytesLeft();
  }

 private:
  SimulatedRuntime& runtime_;
  Random& random_;
};

SimulatedRuntime::World::World(uint64_t seed)
    : seeds(seed),
      schedule_random(seeds.Next()),
      task_random(seeds.Next()),
      program_random(seeds.Next()),
      executor(clock, schedule_random) {}

SimulatedRuntime::SimulatedRuntime(const SimulatedRuntimeOptions& options)
    : options_(options), world_(std::make_unique<World>(options.seed)) {
  CHECK(current == nullptr) << "a second simulated runtime is made while one lives: end the first";
  current = this;
  world_->switching = std::make_unique<Switching>(*this, world_->executor, world_->task_random);
  world_->scheduler = std::make_unique<SeededScheduler>(world_->task_random, [this] { MaySwitch(); });
  absl::StatusOr<std::unique_ptr<RuntimeCore>> core = RuntimeCore::Start({.executor = *world_->switching,
                                                                          .clock = world_->clock,
                                                                          .scheduler = *world_->scheduler,
                                                                          .worker_id = options.seed,
                                                                          .router = options.router,
                                                                          .watch = options.watch},
                                                                         options.limits);
  CHECK(core.ok()) << core.status();
  world_->core = *std::move(core);
  CHECK(SetDefaultRuntime(world_->core->shell()))
      << "a simulated runtime is made while another runtime runs: shut it down";
}

SimulatedRuntime::~SimulatedRuntime() {
  ResetDefaultRuntime(world_->core->shell());
  current = nullptr;
  if (deadlocked_) {
    static std::vector<std::unique_ptr<World>>& kept = *new std::vector<std::unique_ptr<World>>;
    kept.push_back(std::move(world_));
  } else {
    world_.reset();
  }
}

SimulatedRuntime* SimulatedRuntime::Current() { return current; }

void SimulatedRuntime::MaySwitch() {
  if (options_.switch_chance == 0) return;
  if (HeldMutexCount() > 0) return;  // The others could never lock it. (The core holds none where it calls out.)
  if (RandomBelow(world_->schedule_random, options_.switch_chance) == 0) YieldThread(world_->executor);
}

ThreadId SimulatedRuntime::StartThread(std::string_view name, std::function<void()> code) {
  auto owned = std::make_unique<Code>(Code{std::move(code)});
  const absl::StatusOr<ThreadId> thread = world_->executor.Start(name, {.run = &Code::Run, .context = owned.get()});
  CHECK(thread.ok()) << thread.status();
  owned.release();
  return *thread;
}

void SimulatedRuntime::JoinThread(ThreadId thread) {
  const absl::Status joined = manta::JoinThread(world_->executor, thread);
  CHECK(joined.ok()) << joined;
}

absl::Status SimulatedRuntime::Run(std::function<void()> program) {
  std::exception_ptr thrown;
  const ThreadId thread = StartThread("program", [&] {
    try {
      program();
    } catch (...) {
      thrown = std::current_exception();
    }
    world_->core->Stop();
  });
  const absl::Status ran = world_->executor.Run();
  if (!ran.ok()) {
    deadlocked_ = true;
    return ran;
  }
  JoinThread(thread);
  if (thrown == nullptr) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kAborted, "the program threw: ", Describe(thrown));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
