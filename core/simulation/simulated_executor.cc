#include "core/simulation/simulated_executor.h"

#include <glog/logging.h>

#include "core/base/mutex.h"
#include "core/base/text.h"
#include "core/base/thread_stack.h"

namespace manta {

SimulatedExecutor::SimulatedExecutor(SimulatedClock& clock, Random& random, const SimulatedExecutorOptions& options)
    : clock_(clock), random_(random), options_(options), system_thread_(std::this_thread::get_id()) {
  main_.id = ++started_count_;
  main_.name = "main";
  main_.executor = this;
  main_.fiber = std::make_unique<Fiber>();
}

SimulatedExecutor::~SimulatedExecutor() {
  CHECK(current_ == &main_) << "a simulated executor is destroyed by a thread of its own";
  if (deadlock_.empty()) {
    CHECK(threads_.empty()) << threads_.size() << " started threads are not joined: join each before the executor ends";
  }
}

SimulatedExecutor::Thread& SimulatedExecutor::Current() {
  CHECK(std::this_thread::get_id() == system_thread_)
      << "a simulated executor is used by a second system thread: start threads through it";
  return *current_;
}

void SimulatedExecutor::RunThread(void* thread) {
  auto& self = *static_cast<Thread*>(thread);
  SimulatedExecutor& executor = *self.executor;
  executor.ended_.reset();
  [&]() noexcept { self.job.run(self.job.context); }();
  self.state = State::kEnded;
  --executor.living_count_;
  if (self.joiner != nullptr) executor.MakeReady(*self.joiner);
  executor.Reschedule(Fiber::Leave::kLast);
}

absl::StatusOr<ThreadId> SimulatedExecutor::Start(std::string_view name, Job job) {
  CHECK(job.run != nullptr) << "thread " << Quoted(name) << " has nothing to run";
  Current();
  if (living_count_ >= options_.thread_count_max) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, "thread ", Quoted(name), " cannot start: ", living_count_,
                      " simulated threads live; raise thread_count_max, or let some end");
  }
  auto thread = std::make_unique<Thread>();
  thread->id = ++started_count_;
  thread->name = name;
  thread->job = job;
  thread->executor = this;
  thread->fiber = std::make_unique<Fiber>(options_.stack_bytes, &RunThread, thread.get());
  ++living_count_;
  MakeReady(*thread);
  const ThreadId id = {thread->id};
  threads_.emplace(id.value, std::move(thread));
  return id;
}

absl::Status SimulatedExecutor::Join(ThreadId thread) {
  Thread& self = Current();
  CHECK_EQ(HeldMutexCount(), 0u) << "a simulated thread joins while it holds a Mutex: unlock first";
  CHECK_NE(thread.value, self.id) << "thread " << Quoted(self.name) << " joins itself, and would wait for ever";
  const auto found = threads_.find(thread.value);
  if (found == threads_.end() || found->second->claimed) {
    return MakeStatus(absl::StatusCode::kNotFound, "thread ", thread.value,
                      " was not started by this executor, or was joined already");
  }
  Thread& joined = *found->second;
  joined.claimed = true;
  if (joined.state != State::kEnded) {
    joined.joiner = &self;
    self.state = State::kJoining;
    Reschedule();
  }
  threads_.erase(thread.value);
  return absl::OkStatus();
}

ThreadId SimulatedExecutor::Self() { return {Current().id}; }

uint64_t SimulatedExecutor::StackBytesLeft() {
  Thread& thread = Current();
  return &thread == &main_ ? ThreadStackBytesLeft() : thread.fiber->StackBytesLeft();
}

WakeReason SimulatedExecutor::Park(int64_t deadline_ns) {
  Thread& self = Current();
  CHECK_EQ(HeldMutexCount(), 0u) << "a simulated thread parks while it holds a Mutex: unlock first";
  if (self.permit) {
    self.permit = false;
    return WakeReason::kUnparked;
  }
  if (deadline_ns <= clock_.NowNs() && deadline_ns != kNever) return WakeReason::kDeadline;
  self.state = State::kParked;
  self.deadline_ns = deadline_ns;
  if (deadline_ns != kNever) deadlines_.emplace(deadline_ns, self.id);
  Reschedule();
  return self.reason;
}

void SimulatedExecutor::Unpark(ThreadId thread) {
  Current();
  Thread* found = &main_;
  if (thread.value != main_.id) {
    const auto entry = threads_.find(thread.value);
    if (entry == threads_.end()) return;  // Ended and joined.
    found = entry->second.get();
  }
  if (found->state == State::kParked) {
    Wake(*found, WakeReason::kUnparked);
  } else {
    found->permit = true;
  }
}

void SimulatedExecutor::Yield() {
  Thread& self = Current();
  CHECK_EQ(HeldMutexCount(), 0u) << "a simulated thread yields while it holds a Mutex: unlock first";
  clock_.Advance(options_.yield_ns);
  MakeReady(self);
  Reschedule();
}

absl::Status SimulatedExecutor::Run() {
  CHECK(&Current() == &main_) << "Run is called by a thread that was started here";
  deadlock_.clear();
  if (living_count_ == 0) return absl::OkStatus();
  main_.state = State::kInRun;
  Reschedule();
  return deadlock_.empty() ? absl::OkStatus() : absl::Status(absl::StatusCode::kFailedPrecondition, deadlock_);
}

void SimulatedExecutor::Reschedule(Fiber::Leave leave) {
  Thread& self = *current_;
  Thread& next = ChooseNext();
  next.state = State::kReady;
  if (&next == &self) return;
  current_ = &next;
  if (leave == Fiber::Leave::kLast) {
    // A stack cannot be freed from itself: whoever runs next does it.
    ended_ = std::move(self.fiber);
    ended_->SwitchTo(*next.fiber, leave);
    LOG(FATAL) << "thread " << Quoted(self.name) << " runs after its end";
  }
  self.fiber->SwitchTo(*next.fiber, leave);
  ended_.reset();
}

SimulatedExecutor::Thread& SimulatedExecutor::ChooseNext() {
  while (true) {
    WakeLate();
    if (!ready_.empty()) {
      const size_t chosen = ready_.size() == 1 ? 0 : RandomBelow(random_, ready_.size());
      std::swap(ready_[chosen], ready_.back());
      Thread& next = *ready_.back();
      ready_.pop_back();
      return next;
    }
    if (main_.state == State::kInRun && living_count_ == 0) return main_;
    if (!deadlines_.empty()) {
      clock_.AdvanceTo(deadlines_.begin()->first);
      continue;
    }
    deadlock_ = Concat("deadlock: nothing can happen any more, ", DescribeWaiting());
    CHECK(main_.state == State::kInRun) << deadlock_;
    return main_;
  }
}

void SimulatedExecutor::MakeReady(Thread& thread) {
  thread.state = State::kReady;
  ready_.push_back(&thread);
}

void SimulatedExecutor::Wake(Thread& parked, WakeReason reason) {
  if (parked.deadline_ns != kNever) deadlines_.erase({parked.deadline_ns, parked.id});
  parked.reason = reason;
  MakeReady(parked);
}

void SimulatedExecutor::WakeLate() {
  const int64_t now_ns = clock_.NowNs();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now_ns) {
    const uint64_t id = deadlines_.begin()->second;
    Wake(id == main_.id ? main_ : *threads_.at(id), WakeReason::kDeadline);
  }
}

std::string SimulatedExecutor::DescribeWaiting() const {
  std::vector<std::string> waiting;
  if (main_.state == State::kParked) waiting.push_back("main is parked without a deadline");
  for (const auto& [id, thread] : threads_) {
    const std::string label = Concat(Quoted(thread->name), " (", id, ")");
    if (thread->state == State::kParked) waiting.push_back(label + " is parked without a deadline");
    if (thread->joiner != nullptr && thread->state != State::kEnded) {
      waiting.push_back(Concat(Quoted(thread->joiner->name), " (", thread->joiner->id, ") joins ", label));
    }
  }
  return Listed(waiting);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
