#include "core/runtime/worker_pool.h"

#include <algorithm>
#include <utility>

#include "core/base/atomics.h"
#include "core/runtime/queue_entry.h"
#include "core/runtime/thread_record.h"
#include "core/runtime/thread_state.h"
#include "glog/logging.h"

namespace manta {
namespace {

// Threads of this process that run or search in any pool, and those that spin for a result.
Atomic<int32_t> awake_threads{0};

}  // namespace

WorkerPool::WorkerPool(RuntimeShell& shell, Executor& executor, Clock& clock, Scheduler& scheduler, ReadyRunner& runner,
                       const WorkerPoolLimits& limits)
    : shell_(shell),
      executor_(executor),
      clock_(clock),
      scheduler_(scheduler),
      runner_(runner),
      limits_(limits),
      core_count_(executor.parallelism()) {}

WorkerPool::~WorkerPool() { CHECK(stopping()) << "a worker pool is destroyed before it was stopped"; }

// A thread that spins for a result is awake, and so are those it waits for: one more than cores and all get slower.
bool WorkerPool::BeginSpin() {
  if (core_count_ <= 1) return false;
  if (awake_threads.fetch_add(1, std::memory_order_relaxed) < static_cast<int32_t>(core_count_)) return true;
  EndSpin();
  return false;
}

void WorkerPool::EndSpin() { awake_threads.fetch_sub(1, std::memory_order_relaxed); }

void WorkerPool::Pushed() {
  // The push is sequentially consistent, and so are these looks at who searches or sleeps: see Sleep for the other
  // half.
  if (searching_.load(std::memory_order_seq_cst) > 0) return;
  if (active_.load(std::memory_order_seq_cst) >= static_cast<int32_t>(limits_.worker_count)) return;
  if (OneNapsWhileOthersRun()) {
    if (!relied_on_nap_.load(std::memory_order_relaxed)) relied_on_nap_.store(true, std::memory_order_relaxed);
    return;
  }
  if (!WakeOne(/*beyond_spares=*/false)) LookForStall();
}

void WorkerPool::PushedFromOutside(OwnPushes& pushes) {
  // Who was woken for the last one may have been faster than this thread: that tells nothing.
  if (pushes.out && (pushes.left_to_doze || active_.load(std::memory_order_relaxed) > 0)) pushes.taken_back_count = 0;
  pushes.out = true;
  pushes.left_to_doze = false;
  if (pushes.taken_back_count >= kTakenBackMin) {
    if (!relied_on_doze_.load(std::memory_order_relaxed)) relied_on_doze_.store(true, std::memory_order_relaxed);
    // As in Pushed. A dozer looks after it has ceased to be counted, so that a push that saw it is seen.
    if (dozing_.load(std::memory_order_seq_cst) > 0) {
      pushes.left_to_doze = true;
      return;
    }
  }
  Pushed();
}

void WorkerPool::DoNotDoze(OwnPushes& pushes) {
  if (std::exchange(pushes.left_to_doze, false)) Pushed();
}

void WorkerPool::LookForStall() {
  if (active_.load(std::memory_order_seq_cst) > 0 || stopping() || !WorkIsQueued()) return;
  if (!WakeOne(/*beyond_spares=*/true)) runner_.Stalled();
}

uint32_t WorkerPool::ThreadCountMaxNow() const {
  const uint64_t spare_count = uint64_t{kChildSpareCountMax} + other_waits_.load(std::memory_order_seq_cst);
  return static_cast<uint32_t>(std::min<uint64_t>(
      limits_.worker_count + std::min<uint64_t>(spare_count, limits_.spare_count_max), limits_.thread_count_max));
}

bool WorkerPool::WakeOne(bool beyond_spares) {
  // At the limit every push would come here in vain. Whoever falls asleep is counted before it looks for the last time.
  if (!beyond_spares && sleeping_.load(std::memory_order_seq_cst) == 0 &&
      started_.load(std::memory_order_relaxed) >= ThreadCountMaxNow()) {
    return false;
  }
  Worker* worker = nullptr;
  {
    MutexLock lock(mutex_);
    if (stopping()) return true;
    if (!sleepers_.empty()) {
      worker = sleepers_.back();
      sleepers_.pop_back();
      sleeping_.store(static_cast<uint32_t>(sleepers_.size()), std::memory_order_seq_cst);
      worker->woken_.store(true, std::memory_order_relaxed);
    } else if (!beyond_spares &&
               active_.load(std::memory_order_seq_cst) >= static_cast<int32_t>(limits_.worker_count)) {
      return true;  // One that slept got up by itself meanwhile: as many are awake as should be.
    } else if (workers_.size() < (beyond_spares ? limits_.thread_count_max : ThreadCountMaxNow())) {
      return StartWorker();
    } else {
      return false;
    }
    // Counted for the one that is woken, so that the next push does not wake another.
    active_.fetch_add(1, std::memory_order_relaxed);
    searching_.fetch_add(1, std::memory_order_relaxed);
  }
  executor_.Unpark(worker->thread_);
  return true;
}

bool WorkerPool::StartWorker() {
  workers_.emplace_back(new Worker(*this, static_cast<uint32_t>(workers_.size())));
  Worker& started = *workers_.back();
  const absl::StatusOr<ThreadId> thread =
      executor_.Start("manta-worker", {.run = &WorkerPool::RunWorker, .context = &started});
  if (!thread.ok()) {
    workers_.pop_back();
    LOG_FIRST_N(WARNING, 1) << "manta worker.not_started " << thread.status();
    return false;
  }
  started.thread_ = *thread;
  started_.fetch_add(1, std::memory_order_relaxed);
  active_.fetch_add(1, std::memory_order_relaxed);  // As above.
  searching_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void WorkerPool::StartWorkers() {
  if (core_count_ <= 1) return;
  MutexLock lock(mutex_);
  while (workers_.size() < limits_.worker_count && StartWorker()) {
  }
}

void WorkerPool::RunWorker(void* context) {
  auto* const worker = static_cast<Worker*>(context);
  worker->pool_.Run(*worker);
}

void WorkerPool::Run(Worker& worker) {
  ThreadState& thread = CurrentThread();
  thread.worker = &worker;
  thread.inside = &shell_;
  thread.record->worker.store(worker.index(), std::memory_order_relaxed);
  awake_threads.fetch_add(1, std::memory_order_relaxed);
  bool searching = true;  // Whoever started this thread has counted it.
  ReadyTask ready;
  while (Find(worker, searching, &ready)) runner_.RunReady(ready);
  awake_threads.fetch_sub(1, std::memory_order_relaxed);
  active_.fetch_sub(1, std::memory_order_relaxed);
  if (searching) searching_.fetch_sub(1, std::memory_order_relaxed);
  thread.worker = nullptr;
  thread.inside = nullptr;
}

bool WorkerPool::Find(Worker& worker, bool& searching, ReadyTask* ready) {
  for (;;) {
    if (stopping()) return false;
    // A thread that waited has come back while another had taken its place: this one steps aside.
    const bool surplus =
        !searching && active_.load(std::memory_order_relaxed) > static_cast<int32_t>(limits_.worker_count);
    if (!surplus) {
      bool found = scheduler_.Pop(worker.index_, ready);
      if (!found) {
        if (!searching) {
          searching_.fetch_add(1, std::memory_order_relaxed);
          searching = true;
        }
        found = SpinForWork(worker, ready);
      }
      if (found) {
        worker.napped_ = false;
        if (std::exchange(searching, false)) StopSearching();
        return true;
      }
    }
    if (Sleep(worker, ready, searching)) return true;
  }
}

void WorkerPool::StopSearching() {
  searching_.fetch_sub(1, std::memory_order_seq_cst);
  WakeForTheRest();
}

// Pushes that saw this thread searching have woken nobody, and it has found one task only.
void WorkerPool::WakeForTheRest() {
  if (searching_.load(std::memory_order_seq_cst) > 0 || OneNapsWhileOthersRun()) return;
  if (active_.load(std::memory_order_relaxed) < static_cast<int32_t>(limits_.worker_count) && WorkIsQueued()) {
    WakeOne(/*beyond_spares=*/false);
  }
}

// Then what was pushed before waits for nothing but the nap's end. Those who run look again when they are done; the
// napper looks after it has ceased to be counted here, so that a push that saw it is seen.
bool WorkerPool::OneNapsWhileOthersRun() const {
  return napping_.load(std::memory_order_seq_cst) > 0 && active_.load(std::memory_order_seq_cst) > 0;
}

bool WorkerPool::SpinForWork(Worker& worker, ReadyTask* ready) {
  // This thread is counted as awake itself.
  if (core_count_ <= 1 || awake_threads.load(std::memory_order_relaxed) > static_cast<int32_t>(core_count_))
    return false;
  if (spinning_.fetch_add(1, std::memory_order_relaxed) > 0) {
    spinning_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  bool found = false;
  const int64_t end_ns = clock_.NowNs() + worker.spin_ns_;
  // Each look takes from those who push what they are about to write to. So looks become rarer: who finds nothing for
  // long disturbs little, and finds several tasks at once when they come one after another.
  // Who pushes for itself alone is not disturbed at all: this thread dozes then.
  int pause_count = kPausesMin;
  do {
    for (int i = 0; i < pause_count; ++i) Relax();
    pause_count = std::min(pause_count * 2, kPausesMax);
    found = scheduler_.Pop(worker.index_, ready);
  } while (!found && !stopping() && !relied_on_doze_.load(std::memory_order_relaxed) && clock_.NowNs() < end_ns &&
           awake_threads.load(std::memory_order_relaxed) <= static_cast<int32_t>(core_count_));
  spinning_.fetch_sub(1, std::memory_order_relaxed);
  worker.spin_ns_ = found ? std::min(worker.spin_ns_ * 2, kSpinMaxNs) : std::max(worker.spin_ns_ / 2, kSpinMinNs);
  return found;
}

// Returns true with work that came at the last moment; false when woken, to search.
bool WorkerPool::Sleep(Worker& worker, ReadyTask* ready, bool& searching) {
  const Rest rest = searching ? HowToRest(worker) : Rest::kSleep;
  BeginRest(rest);
  {
    MutexLock lock(mutex_);
    worker.woken_.store(false, std::memory_order_relaxed);
    sleepers_.push_back(&worker);
    sleeping_.store(static_cast<uint32_t>(sleepers_.size()), std::memory_order_seq_cst);
    active_.fetch_sub(1, std::memory_order_seq_cst);
    if (std::exchange(searching, false)) searching_.fetch_sub(1, std::memory_order_seq_cst);
  }
  // A push either comes before this look, or sees the counts above and wakes a sleeper, or relies on the nap or doze.
  const bool may_look = active_.load(std::memory_order_seq_cst) < static_cast<int32_t>(limits_.worker_count);
  if (may_look && scheduler_.Pop(worker.index_, ready)) {
    EndRest(rest);
    {
      MutexLock lock(mutex_);
      if (LeaveSleepers(worker)) {
        active_.fetch_add(1, std::memory_order_relaxed);
      } else {
        // Somebody has woken it meanwhile, and counted it; the permit ends a later park early.
        searching_.fetch_sub(1, std::memory_order_relaxed);
      }
    }
    WakeForTheRest();
    return true;
  }
  RestUntilWoken(worker, rest, searching);
  return false;
}

// False: somebody has woken it.
bool WorkerPool::LeaveSleepers(Worker& worker) {
  if (std::erase(sleepers_, &worker) == 0) return false;
  sleeping_.store(static_cast<uint32_t>(sleepers_.size()), std::memory_order_seq_cst);
  return true;
}

// Whether a worker that has found nothing sleeps with a deadline. One at a time naps, while another one runs; and again
// after a nap on which a push has relied. One at a time dozes, if a push relies on that.
WorkerPool::Rest WorkerPool::HowToRest(const Worker& worker) {
  if (core_count_ <= 1) return Rest::kSleep;
  if (active_.load(std::memory_order_relaxed) > 1 && napping_.load(std::memory_order_relaxed) == 0 &&
      (relied_on_nap_.exchange(false, std::memory_order_relaxed) || !worker.napped_)) {
    return Rest::kNap;
  }
  const bool doze = dozing_.load(std::memory_order_relaxed) == 0 && relied_on_doze_.load(std::memory_order_relaxed) &&
                    relied_on_doze_.exchange(false, std::memory_order_relaxed);
  return doze ? Rest::kDoze : Rest::kSleep;
}

void WorkerPool::BeginRest(Rest rest) {
  if (rest == Rest::kNap) napping_.fetch_add(1, std::memory_order_seq_cst);
  if (rest == Rest::kDoze) dozing_.fetch_add(1, std::memory_order_seq_cst);
}

void WorkerPool::EndRest(Rest rest) {
  if (rest == Rest::kNap) napping_.fetch_sub(1, std::memory_order_seq_cst);
  if (rest == Rest::kDoze) dozing_.fetch_sub(1, std::memory_order_seq_cst);
}

void WorkerPool::RestUntilWoken(Worker& worker, Rest rest, bool& searching) {
  CurrentThread().record->Sleeps(clock_);
  awake_threads.fetch_sub(1, std::memory_order_relaxed);
  int64_t deadline_ns = kNever;
  if (rest != Rest::kSleep) deadline_ns = clock_.NowNs() + (rest == Rest::kNap ? kNapNs : kDozeNs);
  bool over = false;
  if (rest != Rest::kNap) worker.napped_ = false;
  while (!worker.woken_.load(std::memory_order_acquire) && !stopping() && !over) {
    over = ParkThread(executor_, deadline_ns) != WakeReason::kUnparked;
  }
  awake_threads.fetch_add(1, std::memory_order_relaxed);
  if (over) {
    MutexLock lock(mutex_);
    if (LeaveSleepers(worker)) {
      active_.fetch_add(1, std::memory_order_relaxed);
      searching_.fetch_add(1, std::memory_order_relaxed);
      worker.woken_.store(true, std::memory_order_relaxed);
      worker.napped_ = rest == Rest::kNap;
    }
  }
  EndRest(rest);
  if (worker.woken_.load(std::memory_order_acquire)) {
    searching = true;
  } else {
    active_.fetch_add(1, std::memory_order_relaxed);  // Stopping: Run counts it out again.
  }
}

bool WorkerPool::EnterBlocked(Worker& worker, BlockedOn what) {
  if (what == BlockedOn::kOther) other_waits_.fetch_add(1, std::memory_order_seq_cst);
  const int32_t active = active_.fetch_sub(1, std::memory_order_seq_cst) - 1;
  awake_threads.fetch_sub(1, std::memory_order_relaxed);
  FullFence();  // As in Sleep: a push is seen here, or its thread sees that one is active no more.
  if (searching_.load(std::memory_order_relaxed) > 0 || active >= static_cast<int32_t>(limits_.worker_count) ||
      stopping() || !WorkIsQueued()) {
    return true;
  }
  if (WakeOne(/*beyond_spares=*/false) || active > 0) return true;
  // Every thread waits, and there is work that could end a wait: one more thread for each stall, up to the limit.
  if (WakeOne(/*beyond_spares=*/true)) return true;
  LeaveBlocked(worker, what);
  return false;
}

void WorkerPool::LeaveBlocked(Worker&, BlockedOn what) {
  if (what == BlockedOn::kOther) other_waits_.fetch_sub(1, std::memory_order_relaxed);
  active_.fetch_add(1, std::memory_order_relaxed);
  awake_threads.fetch_add(1, std::memory_order_relaxed);
}

void WorkerPool::Stop() {
  std::vector<ThreadId> threads;
  {
    MutexLock lock(mutex_);
    stopping_.store(true, std::memory_order_seq_cst);
    for (const std::unique_ptr<Worker>& worker : workers_) threads.push_back(worker->thread_);
  }
  for (const ThreadId thread : threads) executor_.Unpark(thread);
  for (const ThreadId thread : threads) {
    const absl::Status joined = JoinThread(executor_, thread);
    CHECK(joined.ok()) << joined;
  }
  MutexLock lock(mutex_);
  for (const std::unique_ptr<Worker>& worker : workers_) {
    for (const uint64_t tombstone : worker->tombstones) QueueEntry(tombstone).Release();
    worker->tombstones.clear();
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
