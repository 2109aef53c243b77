// The examples that stand at the top of api/'s headers, so that each of their lines compiles and does what it says.
// docs_test checks that none is missing.
#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "api/testing.h"

namespace {

manta::Runtime* the_runtime = nullptr;

int Square(int x) { return x * x; }

namespace actor {
class Counter {
 public:
  explicit Counter(int start) : count_(start) {}
  int Add(int amount) { return count_ += amount; }

 private:
  int count_;
};

TEST(HeaderExamples, Actor) {
  manta::ActorHandle<Counter> counter = manta::Actor<Counter>().Remote(10);
  manta::ObjectRef<int> count = counter.Task<&Counter::Add>().Remote(5);
  counter.Task<&Counter::Add>().Send(1);
  EXPECT_EQ(*manta::Get(count), 15);
  auto first = manta::Actor<Counter>({.registered_name = "hits"}).GetOrCreate(0);
  auto again = manta::GetActor<Counter>("hits");
  EXPECT_EQ(first, again);
}
}  // namespace actor

namespace actor_arguments {
struct Log {
  int lines = 0;
};
class Model {
 public:
  Model(manta::Array<float> weights, manta::ObjectRef<Log> log);
  bool Complete() const { return count_ == 3 && manta::Get(log_)->lines == 7; }

 private:
  size_t count_;
  manta::ObjectRef<Log> log_;
};
Model::Model(manta::Array<float> weights, manta::ObjectRef<Log> log) : count_(weights.size()), log_(std::move(log)) {}

TEST(HeaderExamples, ActorArguments) {
  const auto weights_ref = manta::Put(manta::Array<float>::CopyOf(std::vector<float>(3)));
  const auto log_ref = manta::Put(Log{7});
  manta::Actor<Model>().Remote(weights_ref, log_ref);
  EXPECT_TRUE(*manta::Get(manta::Actor<Model>().Remote(weights_ref, log_ref).Task<&Model::Complete>().Remote()));
}
}  // namespace actor_arguments

namespace actor_pool {
using Image = int;
using Label = std::string;
class Model {
 public:
  explicit Model(const std::string& file) : file_(file) {}
  Label Classify(Image image) { return file_ + " " + std::to_string(image); }

 private:
  std::string file_;
};

TEST(HeaderExamples, ActorPool) {
  const Image image = 1;
  const std::vector<Image> images = {1, 2, 3};
  manta::ActorPool<Model> models(4, "weights.bin");
  manta::ObjectRef<Label> label = models.Task<&Model::Classify>().Remote(image);
  std::vector<std::shared_ptr<const Label>> labels = models.Map<&Model::Classify>(images);
  EXPECT_EQ(*manta::Get(label), *labels[0]);
}
}  // namespace actor_pool

namespace array {
void Fill(std::span<float> elements) { std::iota(elements.begin(), elements.end(), 0.0f); }

TEST(HeaderExamples, Array) {
  manta::Array<float> row = manta::BuildArray<float>(1'000'000, [](std::span<float> elements) { Fill(elements); });
  manta::ObjectRef<manta::Array<float>> ref = manta::Put(std::move(row));
  EXPECT_EQ((*manta::Get(ref))[7], 7.0f);
}
}  // namespace array

namespace coroutine {
manta::Coroutine<int> Total(manta::ObjectRef<int> first, manta::ObjectRef<int> second) {
  const int a = *co_await first;
  co_return a + *co_await second;
}

TEST(HeaderExamples, Coroutine) {
  const auto x = manta::Put(1);
  const auto y = manta::Task<Square>().Remote(3);
  manta::ObjectRef<int> total = manta::Task<Total>().Remote(x, y);
  EXPECT_EQ(*manta::Get(total), 10);
}
}  // namespace coroutine

namespace current_actor {
struct Ring;
struct Node {
  void Join(manta::ActorHandle<Ring> ring);
};
struct Ring {
  void Add(const manta::ActorHandle<Node>& node) { nodes.push_back(node); }
  size_t size() const { return nodes.size(); }
  std::vector<manta::ActorHandle<Node>> nodes;
};
void Node::Join(manta::ActorHandle<Ring> ring) { ring.Task<&Ring::Add>().Send(manta::CurrentActor().handle<Node>()); }

TEST(HeaderExamples, CurrentActor) {
  const auto ring = manta::Actor<Ring>().Remote();
  const auto node = manta::Actor<Node>().Remote();
  manta::Get(node.Task<&Node::Join>().Remote(ring));
  EXPECT_EQ(*manta::Get(ring.Task<&Ring::size>().Remote()), 1u);
}
}  // namespace current_actor

TEST(HeaderExamples, Error) {
  bool refused = false;
  try {
    manta::Runtime runtime = manta::Init({.config_file = "node.textproto"});
  } catch (const manta::Error& error) {
    std::cerr << error.what() << "\n";
    refused = true;
  }
  EXPECT_TRUE(refused);
}

TEST(HeaderExamples, Free) {
  const std::vector<manta::ObjectRef<int>> frames = manta::PutMany<int>({1, 2});
  manta::Free(frames);
  EXPECT_FALSE(manta::TryGet(frames[0]).ok());
}

namespace generator {
using Page = std::string;
struct Reader {
  explicit Reader(std::string path) : path(std::move(path)) {}
  bool more() const { return count < 3; }
  Page Next() { return path + std::to_string(++count); }
  std::string path;
  int count = 0;
};
std::string used;
void Use(const Page& page) { used += page; }

manta::Generator<Page> Pages(std::string path) {
  for (Reader reader(path); reader.more();) co_yield reader.Next();
}

TEST(HeaderExamples, Generator) {
  for (const manta::ObjectRef<Page>& page : manta::Task<Pages>().Remote("a.txt")) {
    Use(*manta::Get(page));
  }
  EXPECT_EQ(used, "a.txt1a.txt2a.txt3");
}
}  // namespace generator

TEST(HeaderExamples, Metrics) {
  manta::Runtime& runtime = *the_runtime;
  manta::Counter& words = manta::GetCounter({.name = "words.found", .help = "Words in all files so far."});
  words.Add(17);
  manta::GetGauge({.name = "files.open", .help = "Files that are being read."}).Add(1);
  manta::Histogram& times =
      manta::GetHistogram({.name = "reading.time", .help = "Of one file.", .unit = "ns"}, {{"disk", "sda"}});
  times.Record(1500);
  std::cout << runtime.MetricsText();
  EXPECT_NE(runtime.MetricsText().find("words_found_total 17"), std::string::npos);
}

TEST(HeaderExamples, ObjectRef) {
  manta::ObjectRef<int> nine = manta::Task<Square>().Remote(3);
  manta::ObjectRef<int> same = nine;
  std::cout << *manta::Get(nine);
  EXPECT_EQ(*manta::Get(same), 9);
}

namespace progress {
using Counts = size_t;
Counts Count(const std::string& file) { return file.size(); }
bool Read(int& file, uint64_t* bytes) {
  *bytes += 10;
  return --file > 0;
}

TEST(HeaderExamples, Progress) {
  const std::vector<std::string> files = {"a", "bb"};
  std::vector<manta::ObjectRef<Counts>> refs = manta::Task<Count>().RemoteMany(files);
  manta::Progress(refs, {.title = "counting"});
  auto counts = manta::Get(refs);
  EXPECT_EQ(*counts[1], 2u);
  int file = 4;
  const uint64_t file_size = 40;
  uint64_t bytes = 0;
  manta::ProgressView view("reading bytes", file_size);
  while (Read(file, &bytes)) view.Show({.ready_count = bytes});
  EXPECT_EQ(bytes, file_size);
}
}  // namespace progress

namespace promise {
using Frame = std::string;
struct Camera {
  template <typename Callback>
  void OnFrame(Callback callback) {
    callback(Frame("first"));
  }
};

TEST(HeaderExamples, Promise) {
  Camera camera;
  auto [promise, ref] = manta::MakePromise<Frame>();
  camera.OnFrame([promise = std::move(promise)](Frame frame) mutable { promise.Set(std::move(frame)); });
  manta::Get(ref);
  EXPECT_EQ(*manta::Get(ref), "first");
}
}  // namespace promise

TEST(HeaderExamples, Put) {
  manta::Array<float> array = manta::Array<float>::CopyOf(std::vector<float>(8));
  manta::ObjectRef<std::string> text = manta::Put<std::string>("once");
  manta::ObjectRef<manta::Array<float>> row = manta::Put(std::move(array));
  EXPECT_EQ(*manta::Get(text), "once");
  EXPECT_EQ(manta::Get(row)->size(), 8u);
}

namespace queue {
using Frame = int;
void Record(const manta::Queue<Frame>& frames) {
  for (int i = 0; i < 40; ++i) frames.Put(i);
  frames.Close();
}
int shown = 0;
void Show(Frame) { ++shown; }
manta::Coroutine<bool> IsClosed(manta::Queue<Frame> frames) {
  std::optional<Frame> frame = co_await frames.Getting();
  co_return !frame.has_value();
}

TEST(HeaderExamples, Queue) {
  manta::Queue<Frame> frames(16);
  manta::Task<Record>().Send(frames);
  while (std::optional<Frame> frame = frames.Get()) {
    Show(*frame);
  }
  EXPECT_EQ(shown, 40);
  EXPECT_TRUE(*manta::Get(manta::Task<IsClosed>().Remote(frames)));
}
}  // namespace queue

TEST(HeaderExamples, Result) {
  const manta::ObjectRef<int> ref = manta::Task<Square>().Remote(4);
  const std::vector<manta::ObjectRef<int>> refs = manta::PutMany<int>({1, 2, 3});
  const manta::ObjectRef<void> done = manta::Task<[] {}>().Remote();
  std::shared_ptr<const int> sum = manta::Get(ref);
  auto sums = manta::Get(refs);
  absl::StatusOr<std::shared_ptr<const int>> maybe = manta::TryGet(ref, {.timeout_ns = 1'000'000});
  manta::Get(done);
  EXPECT_EQ(*sum, 16);
  EXPECT_EQ(sums.size(), 3u);
  EXPECT_TRUE(maybe.ok());
}

namespace split {
struct Probe {
  int value = 5;
};
std::tuple<int, std::string> Measure(const Probe& probe);
std::tuple<int, std::string> Measure(const Probe& probe) { return {probe.value, "metres"}; }
struct Counter {
  std::tuple<int, int> Take(int amount) { return {10 - amount, amount}; }
};

TEST(HeaderExamples, Split) {
  const Probe probe;
  const auto counter = manta::Actor<Counter>().Remote();
  auto [value, unit] = manta::Task<Measure>().RemoteSplit(probe);
  auto [rest, count] = counter.Task<&Counter::Take>().RemoteSplit(5);
  EXPECT_EQ(*manta::Get(unit), "metres");
  EXPECT_EQ(*manta::Get(value) + *manta::Get(rest) + *manta::Get(count), 15);
}
}  // namespace split

namespace task {
struct Circle {
  double radius = 1;
};
double Area(const Circle& circle);
double Area(const Circle& circle) { return 3 * circle.radius * circle.radius; }
double Add(double a, double b) { return a + b; }

TEST(HeaderExamples, Task) {
  const Circle circle = {2};
  const std::vector<Circle> circles = {{1}, {2}};
  manta::ObjectRef<double> area = manta::Task<Area>().Remote(circle);
  auto total = manta::Task<Add>({.priority = 1}).Remote(area, 2.0);
  manta::Task<[](int n) { std::cout << n; }>().Send(3);
  auto all = manta::Task<Area>().RemoteMany(circles);
  EXPECT_EQ(*manta::Get(total), 14);
  EXPECT_EQ(*manta::Get(all[1]), 12);
}
}  // namespace task

namespace testing_header {
struct Account {
  explicit Account(int money) : money(money) {}
  int Give(int amount) { return money -= amount; }
  int money;
};
int Sum(int a, int b) { return a + b; }

TEST(TransferTest, KeepsTheSum) {
  the_runtime->Shutdown();  // Simulated ones want to be alone. The other tests come before.
  const auto result = manta::testing::Explore({.seeds = 500}, [] {
    manta::ActorHandle<Account> account = manta::Actor<Account>().Remote(10);
    const auto left = account.Task<&Account::Give>().Remote(3);
    const auto sum = manta::Task<Sum>().Remote(left, 3);
    manta::testing::Check(*manta::Get(sum) == 10, "money was lost");
  });
  EXPECT_TRUE(result.ok()) << result.failure;
}
}  // namespace testing_header

namespace wait {
int used = 0;
void Use(int value) { used += value; }

TEST(HeaderExamples, Wait) {
  const std::vector<manta::ObjectRef<int>> refs = manta::Task<Square>().RemoteMany(std::vector<int>{1, 2, 3});
  manta::WaitSet<int> set(refs);
  while (!set.empty()) {
    manta::ObjectRef<int> next = set.Next();
    Use(*manta::Get(next));
  }
  auto [ready, pending] = manta::Wait(refs, {.count = 3, .timeout_ns = 1'000'000});
  EXPECT_EQ(used, 14);
  EXPECT_EQ(ready.size(), 3u);
  EXPECT_TRUE(pending.empty());
}
}  // namespace wait

namespace weak {
using Index = std::vector<int>;
size_t used = 0;
void Use(const Index& index) { used = index.size(); }

TEST(HeaderExamples, WeakObjectRef) {
  const manta::ObjectRef<Index> index = manta::Put(Index(5));
  manta::WeakObjectRef<Index> last = index;
  if (manta::ObjectRef<Index> again = last.Lock()) {
    Use(*manta::Get(again));
  }
  EXPECT_EQ(used, 5u);
}
}  // namespace weak

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  manta::Runtime runtime = manta::Init(&argc, &argv);
  the_runtime = &runtime;
  return RUN_ALL_TESTS();
}

// SPDX-License-Identifier: Apache-2.0
