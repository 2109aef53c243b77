#include "core/runtime/task_state.h"

#include <utility>

#include "core/base/fence.h"
#include "core/base/text.h"
#include "core/runtime/actor_state.h"
#include "core/runtime/runs_task.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/thread_record.h"
#include "glog/logging.h"

namespace manta {
uint64_t CallerOf(const ThreadState& thread) {
  // Tasks have odd numbers, threads even ones.
  return thread.task != nullptr ? thread.task->id().sequence() * 2 + 1 : uint64_t{thread.shard} * 2;
}

TaskState::~TaskState() {
  if (actor_kept_) actor_->Release();
}

void TaskState::KeepActor() {
  actor_->Retain();
  actor_kept_ = true;
}

TaskStep TaskState::Step(TaskEvent event, uint32_t readers) {
  uint32_t life = life_.load(std::memory_order_acquire);
  for (;;) {
    const TaskStep step = StepTask(static_cast<TaskPhase>(life & kPhaseMask), event);
    if (step.action == TaskAction::kIgnore) return step;
    const uint32_t next = ((life & ~kPhaseMask) | static_cast<uint32_t>(step.next)) + readers;
    if (life_.compare_exchange_weak(life, next, std::memory_order_acq_rel, std::memory_order_acquire)) return step;
  }
}

void TaskState::Connect(ArgumentEdge& edge, SharedObject* object) {
  edge.task = this;
  edge.object = object;
  edge.notify = &TaskState::OnArgument;
}

void TaskState::Register(RuntimeCore& core) {
  const std::span<ArgumentEdge> edges = Edges();
  if (edges.empty()) {
    MarkQueued();
    core.Enqueue(this);
    return;
  }
  unready_.store(static_cast<uint32_t>(edges.size()) + 1, std::memory_order_relaxed);
  bool failed = false;
  for (ArgumentEdge& edge : edges) {
    if (edge.object->waiters().Add(&edge)) continue;
    failed = failed || edge.object->form() == Form::kError;
    unready_.fetch_sub(1, std::memory_order_acq_rel);
  }
  Step(TaskEvent::kRegistered);
  // Why no failure is missed: a thread that tells of one sets argument_failed_, counts down, and then ends the task
  // if it waits. If it found the task still new, its count came before the one below, which therefore sees the flag.
  Retain();
  const bool last = unready_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  if (failed) argument_failed_.store(true, std::memory_order_relaxed);
  if (argument_failed_.load(std::memory_order_relaxed)) FailByArgument(core);
  if (last) AllArgumentsDone(core);
  Release();
}

void TaskState::OnArgument(Waiter* waiter) {
  auto* const edge = static_cast<ArgumentEdge*>(waiter);
  RuntimeCore* const core = edge->task->shell().core();
  CHECK(core != nullptr) << "an argument came after Shutdown had ended all tasks that waited";
  edge->task->ArgumentDone(*core, *edge);
}

void TaskState::ArgumentDone(RuntimeCore& core, ArgumentEdge& edge) {
  ThreadState& thread = CurrentThread();
  if (edge.object->form() == Form::kError && !argument_failed_.exchange(true, std::memory_order_acq_rel)) {
    // A task that fails makes its dependents fail. A chain of 100,000 would overflow the stack, so those that fail
    // while this thread ends one wait in a list. (A call to an actor is in the actor's lists meanwhile: the links are
    // the edges'.)
    Retain();
    edge.next = std::exchange(thread.failing, &edge);
  }
  if (unready_.fetch_sub(1, std::memory_order_acq_rel) == 1) AllArgumentsDone(core);
  if (thread.failing != nullptr && !thread.ending) EndFailing(core, thread);
}

void TaskState::EndFailing(RuntimeCore& core, ThreadState& thread) {
  thread.ending = true;
  while (thread.failing != nullptr) {
    ArgumentEdge* const edge = thread.failing;
    thread.failing = static_cast<ArgumentEdge*>(edge->next);
    TaskState* const task = edge->task;
    task->FailByArgument(core);
    task->Release();
  }
  thread.ending = false;
}

// The last one told hands the scheduling reference on, or gives it back: a task whose argument failed is ended by
// whoever saw that first, who holds a reference of its own.
void TaskState::AllArgumentsDone(RuntimeCore& core) {
  if (!argument_failed_.load(std::memory_order_relaxed) &&
      Step(TaskEvent::kArgumentsReady).action == TaskAction::kEnqueue) {
    core.Enqueue(this);
  } else {
    Release();
  }
}

void TaskState::FailByArgument(RuntimeCore& core) {
  if (!BeginRead(TaskPhase::kWaiting)) return;
  ErrorPtr first;
  for (const ArgumentEdge& edge : Edges()) {
    if (edge.object->ready() && edge.object->form() == Form::kError) {
      first = edge.object->error();
      break;
    }
  }
  EndRead();
  CHECK(first != nullptr) << "task " << name() << " failed by an argument, and none has";
  std::shared_ptr<ErrorRecord> error = MakeError(ErrorType::kDependencyFailed, "did not run, since an argument failed");
  error->attempt = 0;
  error->cause = first;
  if (first->type == ErrorType::kDependencyFailed && first->cause != nullptr) {
    error->cause = first->cause;
    error->skipped_count = first->skipped_count + 1;
  }
  End(core, std::move(error));
}

bool TaskState::BeginRead(TaskPhase phase) {
  uint32_t life = life_.load(std::memory_order_acquire);
  do {
    if (static_cast<TaskPhase>(life & kPhaseMask) != phase) return false;
  } while (!life_.compare_exchange_weak(life, life + kOneReader, std::memory_order_acq_rel, std::memory_order_acquire));
  return true;
}

void TaskState::WaitForReaders() const {
  // Readers copy a pointer or two and are gone.
  while (life_.load(std::memory_order_acquire) >= kOneReader) Relax();
}

void TaskState::LeaveEdges() {
  uint32_t left = 0;
  for (ArgumentEdge& edge : Edges()) {
    if (edge.object->waiters().Remove(&edge)) ++left;
  }
  if (left > 0 && unready_.fetch_sub(left, std::memory_order_acq_rel) == left) Release();
}

bool TaskState::End(RuntimeCore& core, ErrorPtr error) {
  // As a reader: what the code waits for stays until it has been looked at.
  const uint32_t readers = suspension() != nullptr ? kOneReader : 0;
  const TaskStep step = Step(TaskEvent::kEnd, readers);
  if (step.action == TaskAction::kIgnore) {
    WaitForReaders();  // The caller may let the call's actor go.
    return false;
  }
  const bool nobody_tells = step.next == TaskPhase::kUnwinding && LeaveAwaited();
  if (readers != 0) EndRead();
  if (step.action == TaskAction::kPublishOnly) {
    core.TaskEnded(*this, error.get());
    PublishError(std::move(error));
    if (nobody_tells) Resume(core);
    return true;
  }
  Retain();  // Leaving the edges may give back the last other reference.
  WaitForReaders();
  LeaveEdges();
  DestroyArguments();
  core.TaskEnded(*this, error.get());
  PublishError(std::move(error));
  if (actor_ != nullptr && actor_kept_) {
    Retain();
    actor_->CallReady(this);  // Those behind it need not wait any more.
  }
  Release();
  return true;
}

void TaskState::Refuse(ErrorType type, std::string message) {
  life_.store(static_cast<uint32_t>(TaskPhase::kFinished), std::memory_order_release);
  DestroyArguments();
  std::shared_ptr<ErrorRecord> error = MakeError(type, std::move(message));
  error->attempt = 0;
  PublishError(std::move(error));
}

// REQUIRES: the caller has a reference that nobody else counts on: so it is known when nobody else can get the result.
TaskState::Ran TaskState::TryRun(RuntimeCore& core) {
  switch (Step(TaskEvent::kClaim).action) {
    case TaskAction::kRun:
      break;
    case TaskAction::kUnwind:
      Unwind();
      return Ran::kRan;
    default:
      WaitForReaders();
      ThreadRecord::LetLookersFinish();  // The caller gives the reference back that was queued.
      return Ran::kNot;
  }
  if (timed.load(std::memory_order_relaxed)) [[unlikely]]
    core.probes().Begins(*this);
  ThreadState& thread = CurrentThread();
  ErrorPtr error;
  for (;;) {
    if (suspended_) {
      WaitForReaders();  // Of what it has waited for.
      if (actor_ != nullptr) actor_->RemoveSuspended(*suspension());
    }
    {
      RunsTask runs(thread, this);
      error = Invoke();
    }
    if (!suspended_) break;
    if (!Suspend()) return Ran::kRan;  // It may be in other hands by now.
  }
  if (error != nullptr && actor_ != nullptr && !IsCreation()) actor_->MethodFailed(error);
  if (error != nullptr && ShouldRetry(*error)) {
    ++attempt_;
    Retain();  // The scheduling reference of the next attempt.
    if (Step(TaskEvent::kRetry).action == TaskAction::kEnqueue) {
      if (actor_ == nullptr) {
        core.Enqueue(this);
        return Ran::kRan;
      }
      Release();
      return Ran::kToTryAgain;
    }
    Release();
  }
  const TaskAction action = Step(TaskEvent::kReturn).action;
  WaitForReaders();
  DestroyArguments();
  if (action == TaskAction::kPublish) {
    core.TaskEnded(*this, error.get());
    if (error != nullptr) {
      PublishError(std::move(error));
    } else if (unreachable() && !shell().strict() && !IsCreation()) {
      DropResult();  // Nobody will ever look, as after Send.
    } else {
      PublishResult();
    }
  } else if (error == nullptr) {
    DropResult();
  }
  return Ran::kRan;
}

bool TaskState::IsCreation() const { return actor_ != nullptr && caller == ActorState::kCreation; }

bool TaskState::ShouldRetry(const ErrorRecord& error) const {
  if (!settings_ || attempt_ > settings_->retries_max) return false;
  return settings_->retry_on == nullptr || settings_->retry_on(error);
}

// A call that is queued lies in its actor's lists, which are kept by whoever takes it out: not before it has seen that
// nobody reads.
ActorState* TaskState::PinActor() {
  if (actor_ == nullptr || (!BeginRead(TaskPhase::kQueued) && !BeginRead(TaskPhase::kResuming))) return nullptr;
  actor_->Retain();
  EndRead();
  return actor_;
}

SharedObject* TaskState::UnreadyArgument(uint32_t* first) {
  if (!BeginRead(TaskPhase::kWaiting)) return nullptr;
  SharedObject* found = nullptr;
  const std::span<ArgumentEdge> edges = Edges();
  for (; *first < edges.size() && found == nullptr; ++*first) {
    if (!edges[*first].object->ready()) found = edges[*first].object;
  }
  if (found != nullptr) {
    --*first;
    found->Retain();
  }
  EndRead();
  return found;
}

const SubmitChainPtr& TaskState::ChainForChildren(ThreadState& thread) const {
  SubmitChainPtr& chain = *thread.chain_for_children;
  if (!chain) {
    const bool deep = chain_ && chain_->depth >= SubmitChain::kDepthMax;
    chain = SubmitChainPtr(new SubmitChain(name(), site(), deep ? nullptr : chain_));
  }
  return chain;
}

bool TaskState::IsOwnChildThatRuns() {
  const ThreadState& thread = CurrentThread();
  return thread.task != nullptr && chain_ && chain_ == *thread.chain_for_children && phase() == TaskPhase::kRunning &&
         suspension() == nullptr;
}

ErrorPtr TaskState::ArgumentError(ErrorPtr cause) const {
  std::shared_ptr<ErrorRecord> error =
      MakeError(ErrorType::kDependencyFailed, "did not run, since an argument could not be read");
  error->cause = std::move(cause);
  return error;
}

std::shared_ptr<ErrorRecord> TaskState::MakeError(ErrorType type, std::string message) const {
  auto error = std::make_shared<ErrorRecord>();
  error->type = type;
  error->message = std::move(message);
  error->task = std::string(name());
  error->attempt = attempt_;
  error->submitted_at = site();
  error->submitted_by = chain_;
  return error;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
