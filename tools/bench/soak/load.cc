#include "tools/bench/soak/load.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace manta::bench {
namespace {

constexpr size_t kTextCount = 500;
constexpr uint64_t kTextBytesMax = 3000;
constexpr uint64_t kStoredWorker = 7;  // The first half of ids that no runtime draws, for objects put by id.
constexpr uint64_t kStoredWordsMin = 1 << 10;
constexpr uint64_t kStoredWordsMax = 1 << 16;

void Check(bool right, std::string_view what) {
  if (!right) throw std::runtime_error("the load got something else back: " + std::string(what));
}

// The type of the error that `function` ends with.
template <typename Function>
std::optional<ErrorType> ErrorOf(Function function) {
  try {
    function();
  } catch (const ObjectError& error) {
    return error.type();
  }
  return std::nullopt;
}

uint64_t Square(uint64_t x) { return x * x; }
uint64_t Add(uint64_t x, uint64_t y) { return x + y; }
uint64_t Length(const std::string& text) { return text.size(); }
uint64_t SumOf(std::span<const uint64_t> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), uint64_t{0});
}
uint64_t Fail(uint64_t) { throw std::invalid_argument("this one always fails"); }

// A tree of tasks that wait for each other.
uint64_t Leaves(uint64_t depth) {
  if (depth == 0) return 1;
  const ObjectRef<uint64_t> left = Task<Leaves>().Remote(depth - 1);
  const ObjectRef<uint64_t> right = Task<Leaves>().Remote(depth - 1);
  return *Get(left) + *Get(right);
}

std::vector<ObjectRef<std::string>> MakeTexts(uint64_t count) {
  std::vector<ObjectRef<std::string>> texts;
  for (uint64_t i = 0; i < count; ++i) texts.push_back(Put(std::string(i, 'n')));
  return texts;
}

Coroutine<uint64_t> Later(ObjectRef<uint64_t> number) { co_return *co_await number + 1; }

Generator<uint64_t> Numbers() {
  for (uint64_t i = 0;; ++i) co_yield i;
}

class Account {
 public:
  explicit Account(uint64_t amount) : amount_(amount) {}
  uint64_t Pay(uint64_t amount) { return amount_ += amount; }
  uint64_t Refuse() { throw std::runtime_error("it is closed"); }

 private:
  uint64_t amount_;
};

ObjectId StoredId(uint64_t number) { return ObjectId(kStoredWorker, number, 0); }

std::vector<uint64_t> StoredWords(uint64_t number, uint64_t count) {
  std::vector<uint64_t> words(count);
  std::iota(words.begin(), words.end(), number * 0x9e3779b97f4a7c15);
  return words;
}

}  // namespace

Load::Load(Runtime& runtime, uint64_t seed, uint64_t stored_bytes)
    : runtime_(runtime), random_(seed), stored_bytes_max_(stored_bytes) {
  for (size_t i = 0; i < kTextCount; ++i) texts_.push_back(Put(std::string(Below(kTextBytesMax), 't')));
}

Load::~Load() {
  for (const auto& [number, words] : stored_) runtime_.object_store().Delete(StoredId(number)).IgnoreError();
}

void Load::Round() {
  Values();
  Arrays();
  Tasks();
  NestedReferences();
  Errors();
  Cancellations();
  Actors();
  Streams();
  StoredObjects();
  ++counts_.rounds;
}

void Load::Values() {
  for (int i = 0; i < 200; ++i) {
    const uint64_t number = random_();
    const ObjectRef<uint64_t> ref = Put(number);
    Check(*Get(ref) == number, "a number that was put");
    const uint64_t size = Below(kTextBytesMax);
    ObjectRef<std::string>& text = texts_[Below(kTextCount)];
    const WeakObjectRef<std::string> before = text;
    text = Put(std::string(size, 't'));
    Check(Get(text)->size() == size, "a text that was put");
    // A task that has just ended may still have it.
    if (const ObjectRef<std::string> again = before.Lock()) {
      Check(Get(again)->size() < kTextBytesMax, "what a weak reference found");
    }
    counts_.puts += 2;
  }
}

void Load::Arrays() {
  const uint64_t count = (1 << 14) + Below(1 << 14);
  ObjectRef<Array<uint64_t>> row = Put(BuildArray<uint64_t>(
      count, [](std::span<uint64_t> elements) { std::iota(elements.begin(), elements.end(), uint64_t{0}); }));
  const ObjectRef<uint64_t> sum = Task<SumOf>().Remote(row);
  const Array<uint64_t> look = *Get(row);
  Check(Free(row), "an array that could be freed");
  row = {};
  Check(look[count - 1] == count - 1, "an array that is looked at after its object is gone");
  // Submitted before the array was freed: either it ran by then, or it says what it lacks.
  const std::optional<ErrorType> error = ErrorOf([&] { Check(*Get(sum) == count * (count - 1) / 2, "a sum"); });
  Check(!error || *error == ErrorType::kDependencyFailed, "the sum of a freed array");
  ++counts_.puts;
  ++counts_.tasks;
}

void Load::Tasks() {
  std::vector<ObjectRef<uint64_t>> squares;
  for (uint64_t i = 0; i < 100; ++i) squares.push_back(Task<Square>().Remote(i));
  ObjectRef<uint64_t> total = Put(uint64_t{0});
  for (const ObjectRef<uint64_t>& square : squares) total = Task<Add>().Remote(total, square);
  Check(*Get(total) == 328'350, "the sum of the squares below 100");
  const ObjectRef<std::string>& text = texts_[Below(kTextCount)];
  Check(*Get(Task<Length>().Remote(text)) == Get(text)->size(), "a text's length");
  Check(*Get(Task<Leaves>().Remote(uint64_t{4})) == 16, "the leaves of a tree");
  Check(*Get(Task<Later>().Remote(total)) == 328'351, "a coroutine's result");
  counts_.tasks += 200 + 1 + 31 + 1;
}

void Load::NestedReferences() {
  const uint64_t count = 1 + Below(20);
  ObjectRef<std::vector<ObjectRef<std::string>>> made = Task<MakeTexts>().Remote(count);
  ObjectRef<std::vector<ObjectRef<std::string>>> outer = Put(*Get(made));
  made = {};
  const ObjectRef<std::string> inner = Get(outer)->back();
  outer = {};
  Check(Get(inner)->size() == count - 1, "a reference that was read out of a value");
  ++counts_.tasks;
  counts_.puts += count + 1;
}

void Load::Errors() {
  const auto failed = [&](ErrorType type, const ObjectRef<uint64_t>& ref, std::string_view what) {
    Check(ErrorOf([&] { Get(ref); }) == type, what);
    ++counts_.errors;
  };
  const ObjectRef<uint64_t> fails = Task<Fail>({.retries_max = 1}).Remote(uint64_t{1});
  failed(ErrorType::kTaskFailed, fails, "what a task threw");
  failed(ErrorType::kDependencyFailed, Task<Add>().Remote(fails, uint64_t{1}), "a dependent's error");
  ObjectRef<uint64_t> never;
  {
    auto [promise, promised] = MakePromise<uint64_t>();
    never = promised;
    Check(ErrorOf([&] { Get(never, {.timeout_ns = 0}); }) == ErrorType::kGetTimeout, "what is not there yet");
  }
  failed(ErrorType::kPromiseBroken, never, "a broken promise");
  const ObjectRef<uint64_t> freed = Put(uint64_t{5});
  Free(freed);
  failed(ErrorType::kObjectFreed, freed, "what was freed");
  counts_.tasks += 2;
}

void Load::Cancellations() {
  auto [promise, promised] = MakePromise<uint64_t>();
  std::vector<ObjectRef<uint64_t>> waiting;
  for (uint64_t i = 0; i < 20; ++i) waiting.push_back(Task<Add>().Remote(promised, i));
  waiting.push_back(Task<Later>().Remote(promised));
  const uint64_t kept = Below(waiting.size() - 1);
  for (uint64_t i = 0; i < waiting.size(); ++i) {
    if (i == kept) continue;
    Check(Cancel(waiting[i]), "a task that could be cancelled");
    Check(ErrorOf([&] { Get(waiting[i]); }) == ErrorType::kTaskCancelled, "a cancelled task");
    ++counts_.cancelled;
  }
  promise.Set(uint64_t{100});
  Check(*Get(waiting[kept]) == 100 + kept, "the task that was not cancelled");
  counts_.tasks += waiting.size();
}

void Load::Actors() {
  for (int i = 0; i < 4; ++i) {
    const ActorHandle<Account> account = Actor<Account>().Remote(uint64_t{0});
    for (uint64_t amount = 1; amount <= 20; ++amount) account.Task<&Account::Pay>().Send(amount);
    Check(ErrorOf([&] { Get(account.Task<&Account::Refuse>().Remote()); }) == ErrorType::kTaskFailed,
          "what a method threw");
    Check(*Get(account.Task<&Account::Pay>().Remote(uint64_t{0})) == 210, "an actor's account");
    if (i == 0) {
      account.Kill();
      Check(ErrorOf([&] { Get(account.Task<&Account::Pay>().Remote(uint64_t{1})); }) == ErrorType::kActorDied,
            "a call of an actor that was ended");
    }
    ++counts_.errors;
    ++counts_.actors;
    counts_.tasks += 22;
  }
}

void Load::Streams() {
  const uint64_t wanted = 1 + Below(100);
  uint64_t taken = 0;
  for (const ObjectRef<uint64_t>& item : Task<Numbers>({.items_ahead_max = 8}).Remote()) {
    Check(*Get(item) == taken, "an item of a stream");
    if (++taken == wanted) break;  // The stream goes, and its generator with it.
  }
  counts_.items += taken;
  ++counts_.tasks;
}

void Load::StoredObjects() {
  for (int i = 0; i < 4; ++i) {
    const uint64_t number = ++last_stored_;
    const uint64_t words = kStoredWordsMin + Below(kStoredWordsMax - kStoredWordsMin);
    runtime_.Put(StoredId(number), StoredWords(number, words));
    stored_[number] = words;
    stored_bytes_ += words * sizeof(uint64_t);
    while (stored_bytes_ > stored_bytes_max_) {
      // Any one, old or new: so files are left with holes, and go with their last object.
      auto victim = stored_.lower_bound(stored_.begin()->first + Below(last_stored_ - stored_.begin()->first));
      if (victim == stored_.end()) victim = stored_.begin();
      ReadStored(victim->first);
      ThrowIfError(runtime_.object_store().Delete(StoredId(victim->first)));
      stored_bytes_ -= victim->second * sizeof(uint64_t);
      stored_.erase(victim);
    }
    ++counts_.stored;
  }
  ReadStored(stored_.begin()->first);
}

void Load::ReadStored(uint64_t number) {
  const auto words = runtime_.Get<std::vector<uint64_t>>(StoredId(number));
  Check(words == StoredWords(number, stored_.at(number)), "an object of the store");
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
