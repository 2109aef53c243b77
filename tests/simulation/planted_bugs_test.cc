// Bugs of five kinds, as programs have them: each is found within 1,000 seeds and comes back 100 times out of 100.

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/testing.h"

namespace manta {
namespace {

using manta::testing::Check;
using manta::testing::Explore;

struct Register {
  explicit Register(int value) : value(value) {}
  int Read() const { return value; }
  int Write(int written) { return value = written; }
  // Writes if the value is still `expected`.
  bool Replace(int expected, int written) {
    if (value != expected) return false;
    value = written;
    return true;
  }
  int value;
};
using Handle = ActorHandle<Register>;

int Read(const Handle& at) { return *Get(at.Task<&Register::Read>().Remote()); }
void Write(const Handle& at, int value) { Get(at.Task<&Register::Write>().Remote(value)); }

// Lost update: what is read may have changed when the sum is written.
void Deposit(const Handle& account, int amount) { Write(account, Read(account) + amount); }

void LostUpdate() {
  const Handle account = Actor<Register>().Remote(0);
  std::vector<ObjectRef<void>> deposits;
  for (int amount : {1, 2}) deposits.push_back(Task<Deposit>().Remote(account, amount));
  for (const ObjectRef<void>& deposit : deposits) Get(deposit);
  Check(Read(account) == 3, "a deposit is lost");
}

// ABA: a stack of cells; the head is the same again, what lies below it is not.
struct Cells {
  Handle head;
  std::vector<Handle> below;  // The cell under each.
};

int Pop(const Cells& cells) {
  for (;;) {
    const int top = Read(cells.head);
    if (top < 0) return top;
    const int next = Read(cells.below[top]);
    if (*Get(cells.head.Task<&Register::Replace>().Remote(top, next))) return top;
  }
}

int PopTwicePushFirst(const Cells& cells) {
  const int first = Pop(cells);
  const int second = Pop(cells);
  if (first < 0) return second;
  for (;;) {
    const int top = Read(cells.head);
    Write(cells.below[first], top);
    if (*Get(cells.head.Task<&Register::Replace>().Remote(top, first))) return second;
  }
}

void Aba() {
  Cells cells{.head = Actor<Register>().Remote(2), .below = {}};
  for (int below : {-1, 0, 1}) cells.below.push_back(Actor<Register>().Remote(below));
  const ObjectRef<int> one = Task<Pop>().Remote(cells);
  const ObjectRef<int> other = Task<PopTwicePushFirst>().Remote(cells);
  std::vector<int> taken(3);
  for (const int cell : {*Get(one), *Get(other), Pop(cells), Pop(cells), Pop(cells)}) {
    if (cell >= 0) ++taken[cell];
  }
  for (const int count : taken) Check(count == 1, "a cell is on the stack twice, or lost");
}

// Wrong order: two senders to one log, and nothing that says who comes first.
struct Log {
  void Append(const std::string& line) { lines += line; }
  std::string Lines() const { return lines; }
  std::string lines;
};

void Say(const ActorHandle<Log>& log, const std::string& line) { Get(log.Task<&Log::Append>().Remote(line)); }

void WrongOrder() {
  const ActorHandle<Log> log = Actor<Log>().Remote();
  const ObjectRef<void> first = Task<Say>().Remote(log, "begin ");
  const ObjectRef<void> second = Task<Say>().Remote(log, "end");
  Get(first);
  Get(second);
  Check(*Get(log.Task<&Log::Lines>().Remote()) == "begin end", "the end comes before the beginning");
}

// Cancel race: an order that was paid is taken for cancelled.
int Pay(const Handle& paid) {
  Write(paid, 1);
  return 1;
}

void CancelRace() {
  const Handle paid = Actor<Register>().Remote(0);
  const ObjectRef<int> payment = Task<Pay>().Remote(paid);
  manta::testing::MaySwitch();
  if (Cancel(payment)) {
    manta::testing::PassTime(1000);
    Check(Read(paid) == 0, "a cancelled payment was paid");
  }
}

// Shutdown race: the journal is closed while somebody may still write to it.
struct Journal {
  bool Add(int) { return open && ++entry_count > 0; }
  int Close() {
    open = false;
    return entry_count;
  }
  bool open = true;
  int entry_count = 0;
};

bool WriteJournal(const ActorHandle<Journal>& journal, int entry) {
  return *Get(journal.Task<&Journal::Add>().Remote(entry));
}

void ShutdownRace() {
  const ActorHandle<Journal> journal = Actor<Journal>().Remote();
  std::vector<ObjectRef<bool>> entries;
  for (int i = 0; i < 2; ++i) entries.push_back(Task<WriteJournal>().Remote(journal, i));
  Get(entries[0]);
  Get(journal.Task<&Journal::Close>().Remote());  // Waits for the first only.
  for (const ObjectRef<bool>& entry : entries) Check(*Get(entry), "an entry came after the journal was closed");
}

void ExpectFoundAndReplayed(const std::function<void()>& scenario) {
  const manta::testing::Exploration found = Explore({.seeds = 1000}, scenario);
  ASSERT_FALSE(found.ok()) << "not found in " << found.run_count << " seeds";
  ::testing::Test::RecordProperty("failing_seed", std::to_string(*found.failing_seed));
  ASSERT_EQ(setenv("MANTA_SEED", std::to_string(*found.failing_seed).c_str(), 1), 0);
  int replayed = 0;
  for (int i = 0; i < 100; ++i) {
    const manta::testing::Exploration again = Explore({.seeds = 1000}, scenario);
    if (!again.ok() && again.failing_seed == found.failing_seed && again.failure == found.failure) ++replayed;
    EXPECT_EQ(again.run_count, 1u);
  }
  unsetenv("MANTA_SEED");
  EXPECT_EQ(replayed, 100);
}

TEST(PlantedBugs, LostUpdate) { ExpectFoundAndReplayed(LostUpdate); }
TEST(PlantedBugs, Aba) { ExpectFoundAndReplayed(Aba); }
TEST(PlantedBugs, WrongOrder) { ExpectFoundAndReplayed(WrongOrder); }
TEST(PlantedBugs, CancelRace) { ExpectFoundAndReplayed(CancelRace); }
TEST(PlantedBugs, ShutdownRace) { ExpectFoundAndReplayed(ShutdownRace); }

// The same without the bug: no seed fails.
void DepositAtOnce(const Handle& account, int amount) {
  for (;;) {
    const int before = Read(account);
    if (*Get(account.Task<&Register::Replace>().Remote(before, before + amount))) return;
  }
}

void NoLostUpdate() {
  const Handle account = Actor<Register>().Remote(0);
  std::vector<ObjectRef<void>> deposits;
  for (int amount : {1, 2}) deposits.push_back(Task<DepositAtOnce>().Remote(account, amount));
  for (const ObjectRef<void>& deposit : deposits) Get(deposit);
  Check(Read(account) == 3, "a deposit is lost");
}

TEST(ExploreTest, AProgramWithoutABugHoldsForAllSeeds) {
  const manta::testing::Exploration explored = Explore({.seeds = 500, .first_seed = 7}, NoLostUpdate);
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

TEST(ExploreTest, ADeadlockAndAnExceptionAreFailures) {
  const manta::testing::Exploration stuck = Explore({.seeds = 10}, [] {
    auto [promise, never] = MakePromise<int>();
    Get(never);
  });
  EXPECT_NE(stuck.failure.find("deadlock"), std::string::npos) << stuck.failure;
  const manta::testing::Exploration thrown = Explore({.seeds = 10}, [] { throw std::string("no exception type"); });
  EXPECT_NE(thrown.failure.find("threw"), std::string::npos) << thrown.failure;
  const manta::testing::Exploration asked = Explore({.seeds = 10, .failed = [] { return true; }}, [] {});
  EXPECT_EQ(asked.failing_seed, 1u);
}

TEST(ExploreDeathTest, ACrashTellsTheSeed) {
  EXPECT_DEATH(Explore({.first_seed = 42}, [] { std::abort(); }), "ended in seed 42; replay it with MANTA_SEED=42");
}

TEST(ExploreTest, TimePassesOnlyWhenAllWait) {
  int64_t slept = 0;
  const manta::testing::Exploration explored = Explore({.seeds = 1}, [&] {
    manta::testing::PassTime(int64_t{3600} * 1'000'000'000);
    ++slept;
  });
  EXPECT_TRUE(explored.ok());
  EXPECT_EQ(slept, 1);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
