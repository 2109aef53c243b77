#include "core/runtime/blocked_waits.h"

#include "core/base/text.h"
#include "core/runtime/task_state.h"
#include "core/runtime/worker_pool.h"

namespace manta {

ThreadWaiter::ThreadWaiter(Executor& executor, SharedObject* object)
    : executor(executor),
      thread(executor.Self()),
      object(object),
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
                   waiter->object != nullptr ? DescribeObject(waiter->object) : std::string("one of several objects"));
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
