#include "core/runtime/blocked_waits.h"

#include <algorithm>
#include <string_view>

#include "core/base/text.h"
#include "core/runtime/task_state.h"
#include "core/runtime/worker_pool.h"

namespace manta {
namespace {

constexpr int kChainMax = 16;  // Waits that one line tells of.

// What keeps a task that no thread waits in.
std::string_view WhatItDoes(const TaskState& task) {
  switch (task.phase()) {
    case TaskPhase::kNew:
    case TaskPhase::kWaiting:
      return ", whose arguments are not ready";
    case TaskPhase::kQueued:
      return ", which is queued";
    case TaskPhase::kSuspended:
      return ", which is suspended";
    default:
      return ", which runs";
  }
}

}  // namespace

ThreadWaiter::ThreadWaiter(Executor& executor, SharedObject* object, const char* what)
    : executor(executor),
      thread(executor.Self()),
      object(object),
      what(what),
      task(CurrentThread().task),
      worker(CurrentThread().worker) {
  notify = [](Waiter* waiter) { static_cast<ThreadWaiter*>(waiter)->Wake(); };
}

void ThreadWaiter::Wake() {
  // Once it is notified the thread may go on and take this waiter with it.
  Executor& its_executor = executor;
  const ThreadId its_thread = thread;
  notified.store(true, std::memory_order_release);
  its_executor.Unpark(its_thread);
}

bool BlockedWaits::Add(ThreadWaiter& waiter) {
  MutexLock lock(mutex_);
  if (aborted_) return false;
  waits_.push_back(&waiter);
  return true;
}

void BlockedWaits::Remove(ThreadWaiter& waiter) {
  MutexLock lock(mutex_);
  std::erase(waits_, &waiter);
}

void BlockedWaits::AbortAll() {
  MutexLock lock(mutex_);
  aborted_ = true;
  for (ThreadWaiter* waiter : waits_) {
    waiter->aborted.store(true, std::memory_order_release);
    waiter->executor.Unpark(waiter->thread);
  }
}

void BlockedWaits::AbortOne(const WorkerPool& pool) {
  MutexLock lock(mutex_);
  for (size_t i = waits_.size(); i-- > 0;) {
    ThreadWaiter& waiter = *waits_[i];
    if (waiter.worker == nullptr || &waiter.worker->pool() != &pool) continue;
    if (!waiter.aborted.exchange(true, std::memory_order_acq_rel)) waiter.executor.Unpark(waiter.thread);
    return;  // One that was ended before and has not gone on yet is enough.
  }
}

std::string BlockedWaits::Describe(size_t count_max) {
  MutexLock lock(mutex_);
  std::string text;
  size_t count = 0;
  for (const ThreadWaiter* waiter : waits_) {
    if (count == count_max) return Concat(text, "; and ", waits_.size() - count, " more");
    if (count++ > 0) text += "; ";
    text += Concat(DescribeTask(waiter->task), " waits for ",
                   waiter->object != nullptr ? DescribeObject(waiter->object) : std::string(waiter->what));
  }
  return text;
}

ThreadWaiter* BlockedWaits::WaitOf(const TaskState* task) const {
  const auto found = std::find_if(waits_.begin(), waits_.end(), [task](const ThreadWaiter* waiter) {
    return waiter->task == task && waiter->object != nullptr;
  });
  return found != waits_.end() ? *found : nullptr;
}

std::string BlockedWaits::TellSlow(ThreadWaiter& waiter) {
  MutexLock lock(mutex_);
  if (waiter.told.exchange(true, std::memory_order_relaxed)) return "";
  if (waiter.object == nullptr) return waiter.what;
  std::string text = DescribeObject(waiter.object);
  const TaskState* task = waiter.object->task();
  for (int i = 0; i < kChainMax && task != nullptr; ++i) {
    ThreadWaiter* const next = WaitOf(task);
    if (next == nullptr) return text.append(WhatItDoes(*task));
    next->told.store(true, std::memory_order_relaxed);
    text += Concat(", which waits for ", DescribeObject(next->object));
    task = next->object->task();
  }
  return text;
}

std::string DescribeTask(const TaskState* task) {
  if (task == nullptr) return "the program";
  std::string text = Concat("task ", task->name());
  if (task->site().file != nullptr) text += Concat(" (submitted at ", task->site().ToString(), ")");
  return text;
}

std::string DescribeObject(SharedObject* object) {
  if (const TaskState* task = object->task(); task != nullptr) return DescribeTask(task);
  return Concat("object ", object->id().ToHex());
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
