#include "tests/errors/scenarios.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "tests/errors/on_a_disk.h"
#include "tests/faults/program.h"

namespace manta {
namespace {

int Square(int x) { return x * x; }

int Average(const std::vector<int>& samples) {
  if (samples.empty()) throw std::invalid_argument("no samples");
  return samples.front();
}

class Account {
 public:
  explicit Account(int start) : balance_(start) {
    if (start < 0) throw std::invalid_argument("a start below zero");
  }
  int Deposit(int amount) {
    if (amount < 0) throw std::domain_error("the vault is damaged");
    return balance_ += amount;
  }
  Coroutine<int> DepositLater(ObjectRef<int> amount) { co_return balance_ += *co_await amount; }
  int DepositTwice(int amount) {
    const ActorHandle<Account> self = CurrentActor().handle<Account>();
    return *Get(self.Task<&Account::Deposit>().Remote(amount)) + amount;
  }

 private:
  int balance_;
};

struct Temperature {
  double kelvin = 0;
};

}  // namespace

// Refuses what no thermometer shows.
template <>
struct Codec<Temperature> {
  using Wire = double;
  static Wire ToWire(const Temperature& temperature) {
    if (temperature.kelvin < 0) throw std::range_error("a temperature below zero");
    return temperature.kelvin;
  }
  static std::optional<Temperature> FromWire(Wire kelvin) { return Temperature{kelvin}; }
};

namespace {

ErrorPtr ActorDied() {
  const Runtime runtime = Init();
  const ActorHandle<Account> account = Actor<Account>().Remote(0);
  account.Kill("the branch closes");
  return RecordOf(account.Task<&Account::Deposit>().Remote(1));
}

ErrorPtr TaskFailed() {
  const Runtime runtime = Init();
  return RecordOf(Task<Average>().Remote(std::vector<int>()));
}

ErrorPtr TaskCancelled() {
  const Runtime runtime = Init();
  auto [promise, never] = MakePromise<int>();
  const ObjectRef<int> square = Task<Square>().Remote(never);
  Cancel(square);
  return RecordOf(square);
}

ErrorPtr ActorCreationFailed() {
  const Runtime runtime = Init();
  const ActorHandle<Account> account = Actor<Account>().Remote(-1);
  return RecordOf(account.Task<&Account::Deposit>().Remote(1));
}

ErrorPtr ObjectLost() {
  const Runtime runtime = Init({.strict = true});
  const ObjectRef<std::string> text = Put<std::string>("only here");
  ThrowIfError(runtime.object_store().Delete(text.id()));  // Behind Manta's back, as a store that loses data would.
  return RecordOf(text);
}

ErrorPtr DependencyFailed() {
  const Runtime runtime = Init();
  const ObjectRef<int> average = Task<Average>().Remote(std::vector<int>());
  return RecordOf(Task<Square>().Remote(Task<Square>().Remote(average)));
}

ErrorPtr TaskUnschedulable() {
  const Runtime runtime = Init({.set = {"resources { key: 'gpu' value: 1 }"}});
  return RecordOf(Task<Square>({.resources = {{"gpu", 2}}}).Remote(3));
}

ErrorPtr ActorUnschedulable() {
  const Runtime runtime = Init({.set = {"resources { key: 'gpu' value: 1 }"}});
  const ActorHandle<Account> account = Actor<Account>({.resources = {{"gpux", 1}}}).Remote(0);
  return RecordOf(account.Task<&Account::Deposit>().Remote(1));
}

ErrorPtr ObjectFreed() {
  const Runtime runtime = Init();
  const ObjectRef<int> seven = Put(7);
  Free(seven);
  return RecordOf(seven);
}

ErrorPtr OutOfMemory() {
  const Runtime runtime = Init({.set = {"memory_bytes_max: 20000000"}});
  return RecordOf(Task<[] { return std::vector<char>(30'000'000); }>({.name = "Load"}).Remote());
}

ErrorPtr OutOfDisk() {
  const Runtime runtime = Init(OnADisk({.directory = SpillDirectoryFor("out_of_disk"),
                                        .memory_bytes = 1'000'000,
                                        .disk_bytes_max = 1'000'000,
                                        .strict = true}));
  std::vector<ObjectRef<std::vector<char>>> kept;
  ErrorPtr error;
  while (error == nullptr && kept.size() < 10) {
    kept.push_back(Task<[] { return std::vector<char>(300'000); }>({.name = "Load"}).Remote());
    error = RecordOf(kept.back());
  }
  return error;
}

ErrorPtr ActorUnavailable() {
  const Runtime runtime = Init();
  const ActorHandle<Account> account =
      Actor<Account>({.restart = {.restarts_max = 1}, .restart_on = [](const ErrorRecord&) { return true; }}).Remote(0);
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<int> suspended = account.Task<&Account::DepositLater>().Remote(late);
  account.Task<&Account::Deposit>().Send(-1);  // The actor is made anew, with the call in the middle.
  return RecordOf(suspended);
}

ErrorPtr TimeOfGetIsUp() {
  const Runtime runtime = Init();
  auto [promise, never] = MakePromise<int>();
  return RecordOf(Task<Square>().Remote(never), {.timeout_ns = kMillisecondNs});
}

ErrorPtr TaskTimeout() {
  const Runtime runtime = Init();
  auto [promise, never] = MakePromise<int>();
  return RecordOf(Task<Square>({.timeout_ns = kMillisecondNs}).Remote(never));
}

ErrorPtr ShutDown() {
  Runtime runtime = Init();
  auto [promise, never] = MakePromise<int>();
  runtime.Shutdown();
  return RecordOf(never);
}

// Submits more than it may and reads the error of one that was not accepted.
ErrorPtr PendingCallsLimit() {
  static ErrorPtr error;
  error = nullptr;
  const Runtime runtime = Init({.set = {"worker_count: 1 pending_tasks_max: 100"}});
  auto [promise, never] = MakePromise<int>();
  const ObjectRef<int> flood = Task<[](ObjectRef<int> gate) {
                                 std::vector<ObjectRef<int>> squares;
                                 for (int i = 0; i < 1000 && error == nullptr; ++i) {
                                   squares.push_back(Task<Square>().Remote(gate));
                                   if (squares.back().ready()) error = RecordOf(squares.back());
                                 }
                                 return static_cast<int>(squares.size());
                               }>()
                                   .Remote(never);
  Get(flood);
  return std::exchange(error, nullptr);
}

ErrorPtr Deadlock() {
  const Runtime runtime = Init();
  const ActorHandle<Account> account = Actor<Account>().Remote(0);
  return RecordOf(account.Task<&Account::DepositTwice>().Remote(1))->cause;
}

ErrorPtr Serialization() {
  const Runtime runtime = Init({.strict = true});
  return RecordOf(Task<[] { return Temperature{-1}; }>({.name = "Measure"}).Remote());
}

ErrorPtr MustNotLeave() {
  const Runtime runtime = Init({.strict = true});
  return RecordOf(Task<[] { return LocalOnly<int>(1); }>({.name = "Open"}).Remote());
}

ErrorPtr PromiseBroken() {
  const Runtime runtime = Init();
  ObjectRef<int> promised;
  { promised = MakePromise<int>().second; }
  return RecordOf(promised);
}

}  // namespace

// No default: the compiler names a type that is new.
ErrorScenario ScenarioFor(ErrorType type) {
  switch (type) {
    case ErrorType::kWorkerDied:
      return {.mode = "node mode"};
    case ErrorType::kActorDied:
      return {ActorDied, {"Account::Deposit", "Account was killed: the branch closes"}};
    case ErrorType::kTaskFailed:
      return {TaskFailed, {"Average", "failed with std::invalid_argument: no samples"}};
    case ErrorType::kTaskCancelled:
      return {TaskCancelled, {"Square", "was cancelled"}};
    case ErrorType::kActorCreationFailed:
      return {ActorCreationFailed, {"Account could not be created", "std::invalid_argument: a start below zero"}};
    case ErrorType::kObjectLost:
      return {ObjectLost, {"object ", "the object store no longer has the value, which must be made again"}};
    case ErrorType::kOwnerDied:
      return {.mode = "node mode"};
    case ErrorType::kObjectDeleted:
      return {.mode = "node mode"};
    case ErrorType::kDependencyFailed:
      return {DependencyFailed,
              {"did not run, since an argument failed", "1 failed task between", "caused by task", "no samples"}};
    case ErrorType::kTaskUnschedulable:
      return {TaskUnschedulable, {"Square", "gpu", "2", "1"}};
    case ErrorType::kActorUnschedulable:
      return {ActorUnschedulable, {"Account", "gpux", "gpu"}};
    case ErrorType::kOutOfDisk:
      return {OutOfDisk, {"Load", "needs 300", "of disk_bytes_max 1000000", "free space on the disk"}};
    case ErrorType::kObjectFreed:
      return {ObjectFreed, {"was let go of by Free"}};
    case ErrorType::kOutOfMemory:
      return {OutOfMemory, {"Load", "30000000 bytes", "20000000"}};
    case ErrorType::kEndOfStream:
      return {.mode = "node mode"};
    case ErrorType::kActorUnavailable:
      return {ActorUnavailable, {"Account::DepositLater", "is made anew", "call again"}};
    case ErrorType::kGetTimeout:
      return {TimeOfGetIsUp, {"Square", "was not ready in time", "ask again"}};
    case ErrorType::kTaskTimeout:
      return {TaskTimeout, {"Square", "had no result 1 ms after it was submitted", "raise its timeout"}};
    case ErrorType::kShutdown:
      return {ShutDown, {"the runtime was shut down before object"}};
    case ErrorType::kPendingCallsLimit:
      return {PendingCallsLimit, {"Square", "more than 200 tasks", "wait for some, or raise pending_tasks_max"}};
    case ErrorType::kDeadlock:
      return {Deadlock, {"Account::DepositTwice", "Account::Deposit", "of its own actor", "call the method directly"}};
    case ErrorType::kTypeMismatch:
      return {.mode = "node mode"};
    case ErrorType::kSerialization:
      return {Serialization,
              {"Measure", "Temperature was not converted",
               "its Codec's ToWire threw: std::range_error \"a temperature below zero\""}};
    case ErrorType::kLocalOnly:
      return {MustNotLeave, {"Open", "a LocalOnly never leaves its process"}};
    case ErrorType::kPromiseBroken:
      return {PromiseBroken, {"nobody gave the promised value", "its Promise was destroyed"}};
  }
  return {};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
