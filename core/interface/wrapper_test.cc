// Each wrapper forwards every method to its inner object, arguments and results unchanged.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <utility>

#include "core/interface/clock_wrapper.h"
#include "core/interface/disk_wrapper.h"
#include "core/interface/eviction_wrapper.h"
#include "core/interface/executor_wrapper.h"
#include "core/interface/host_wrapper.h"
#include "core/interface/memory_budget_wrapper.h"
#include "core/interface/metrics_wrapper.h"
#include "core/interface/object_store_wrapper.h"
#include "core/interface/random_wrapper.h"
#include "core/interface/ref_counter_wrapper.h"
#include "core/interface/scheduler_wrapper.h"
#include "core/interface/serializer_wrapper.h"

namespace manta {
namespace {

using testing::Ref;
using testing::Return;
using testing::ReturnRef;
using testing::StrictMock;

class MockClock : public Clock {
 public:
  MOCK_METHOD(int64_t, NowNs, (), (override));
  MOCK_METHOD(int64_t, CoarseNs, (), (override));
  MOCK_METHOD(int64_t, WallNs, (), (override));
};

TEST(WrapperTest, ClockForwards) {
  StrictMock<MockClock> inner;
  ClockWrapper wrapper(inner);
  EXPECT_CALL(inner, NowNs).WillOnce(Return(1));
  EXPECT_CALL(inner, CoarseNs).WillOnce(Return(2));
  EXPECT_CALL(inner, WallNs).WillOnce(Return(3));
  EXPECT_EQ(wrapper.NowNs(), 1);
  EXPECT_EQ(wrapper.CoarseNs(), 2);
  EXPECT_EQ(wrapper.WallNs(), 3);
}

class MockRandom : public Random {
 public:
  MOCK_METHOD(uint64_t, Next, (), (override));
  MOCK_METHOD(void, Fill, (std::span<std::byte>), (override));
};

MATCHER_P(SameSpan, span, "") { return arg.data() == span.data() && arg.size() == span.size(); }

TEST(WrapperTest, RandomForwards) {
  StrictMock<MockRandom> inner;
  RandomWrapper wrapper(inner);
  std::array<std::byte, 3> bytes;
  const std::span<std::byte> all(bytes);
  EXPECT_CALL(inner, Next).WillOnce(Return(7));
  EXPECT_CALL(inner, Fill(SameSpan(all)));
  EXPECT_EQ(wrapper.Next(), 7u);
  wrapper.Fill(all);
}

class MockExecutor : public Executor {
 public:
  MOCK_METHOD(absl::StatusOr<ThreadId>, Start, (std::string_view, Job), (override));
  MOCK_METHOD(absl::Status, Join, (ThreadId), (override));
  MOCK_METHOD(ThreadId, Self, (), (override));
  MOCK_METHOD(uint64_t, StackBytesLeft, (), (override));
  MOCK_METHOD(WakeReason, Park, (int64_t), (override));
  MOCK_METHOD(void, Unpark, (ThreadId), (override));
  MOCK_METHOD(void, Yield, (), (override));
  MOCK_METHOD(uint32_t, parallelism, (), (const, override));
};

MATCHER_P(SameJob, job, "") { return arg.run == job.run && arg.context == job.context; }

TEST(WrapperTest, ExecutorForwards) {
  StrictMock<MockExecutor> inner;
  ExecutorWrapper wrapper(inner);
  int context = 0;
  const Job job = {.run = [](void*) {}, .context = &context};
  EXPECT_CALL(inner, Start(std::string_view("name"), SameJob(job))).WillOnce(Return(ThreadId{5}));
  EXPECT_CALL(inner, Join(ThreadId{5})).WillOnce(Return(absl::NotFoundError("5")));
  EXPECT_CALL(inner, Self).WillOnce(Return(ThreadId{6}));
  EXPECT_CALL(inner, Park(77)).WillOnce(Return(WakeReason::kDeadline));
  EXPECT_CALL(inner, Unpark(ThreadId{8}));
  EXPECT_CALL(inner, Yield);
  EXPECT_CALL(inner, parallelism).WillOnce(Return(9));
  EXPECT_EQ(wrapper.Start("name", job).value(), ThreadId{5});
  EXPECT_EQ(wrapper.Join(ThreadId{5}), absl::NotFoundError("5"));
  EXPECT_EQ(wrapper.Self(), ThreadId{6});
  EXPECT_CALL(inner, StackBytesLeft).WillOnce(Return(77u));
  EXPECT_EQ(wrapper.StackBytesLeft(), 77u);
  EXPECT_EQ(wrapper.Park(77), WakeReason::kDeadline);
  wrapper.Unpark(ThreadId{8});
  wrapper.Yield();
  EXPECT_EQ(wrapper.parallelism(), 9u);
}

class MockFile : public File {
 public:
  MOCK_METHOD(absl::Status, ReadAt, (uint64_t, std::span<std::byte>), (override));
  MOCK_METHOD(absl::Status, WriteAt, (uint64_t, std::span<const std::byte>), (override));
  MOCK_METHOD(absl::Status, Sync, (), (override));
  MOCK_METHOD(absl::StatusOr<uint64_t>, SizeBytes, (), (override));
};

TEST(WrapperTest, FileForwards) {
  auto owned = std::make_unique<StrictMock<MockFile>>();
  StrictMock<MockFile>& inner = *owned;
  FileWrapper wrapper(std::move(owned));
  std::array<std::byte, 3> bytes;
  const std::span<std::byte> all(bytes);
  EXPECT_CALL(inner, ReadAt(1, SameSpan(all))).WillOnce(Return(absl::DataLossError("read")));
  EXPECT_CALL(inner, WriteAt(2, SameSpan(all))).WillOnce(Return(absl::DataLossError("write")));
  EXPECT_CALL(inner, Sync).WillOnce(Return(absl::DataLossError("sync")));
  EXPECT_CALL(inner, SizeBytes).WillOnce(Return(3));
  EXPECT_EQ(wrapper.ReadAt(1, all), absl::DataLossError("read"));
  EXPECT_EQ(wrapper.WriteAt(2, all), absl::DataLossError("write"));
  EXPECT_EQ(wrapper.Sync(), absl::DataLossError("sync"));
  EXPECT_EQ(wrapper.SizeBytes().value(), 3u);
}

class MockDisk : public Disk {
 public:
  MOCK_METHOD(absl::StatusOr<std::unique_ptr<File>>, Open, (std::string_view, OpenMode), (override));
  MOCK_METHOD(absl::Status, Rename, (std::string_view, std::string_view), (override));
  MOCK_METHOD(absl::Status, Remove, (std::string_view), (override));
  MOCK_METHOD(absl::Status, MakeDirectory, (std::string_view), (override));
  MOCK_METHOD(absl::Status, SyncDirectory, (std::string_view), (override));
  MOCK_METHOD(absl::Status, List, (std::string_view, NameSink&), (override));
  MOCK_METHOD(absl::StatusOr<uint64_t>, FreeBytes, (std::string_view), (override));
};

class NoNames final : public NameSink {
 public:
  void OnName(std::string_view) override {}
};

TEST(WrapperTest, DiskForwards) {
  StrictMock<MockDisk> inner;
  DiskWrapper wrapper(inner);
  NoNames sink;
  EXPECT_CALL(inner, Open(std::string_view("a"), OpenMode::kWrite)).WillOnce([](std::string_view, OpenMode) {
    return std::make_unique<MockFile>();
  });
  EXPECT_CALL(inner, Rename(std::string_view("a"), std::string_view("b"))).WillOnce(Return(absl::NotFoundError("1")));
  EXPECT_CALL(inner, Remove(std::string_view("c"))).WillOnce(Return(absl::NotFoundError("2")));
  EXPECT_CALL(inner, MakeDirectory(std::string_view("d"))).WillOnce(Return(absl::NotFoundError("3")));
  EXPECT_CALL(inner, SyncDirectory(std::string_view("e"))).WillOnce(Return(absl::NotFoundError("4")));
  EXPECT_CALL(inner, List(std::string_view("f"), Ref(sink))).WillOnce(Return(absl::NotFoundError("5")));
  EXPECT_CALL(inner, FreeBytes(std::string_view("g"))).WillOnce(Return(6));
  EXPECT_TRUE(wrapper.Open("a", OpenMode::kWrite).ok());
  EXPECT_EQ(wrapper.Rename("a", "b"), absl::NotFoundError("1"));
  EXPECT_EQ(wrapper.Remove("c"), absl::NotFoundError("2"));
  EXPECT_EQ(wrapper.MakeDirectory("d"), absl::NotFoundError("3"));
  EXPECT_EQ(wrapper.SyncDirectory("e"), absl::NotFoundError("4"));
  EXPECT_EQ(wrapper.List("f", sink), absl::NotFoundError("5"));
  EXPECT_EQ(wrapper.FreeBytes("g").value(), 6u);
}

class MockCounter : public Counter {
 public:
  MOCK_METHOD(void, Add, (uint64_t), (override));
  MOCK_METHOD(uint64_t, value, (), (const, override));
};

class MockGauge : public Gauge {
 public:
  MOCK_METHOD(void, Set, (int64_t), (override));
  MOCK_METHOD(void, Add, (int64_t), (override));
  MOCK_METHOD(int64_t, value, (), (const, override));
};

class MockHistogram : public Histogram {
 public:
  MOCK_METHOD(void, Record, (uint64_t), (override));
  MOCK_METHOD(uint64_t, count, (), (const, override));
  MOCK_METHOD(uint64_t, sum, (), (const, override));
  MOCK_METHOD(uint64_t, bucket, (uint32_t), (const, override));
};

class MockMetrics : public Metrics {
 public:
  MOCK_METHOD(Counter&, GetCounter, (const MetricSpec&), (override));
  MOCK_METHOD(Gauge&, GetGauge, (const MetricSpec&), (override));
  MOCK_METHOD(Histogram&, GetHistogram, (const MetricSpec&), (override));
};

TEST(WrapperTest, MetricsForwards) {
  StrictMock<MockMetrics> inner;
  MetricsWrapper wrapper(inner);
  const MetricSpec spec = {.name = "a.b", .help = "Help."};
  MockCounter counter;
  MockGauge gauge;
  MockHistogram histogram;
  EXPECT_CALL(inner, GetCounter(Ref(spec))).WillOnce(ReturnRef(counter));
  EXPECT_CALL(inner, GetGauge(Ref(spec))).WillOnce(ReturnRef(gauge));
  EXPECT_CALL(inner, GetHistogram(Ref(spec))).WillOnce(ReturnRef(histogram));
  EXPECT_EQ(&wrapper.GetCounter(spec), &counter);
  EXPECT_EQ(&wrapper.GetGauge(spec), &gauge);
  EXPECT_EQ(&wrapper.GetHistogram(spec), &histogram);
}

class MockMemoryBudget : public MemoryBudget {
 public:
  MOCK_METHOD(absl::Status, Reserve, (uint64_t), (override));
  MOCK_METHOD(void, Release, (uint64_t), (override));
  MOCK_METHOD(uint64_t, limit_bytes, (), (const, override));
  MOCK_METHOD(uint64_t, used_bytes, (), (const, override));
};

TEST(WrapperTest, MemoryBudgetForwards) {
  StrictMock<MockMemoryBudget> inner;
  MemoryBudgetWrapper wrapper(inner);
  EXPECT_CALL(inner, Reserve(1)).WillOnce(Return(absl::ResourceExhaustedError("1")));
  EXPECT_CALL(inner, Release(2));
  EXPECT_CALL(inner, limit_bytes).WillOnce(Return(3));
  EXPECT_CALL(inner, used_bytes).WillOnce(Return(4));
  EXPECT_EQ(wrapper.Reserve(1), absl::ResourceExhaustedError("1"));
  wrapper.Release(2);
  EXPECT_EQ(wrapper.limit_bytes(), 3u);
  EXPECT_EQ(wrapper.used_bytes(), 4u);
}

class MockHost : public Host {
 public:
  MOCK_METHOD(Clock&, clock, (), (const, override));
  MOCK_METHOD(Random&, random, (), (const, override));
  MOCK_METHOD(Executor&, executor, (), (const, override));
  MOCK_METHOD(Disk&, disk, (), (const, override));
  MOCK_METHOD(Metrics&, metrics, (), (const, override));
  MOCK_METHOD(MemoryBudget&, memory, (), (const, override));
  MOCK_METHOD(void, Log, (LogLevel, std::string_view, std::string_view), (const, override));
  MOCK_METHOD(absl::StatusOr<void*>, TakeInnerPlugin, (std::string_view, std::string_view, uint32_t),
              (const, override));
};

struct Inner {
  static constexpr std::string_view kInterfaceName = "inner";
  static constexpr uint32_t kInterfaceVersion = 3;
};

TEST(WrapperTest, HostForwards) {
  StrictMock<MockHost> inner;
  HostWrapper wrapper(inner);
  MockClock clock;
  MockRandom random;
  MockExecutor executor;
  MockDisk disk;
  MockMetrics metrics;
  MockMemoryBudget memory;
  auto plugin = std::make_unique<Inner>();
  Inner* const raw = plugin.get();
  EXPECT_CALL(inner, clock).WillOnce(ReturnRef(clock));
  EXPECT_CALL(inner, random).WillOnce(ReturnRef(random));
  EXPECT_CALL(inner, executor).WillOnce(ReturnRef(executor));
  EXPECT_CALL(inner, disk).WillOnce(ReturnRef(disk));
  EXPECT_CALL(inner, metrics).WillOnce(ReturnRef(metrics));
  EXPECT_CALL(inner, memory).WillOnce(ReturnRef(memory));
  EXPECT_CALL(inner, Log(LogLevel::kWarning, std::string_view("a.b"), std::string_view("c=1")));
  EXPECT_CALL(inner, TakeInnerPlugin(std::string_view("memory"), Inner::kInterfaceName, Inner::kInterfaceVersion))
      .WillOnce([&](std::string_view, std::string_view, uint32_t) { return plugin.release(); });
  EXPECT_EQ(&wrapper.clock(), &clock);
  EXPECT_EQ(&wrapper.random(), &random);
  EXPECT_EQ(&wrapper.executor(), &executor);
  EXPECT_EQ(&wrapper.disk(), &disk);
  EXPECT_EQ(&wrapper.metrics(), &metrics);
  EXPECT_EQ(&wrapper.memory(), &memory);
  wrapper.Log(LogLevel::kWarning, "a.b", "c=1");
  const auto taken = wrapper.TakeInner<Inner>("memory");
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken->get(), raw);
}

class MockScheduler : public Scheduler {
 public:
  MOCK_METHOD(absl::Status, Start, (const SchedulerSetup&), (override));
  MOCK_METHOD(absl::StatusOr<uint32_t>, DefineDemand, (std::span<const ResourceAmount>), (override));
  MOCK_METHOD(absl::Status, Push, (uint32_t, std::span<const ReadyTask>), (override));
  MOCK_METHOD(bool, Pop, (uint32_t, ReadyTask*), (override));
  MOCK_METHOD(bool, TakeBack, (uint32_t, uint64_t), (override));
  MOCK_METHOD(bool, Acquire, (uint32_t), (override));
  MOCK_METHOD(uint64_t, Return, (uint32_t), (override));
  MOCK_METHOD(uint64_t, Drain, (std::span<ReadyTask>), (override));
  MOCK_METHOD(uint64_t, List, (std::span<ReadyTask>), (override));
  MOCK_METHOD(SchedulerStats, Stats, (), (override));
};

TEST(WrapperTest, SchedulerForwards) {
  StrictMock<MockScheduler> inner;
  SchedulerWrapper wrapper(inner);
  const SchedulerSetup setup;
  const std::array<ResourceAmount, 1> amounts = {};
  std::array<ReadyTask, 2> tasks = {};
  EXPECT_CALL(inner, Start(Ref(setup))).WillOnce(Return(absl::AbortedError("s")));
  EXPECT_CALL(inner, DefineDemand(SameSpan(std::span(amounts)))).WillOnce(Return(9u));
  EXPECT_CALL(inner, Push(3, SameSpan(std::span(tasks)))).WillOnce(Return(absl::AbortedError("p")));
  EXPECT_CALL(inner, Pop(4, tasks.data())).WillOnce(Return(true));
  EXPECT_CALL(inner, TakeBack(5, 77)).WillOnce(Return(true));
  EXPECT_CALL(inner, Acquire(6)).WillOnce(Return(true));
  EXPECT_CALL(inner, Return(7)).WillOnce(Return(8u));
  EXPECT_CALL(inner, Drain(SameSpan(std::span(tasks)))).WillOnce(Return(2u));
  EXPECT_CALL(inner, List(SameSpan(std::span(tasks)))).WillOnce(Return(1u));
  EXPECT_CALL(inner, Stats).WillOnce(Return(SchedulerStats{.queued_count = 1}));
  EXPECT_EQ(wrapper.Start(setup), absl::AbortedError("s"));
  EXPECT_EQ(*wrapper.DefineDemand(amounts), 9u);
  EXPECT_EQ(wrapper.Push(3, tasks), absl::AbortedError("p"));
  EXPECT_TRUE(wrapper.Pop(4, tasks.data()));
  EXPECT_TRUE(wrapper.TakeBack(5, 77));
  EXPECT_TRUE(wrapper.Acquire(6));
  EXPECT_EQ(wrapper.Return(7), 8u);
  EXPECT_EQ(wrapper.Drain(tasks), 2u);
  EXPECT_EQ(wrapper.List(tasks), 1u);
  EXPECT_EQ(wrapper.Stats().queued_count, 1u);
}

class MockObjectStore : public ObjectStore {
 public:
  MOCK_METHOD(absl::StatusOr<std::span<std::byte>>, Create, (ObjectId, uint64_t, std::span<const std::byte>),
              (override));
  MOCK_METHOD(absl::Status, Seal, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Abort, (ObjectId), (override));
  MOCK_METHOD(absl::StatusOr<ObjectView>, Get, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Release, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Delete, (ObjectId), (override));
  MOCK_METHOD(bool, Contains, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Cache, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Uncache, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Subscribe, (ObjectId, SealListener*), (override));
  MOCK_METHOD(absl::Status, Unsubscribe, (ObjectId, SealListener*), (override));
  MOCK_METHOD(ObjectStoreStats, Stats, (), (override));
  MOCK_METHOD(uint64_t, List, (std::span<ObjectInfo>), (override));
};

class NoListener final : public SealListener {
 public:
  void OnSealed(ObjectId) override {}
};

constexpr ObjectId Id(uint64_t number) { return ObjectId::ForTest(number); }

TEST(WrapperTest, ObjectStoreForwards) {
  StrictMock<MockObjectStore> inner;
  ObjectStoreWrapper wrapper(inner);
  std::array<std::byte, 3> bytes;
  const std::span<std::byte> all(bytes);
  const std::span<const std::byte> metadata = all.first(2);
  std::array<ObjectInfo, 2> infos;
  NoListener listener;
  EXPECT_CALL(inner, Create(Id(1), 7, SameSpan(metadata))).WillOnce(Return(all));
  EXPECT_CALL(inner, Seal(Id(2))).WillOnce(Return(absl::AbortedError("s")));
  EXPECT_CALL(inner, Abort(Id(3))).WillOnce(Return(absl::AbortedError("a")));
  EXPECT_CALL(inner, Get(Id(4))).WillOnce(Return(ObjectView{.data = all, .metadata = metadata}));
  EXPECT_CALL(inner, Release(Id(5))).WillOnce(Return(absl::AbortedError("r")));
  EXPECT_CALL(inner, Delete(Id(6))).WillOnce(Return(absl::AbortedError("d")));
  EXPECT_CALL(inner, Contains(Id(7))).WillOnce(Return(true));
  EXPECT_CALL(inner, Cache(Id(8))).WillOnce(Return(absl::AbortedError("c")));
  EXPECT_CALL(inner, Uncache(Id(9))).WillOnce(Return(absl::AbortedError("u")));
  EXPECT_CALL(inner, Subscribe(Id(10), &listener)).WillOnce(Return(absl::AbortedError("on")));
  EXPECT_CALL(inner, Unsubscribe(Id(11), &listener)).WillOnce(Return(absl::AbortedError("off")));
  EXPECT_CALL(inner, Stats).WillOnce(Return(ObjectStoreStats{.open_count = 1}));
  EXPECT_CALL(inner, List(SameSpan(std::span(infos)))).WillOnce(Return(12u));
  EXPECT_THAT(*wrapper.Create(Id(1), 7, metadata), SameSpan(all));
  EXPECT_EQ(wrapper.Seal(Id(2)), absl::AbortedError("s"));
  EXPECT_EQ(wrapper.Abort(Id(3)), absl::AbortedError("a"));
  const ObjectView view = *wrapper.Get(Id(4));
  EXPECT_THAT(view.data, SameSpan(all));
  EXPECT_THAT(view.metadata, SameSpan(metadata));
  EXPECT_EQ(wrapper.Release(Id(5)), absl::AbortedError("r"));
  EXPECT_EQ(wrapper.Delete(Id(6)), absl::AbortedError("d"));
  EXPECT_TRUE(wrapper.Contains(Id(7)));
  EXPECT_EQ(wrapper.Cache(Id(8)), absl::AbortedError("c"));
  EXPECT_EQ(wrapper.Uncache(Id(9)), absl::AbortedError("u"));
  EXPECT_EQ(wrapper.Subscribe(Id(10), &listener), absl::AbortedError("on"));
  EXPECT_EQ(wrapper.Unsubscribe(Id(11), &listener), absl::AbortedError("off"));
  EXPECT_EQ(wrapper.Stats().open_count, 1u);
  EXPECT_EQ(wrapper.List(infos), 12u);
}

class MockEvictionPolicy : public EvictionPolicy {
 public:
  MOCK_METHOD(absl::Status, Insert, (ObjectId, uint64_t), (override));
  MOCK_METHOD(absl::Status, Access, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Pin, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Unpin, (ObjectId), (override));
  MOCK_METHOD(absl::Status, Erase, (ObjectId), (override));
  MOCK_METHOD(absl::StatusOr<Evicted>, Evict, (), (override));
  MOCK_METHOD(EvictionStats, Stats, (), (const, override));
};

TEST(WrapperTest, EvictionPolicyForwards) {
  StrictMock<MockEvictionPolicy> inner;
  EvictionPolicyWrapper wrapper(inner);
  EXPECT_CALL(inner, Insert(Id(1), 7)).WillOnce(Return(absl::AbortedError("i")));
  EXPECT_CALL(inner, Access(Id(2))).WillOnce(Return(absl::AbortedError("a")));
  EXPECT_CALL(inner, Pin(Id(3))).WillOnce(Return(absl::AbortedError("p")));
  EXPECT_CALL(inner, Unpin(Id(4))).WillOnce(Return(absl::AbortedError("u")));
  EXPECT_CALL(inner, Erase(Id(5))).WillOnce(Return(absl::AbortedError("e")));
  EXPECT_CALL(inner, Evict).WillOnce(Return(Evicted{.id = Id(6), .size_bytes = 8}));
  EXPECT_CALL(inner, Stats).WillOnce(Return(EvictionStats{.entry_count = 1}));
  EXPECT_EQ(wrapper.Insert(Id(1), 7), absl::AbortedError("i"));
  EXPECT_EQ(wrapper.Access(Id(2)), absl::AbortedError("a"));
  EXPECT_EQ(wrapper.Pin(Id(3)), absl::AbortedError("p"));
  EXPECT_EQ(wrapper.Unpin(Id(4)), absl::AbortedError("u"));
  EXPECT_EQ(wrapper.Erase(Id(5)), absl::AbortedError("e"));
  const Evicted evicted = *wrapper.Evict();
  EXPECT_EQ(evicted.id, Id(6));
  EXPECT_EQ(evicted.size_bytes, 8u);
  EXPECT_EQ(wrapper.Stats().entry_count, 1u);
}

class MockRefCounter : public RefCounter {
 public:
  MOCK_METHOD(absl::Status, Start, (uint64_t), (override));
  MOCK_METHOD(absl::Status, Observe, (std::span<const RefEvent>), (override));
  MOCK_METHOD(uint64_t, ObserveOneIn, (), (const, override));
  MOCK_METHOD(uint64_t, TakeDecisions, (std::span<RefDecision>), (override));
  MOCK_METHOD(uint64_t, List, (std::span<RefFact>), (const, override));
  MOCK_METHOD(RefCounterStats, Stats, (), (const, override));
};

TEST(WrapperTest, RefCounterForwards) {
  StrictMock<MockRefCounter> inner;
  RefCounterWrapper wrapper(inner);
  const std::array<RefEvent, 2> events = {};
  std::array<RefDecision, 3> decisions = {};
  EXPECT_CALL(inner, Start(4)).WillOnce(Return(absl::AbortedError("s")));
  EXPECT_CALL(inner, Observe(SameSpan(std::span(events)))).WillOnce(Return(absl::AbortedError("o")));
  EXPECT_CALL(inner, TakeDecisions(SameSpan(std::span(decisions)))).WillOnce(Return(2u));
  std::array<RefFact, 2> facts = {};
  EXPECT_CALL(inner, ObserveOneIn).WillOnce(Return(8u));
  EXPECT_CALL(inner, List(SameSpan(std::span(facts)))).WillOnce(Return(9u));
  EXPECT_CALL(inner, Stats).WillOnce(Return(RefCounterStats{.counted_count = 1}));
  EXPECT_EQ(wrapper.Start(4), absl::AbortedError("s"));
  EXPECT_EQ(wrapper.Observe(events), absl::AbortedError("o"));
  EXPECT_EQ(wrapper.ObserveOneIn(), 8u);
  EXPECT_EQ(wrapper.TakeDecisions(decisions), 2u);
  EXPECT_EQ(wrapper.List(facts), 9u);
  EXPECT_EQ(wrapper.Stats().counted_count, 1u);
}

class MockSerializer : public Serializer {
 public:
  MOCK_METHOD(std::string_view, format, (), (const, override));
  MOCK_METHOD(absl::Status, Write, (const TypeDescriptor&, const void*, SerialSink&), (override));
  MOCK_METHOD(absl::Status, Read, (const TypeDescriptor&, const SerialSource&, const ReadLimits&, void*, void*),
              (override));
};

class NoSink final : public SerialSink {
 public:
  uint64_t AddPayload(std::span<const std::byte>) override { return 0; }
  void AddReference(ObjectId) override {}

 private:
  bool Grow(uint64_t) override { return false; }
};

TEST(WrapperTest, SerializerForwards) {
  StrictMock<MockSerializer> inner;
  SerializerWrapper wrapper(inner);
  const TypeDescriptor type;
  const SerialSource source;
  const ReadLimits limits;
  NoSink sink;
  int value = 0;
  int binder = 0;
  EXPECT_CALL(inner, format).WillOnce(Return("words"));
  EXPECT_CALL(inner, Write(Ref(type), &value, Ref(sink))).WillOnce(Return(absl::ResourceExhaustedError("full")));
  EXPECT_CALL(inner, Read(Ref(type), Ref(source), Ref(limits), &binder, &value))
      .WillOnce(Return(absl::InvalidArgumentError("odd")));
  EXPECT_EQ(wrapper.format(), "words");
  EXPECT_EQ(wrapper.Write(type, &value, sink), absl::ResourceExhaustedError("full"));
  EXPECT_EQ(wrapper.Read(type, source, limits, &binder, &value), absl::InvalidArgumentError("odd"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
