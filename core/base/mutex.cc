#include "core/base/mutex.h"

#ifndef NDEBUG
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#endif

namespace manta {

#ifdef NDEBUG

void Mutex::Lock() { mutex_.lock(); }
void Mutex::Unlock() { mutex_.unlock(); }
bool Mutex::TryLock() { return mutex_.try_lock(); }
bool LockOrderChecked() { return false; }
size_t HeldMutexCount() { return 0; }

#else

namespace {

constexpr size_t kHeldMax = 64;       // Locks one thread may hold; more is a bug of its own.
constexpr size_t kKnownCount = 1024;  // A power of two.

// Plain data, hence usable in the destructors of other thread_locals. (Orders are per copy of this library: a
// plugin's mutexes are checked among themselves.)
struct ThreadLocks {
  const Mutex* held[kHeldMax];
  size_t held_count;
  // Orders that this thread has shown to be right before, so that they need no look at the shared graph.
  struct Order {
    const char* before;
    const char* after;
  } known[kKnownCount];
};
constinit thread_local ThreadLocks thread_locks = {};

// Which names were locked while which were held, since the process started. `story` tells by whom at the first time.
struct OrderGraph {
  std::mutex mutex;
  std::map<std::string, std::map<std::string, std::string, std::less<> >, std::less<> > after;
};

OrderGraph& Graph() {
  static OrderGraph* const graph = new OrderGraph;  // Never destroyed: locks outlive static destructors.
  return *graph;
}

std::string HeldNames() {
  std::string names;
  for (size_t i = 0; i < thread_locks.held_count; ++i) {
    names += (i == 0 ? "\"" : ", \"") + std::string(thread_locks.held[i]->name()) + "\"";
  }
  return names.empty() ? "nothing" : names;
}

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "core/base/mutex: %s\n", message.c_str());
  std::abort();
}

// The first step of a way from `from` to `to`, or null. REQUIRES: the graph's mutex is held.
const std::string* FindPath(const OrderGraph& graph, std::string_view from, std::string_view to,
                            std::set<std::string_view>& visited) {
  if (!visited.insert(from).second) return nullptr;
  const auto followers = graph.after.find(from);
  if (followers == graph.after.end()) return nullptr;
  for (const auto& [name, story] : followers->second) {
    if (name == to || FindPath(graph, name, to, visited) != nullptr) return &story;
  }
  return nullptr;
}

void RecordOrder(const char* before, const char* after) {
  const size_t hash = (reinterpret_cast<size_t>(before) * 31 + reinterpret_cast<size_t>(after)) * 0x9e3779b97f4a7c15u;
  ThreadLocks::Order& known = thread_locks.known[hash >> 54 & (kKnownCount - 1)];
  if (known.before == before && known.after == after) return;
  if (std::string_view(before) != after) {
    OrderGraph& graph = Graph();
    std::lock_guard lock(graph.mutex);
    std::set<std::string_view> visited;
    if (const std::string* story = FindPath(graph, after, before, visited)) {
      Fail("lock order: \"" + std::string(after) + "\" is locked while \"" + before + "\" is held, but \"" + before +
           "\" was locked while \"" + after + "\" was held. This thread holds: " + HeldNames() + ". Before: " + *story +
           ". Take them in one order everywhere.");
    }
    graph.after[before].try_emplace(after,
                                    std::string("a thread that held ") + HeldNames() + " locked \"" + after + "\"");
  }
  known = {before, after};
}

void CheckOrder(const Mutex& mutex) {
  for (size_t i = 0; i < thread_locks.held_count; ++i) {
    if (thread_locks.held[i] == &mutex) {
      Fail("\"" + std::string(mutex.name()) +
           "\" is locked by a thread that holds it already, and would wait for itself. It holds: " + HeldNames());
    }
    RecordOrder(thread_locks.held[i]->name(), mutex.name());
  }
}

void AddHeld(const Mutex& mutex) {
  if (thread_locks.held_count == kHeldMax) Fail("one thread holds more than 64 mutexes: " + HeldNames());
  thread_locks.held[thread_locks.held_count++] = &mutex;
}

void RemoveHeld(const Mutex& mutex) {
  // Mostly the last one; unlocking in another order is allowed.
  for (size_t i = thread_locks.held_count; i-- > 0;) {
    if (thread_locks.held[i] != &mutex) continue;
    for (size_t j = i + 1; j < thread_locks.held_count; ++j) thread_locks.held[j - 1] = thread_locks.held[j];
    --thread_locks.held_count;
    return;
  }
  Fail("\"" + std::string(mutex.name()) + "\" is unlocked by a thread that does not hold it");
}

}  // namespace

void Mutex::Lock() {
  CheckOrder(*this);  // Before waiting: a deadlock would never get here.
  mutex_.lock();
  AddHeld(*this);
}

void Mutex::Unlock() {
  RemoveHeld(*this);
  mutex_.unlock();
}

bool Mutex::TryLock() {
  // std::mutex does not define try_lock by the holder; here it is busy like any other.
  for (size_t i = 0; i < thread_locks.held_count; ++i) {
    if (thread_locks.held[i] == this) return false;
  }
  if (!mutex_.try_lock()) return false;
  AddHeld(*this);
  return true;
}

bool LockOrderChecked() { return true; }
size_t HeldMutexCount() { return thread_locks.held_count; }

#endif

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
