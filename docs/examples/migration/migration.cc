// docs/examples/migration/migration.cc -- has each line of the last column of docs/guide/migration.md, so that they
// compile and do what they say.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "migration -- runs each line of the last column of docs/guide/migration.md, and checks what it does.\n"
    "\n"
    "usage: migration [--help] [--version] [--manta_...]\n"
    "\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 each line does what it says, 1 one does not, or Manta reported an error, 2 wrong arguments.\n";

int failed_count = 0;

void Expect(bool holds, const char* what) {
  if (holds) return;
  ++failed_count;
  std::cerr << "migration: " << what << " does not hold\n";
}

int F(int x) { return x + 1; }
int Sum(const std::vector<int>& row) {
  int sum = 0;
  for (const int x : row) sum += x;
  return sum;
}
int Fails(int) { throw std::runtime_error("as ever"); }
std::tuple<int, std::string> Pair(int x) { return {x, std::to_string(x)}; }
double Mean(std::span<const double> row) { return row.empty() ? 0 : row.front(); }
manta::Generator<int> Count(int n) {
  for (int i = 0; i < n; ++i) co_yield i;
}
manta::Coroutine<int> Later(manta::ObjectRef<int> ref) { co_return *co_await ref; }

class Counter {
 public:
  explicit Counter(int start = 0) : count_(start) {}
  int Add(int amount) { return count_ += amount; }

 private:
  int count_;
};

void Tasks() {
  const std::vector<int> xs = {1, 2, 3};
  auto ref = manta::Task<F>().Remote(1);
  Expect(*manta::Get(ref) == 2, "a task");
  manta::Task<F>().Send(1);
  auto refs = manta::Task<F>().RemoteMany(xs);
  Expect(*manta::Get(refs).back() == 4, "many tasks");
  auto named = manta::Task<F>({.name = "f", .retries_max = 3}).Remote(1);
  Expect(*manta::Get(named) == 2, "options");
  auto chosen = manta::Task<F>({.retry_on = [](const manta::ErrorRecord& e) { return e.attempt < 3; }}).Remote(1);
  Expect(*manta::Get(chosen) == 2, "retries by error");
  auto held = manta::Task<F>({.resources = {{"cpu", 1}}}).Remote(1);
  Expect(*manta::Get(held) == 2, "resources");
  auto timed = manta::Task<F>({.timeout_ns = 60'000'000'000}).Remote(1);
  Expect(*manta::Get(timed) == 2, "a timeout");
  auto [number, text] = manta::Task<Pair>().RemoteSplit(7);
  Expect(*manta::Get(number) == 7 && *manta::Get(text) == "7", "several results");
  int items = 0;
  for (const auto& item : manta::Task<Count>().Remote(3)) items += *manta::Get(item);
  Expect(items == 3, "a generator");
  Expect(*manta::Get(manta::Task<Later>().Remote(ref)) == 2, "a coroutine");
  manta::Cancel(ref);
  Expect(manta::CurrentTask().cancelled() == false, "outside tasks nothing is cancelled");
}

void Objects() {
  auto ref = manta::Put(std::vector<int>{1, 2, 3});
  std::shared_ptr<const std::vector<int>> row = manta::Get(ref);
  Expect(row->size() == 3, "put and get");
  auto maybe = manta::TryGet(ref, {.timeout_ns = 1'000'000'000});
  Expect(maybe.ok(), "a get with a timeout");
  Expect(*manta::Get(manta::Task<Sum>().Remote(ref)) == 6, "a reference as a value");
  std::vector<manta::ObjectRef<int>> refs = manta::PutMany<int>({1, 2, 3});
  auto values = manta::Get(refs);
  Expect(*values[2] == 3, "get of many");
  auto [ready, pending] = manta::Wait(refs, {.count = 2, .timeout_ns = 1'000'000'000});
  Expect(ready.size() == 2 && pending.size() == 1, "wait");
  manta::WaitSet<int> set(refs);
  while (!set.empty()) manta::Get(set.Next());
  auto array = manta::Put(manta::BuildArray<double>(1000, [](std::span<double> out) { out[0] = 5; }));
  Expect(*manta::Get(manta::Task<Mean>().Remote(array)) == 5, "an array without a copy");
  manta::WeakObjectRef<std::vector<int>> weak = ref;
  Expect(weak.Lock() == ref, "a weak reference");
  auto old = manta::Put(std::string("old"));
  manta::Free(old);
  Expect(!manta::TryGet(old).ok(), "free");
  auto [promise, promised] = manta::MakePromise<int>();
  promise.Set(1);
  Expect(*manta::Get(promised) == 1, "a promise");
}

void Actors() {
  auto counter = manta::Actor<Counter>().Remote(10);
  auto count = counter.Task<&Counter::Add>().Remote(5);
  Expect(*manta::Get(count) == 15, "an actor");
  auto hits = manta::Actor<Counter>({.registered_name = "hits", .detached = true}).Remote(0);
  auto found = manta::GetActor<Counter>("hits");
  Expect(found == hits, "an actor by its name");
  auto same = manta::Actor<Counter>({.registered_name = "hits"}).GetOrCreate(0);
  Expect(same == hits, "get or create");
  auto again =
      manta::Actor<Counter>({.restart = {.restarts_max = 3}, .restart_on = [](const auto&) { return true; }}).Remote();
  Expect(*manta::Get(again.Task<&Counter::Add>().Remote(1)) == 1, "restarts");
  auto many = manta::Actor<Counter>({.concurrency_max = 4}).Remote();
  Expect(*manta::Get(many.Task<&Counter::Add>({.retries_max = 2}).Remote(1)) == 1, "concurrency");
  manta::ActorPool<Counter> pool(4, 0);
  Expect(pool.Map<&Counter::Add>(std::vector<int>{1, 1, 1, 1}).size() == 4, "a pool");
  manta::Queue<int> queue(16);
  queue.Put(3);
  Expect(queue.Get() == 3, "a queue");
  counter.Kill();
}

void Errors() {
  bool thrown = false;
  try {
    manta::Get(manta::Task<F>().Remote(manta::Task<Fails>().Remote(1)));
  } catch (const manta::ObjectError& error) {
    thrown = error.type() == manta::ErrorType::kDependencyFailed && error.record()->cause->task.ends_with("Fails");
  }
  Expect(thrown, "the error of a dependency");
}

int Run(int argc, char** argv) {
  example::Arguments(argc, argv).Finish();
  manta::Runtime runtime = manta::Init(&argc, &argv);
  Tasks();
  Objects();
  Actors();
  Errors();
  manta::RuntimeCounts counts = runtime.Shutdown();
  Expect(counts.pending_count == 0, "shutdown");
  if (failed_count > 0) return EXIT_FAILURE;
  std::cout << "each line does what it says\n";
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("migration", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
