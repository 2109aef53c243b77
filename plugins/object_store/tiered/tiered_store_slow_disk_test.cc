// A disk that does not answer: who does not need it goes on, and nothing is lost when it answers at last.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/simulation/simulated_disk.h"
#include "core/simulation/simulated_host.h"
#include "gtest/gtest.h"
#include "plugins/object_store/tiered/test_world.h"
#include "plugins/object_store/tiered/tiered_store.h"

namespace manta {
namespace {

using absl::StatusCode;

constexpr uint64_t kKiB = 1 << 10;
constexpr uint64_t kMemory = 32 * kKiB;  // Eight objects.
constexpr TieredStoreOptions kOptions = {.capacity_bytes = 16 * kMemory, .limits = {.spill_at_percent = 100}};
constexpr int64_t kHourNs = int64_t{3600} * 1'000'000'000;

ObjectId Id(uint64_t number) { return ObjectId::ForTest(number + 1); }

// Its reads, or its writes, wait until they are let go.
class StuckDisk final : public DiskWrapper {
 public:
  StuckDisk(Disk& inner, Executor& executor) : DiskWrapper(inner), executor_(executor) {}

  void Stick(DiskOperation operation) {
    sticks_ = true;
    stuck_ = operation;
  }
  void LetGo() {
    sticks_ = false;
    for (const ThreadId thread : std::exchange(waiting_, {})) executor_.Unpark(thread);
  }
  size_t waiting_count() const { return waiting_.size(); }

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    auto file = DiskWrapper::Open(path, mode);
    if (!file.ok()) return file.status();
    return std::make_unique<StuckFile>(*std::move(file), *this);
  }

 private:
  class StuckFile final : public FileWrapper {
   public:
    StuckFile(std::unique_ptr<File> inner, StuckDisk& disk) : FileWrapper(std::move(inner)), disk_(disk) {}
    absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override {
      disk_.Pass(DiskOperation::kRead);
      return FileWrapper::ReadAt(offset, out);
    }
    absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
      disk_.Pass(DiskOperation::kWrite);
      return FileWrapper::WriteAt(offset, bytes);
    }

   private:
    StuckDisk& disk_;
  };

  void Pass(DiskOperation operation) {
    if (!sticks_ || stuck_ != operation) return;
    waiting_.push_back(executor_.Self());
    while (sticks_) executor_.Park(kNever);
  }

  Executor& executor_;
  bool sticks_ = false;
  DiskOperation stuck_ = DiskOperation::kRead;
  std::vector<ThreadId> waiting_;
};

class SlowDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = MakeTieredStore(host_, kMemory, kOptions);
    ASSERT_TRUE(made.ok()) << made.status();
    store_ = *std::move(made);
  }

  // Nobody is left behind by a test that gave up.
  void TearDown() override { AllEnd(); }

  absl::Status Put(uint64_t number) { return PutObject(*store_, Id(number), 4 * kKiB - 64, number); }
  absl::Status Look(uint64_t number) { return LookAt(*store_, Id(number)); }
  void Fill(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) ASSERT_TRUE(Put(i).ok()) << i;
  }

  // A thread that does this; its status is there when AllEnd has returned.
  const absl::Status& Start(std::function<absl::Status()> body) {
    threads_.push_back(std::make_unique<Thread>(Thread{.body = std::move(body)}));
    Thread& thread = *threads_.back();
    const Job job = {.run =
                         [](void* context) {
                           Thread& self = *static_cast<Thread*>(context);
                           self.status = self.body();
                         },
                     .context = &thread};
    thread.id = *world_.executor().Start("slow", job);
    return thread.status;
  }
  void UntilWaiting(size_t count) {
    while (disk_.waiting_count() < count) world_.executor().Yield();
  }
  void AllEnd() {
    disk_.LetGo();
    for (const auto& thread : threads_)
      world_.executor().Join(thread->id).IgnoreError();  // A deadlock ends the process.
  }

  struct Thread {
    std::function<absl::Status()> body;
    absl::Status status = absl::InternalError("has not ended");
    ThreadId id = {};
  };

  SimulatedHost world_;
  StuckDisk disk_{world_.disk(), world_.executor()};
  HostWithDisk host_{world_, disk_};
  std::unique_ptr<TieredStore> store_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

TEST_F(SlowDiskTest, AWriteThatIsStuckHoldsUpOnlyThoseWhoNeedItsRoom) {
  Fill(8);
  disk_.Stick(DiskOperation::kWrite);
  const absl::Status& first = Start([&] { return Put(100); });
  UntilWaiting(1);
  const absl::Status& second = Start([&] { return Put(101); });
  world_.clock().Advance(kHourNs);
  for (uint64_t i = 0; i < 8; ++i) EXPECT_EQ(Look(i), absl::OkStatus()) << i;  // Also what is being written.
  EXPECT_TRUE(store_->Contains(Id(0)));
  EXPECT_EQ(store_->Stats().sealed_count, 8u);
  EXPECT_TRUE(store_->Delete(Id(0)).ok());
  EXPECT_FALSE(first.ok() || second.ok());
  AllEnd();
  EXPECT_EQ(first, absl::OkStatus());
  EXPECT_EQ(second, absl::OkStatus());
  for (const uint64_t i : {1, 2, 3, 4, 5, 6, 7, 100, 101}) EXPECT_EQ(Look(i), absl::OkStatus()) << i;
  EXPECT_EQ(Look(0).code(), StatusCode::kNotFound);
}

TEST_F(SlowDiskTest, AReadThatIsStuckHoldsUpOnlyThoseWhoWantThatObject) {
  Fill(16);  // 0 to 7 are on disk.
  disk_.Stick(DiskOperation::kRead);
  const absl::Status& read = Start([&] { return Look(0); });
  const absl::Status& deleted = Start([&] { return Look(1); });
  UntilWaiting(2);
  const absl::Status& same = Start([&] { return Look(0); });
  for (int i = 0; i < 20; ++i) world_.executor().Yield();
  world_.clock().Advance(kHourNs);
  for (uint64_t i = 8; i < 16; ++i) EXPECT_EQ(Look(i), absl::OkStatus()) << i;
  EXPECT_EQ(Put(100), absl::OkStatus()) << "to write is not to read";
  EXPECT_TRUE(store_->Delete(Id(1)).ok());
  EXPECT_TRUE(store_->Delete(Id(2)).ok());
  EXPECT_FALSE(read.ok() || same.ok() || deleted.ok());
  EXPECT_EQ(disk_.waiting_count(), 2u) << "one reads for all who want the same";
  AllEnd();
  EXPECT_EQ(read, absl::OkStatus());
  EXPECT_EQ(same, absl::OkStatus());
  EXPECT_EQ(deleted.code(), StatusCode::kNotFound);
  for (const uint64_t i : {0, 3, 4, 5, 6, 7, 8, 15, 100}) EXPECT_EQ(Look(i), absl::OkStatus()) << i;
}

// Nobody asks any more for what is on its way; and nobody waits for it.
TEST_F(SlowDiskTest, AReadAheadThatIsStuckHoldsUpNobody) {
  auto made = MakeTieredStore(host_, 32 << 20, {.capacity_bytes = 256 << 20, .limits = {.spill_at_percent = 100}});
  ASSERT_TRUE(made.ok()) << made.status();
  store_ = *std::move(made);
  for (uint64_t i = 0; i < 400; ++i) ASSERT_EQ(PutObject(*store_, Id(i), 100'000, i), absl::OkStatus()) << i;
  for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(Look(i), absl::OkStatus()) << i;
  disk_.Stick(DiskOperation::kRead);
  for (int i = 0; i < 100 && disk_.waiting_count() == 0; ++i) world_.executor().Yield();
  ASSERT_EQ(disk_.waiting_count(), 1u);
  for (uint64_t i = 0; i < 100; ++i) EXPECT_TRUE(store_->Delete(Id(i)).ok()) << i;
  EXPECT_EQ(Put(1000), absl::OkStatus());
  EXPECT_EQ(Look(399), absl::OkStatus());
  EXPECT_EQ(disk_.waiting_count(), 1u) << "it is still there";
}

// Whoever needs memory writes on its own thread: there are no threads for that which could all be busy.
TEST_F(SlowDiskTest, F24_AFullStoreSpillsWhileEverythingElseIsReadBack) {
  Fill(24);
  disk_.Stick(DiskOperation::kRead);
  std::vector<const absl::Status*> reads;
  for (uint64_t i = 0; i < 16; ++i) reads.push_back(&Start([this, i] { return Look(i); }));
  UntilWaiting(16);
  for (uint64_t i = 100; i < 120; ++i) ASSERT_EQ(Put(i), absl::OkStatus()) << i;
  AllEnd();
  for (uint64_t i = 0; i < 16; ++i) EXPECT_EQ(*reads[i], absl::OkStatus()) << i;
  for (uint64_t i = 100; i < 120; ++i) EXPECT_EQ(Look(i), absl::OkStatus()) << i;
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
