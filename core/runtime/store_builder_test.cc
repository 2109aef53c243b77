#include "core/runtime/store_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/text.h"
#include "core/describe/blob.h"
#include "core/interface/basic_object_store.h"
#include "core/runtime/store_pin.h"
#include "core/simulation/simulated_host.h"

namespace manta {
namespace {

using testing::HasSubstr;

ObjectId Id(uint64_t number) { return ObjectId::ForTest(number + 1); }

// Knows how many blocks are out.
class CountingMemory final : public ObjectMemory {
 public:
  explicit CountingMemory(std::atomic<int>& blocks) : blocks_(blocks) {}

  std::byte* Allocate(uint64_t size_bytes) override {
    ++blocks_;
    const uint64_t whole = (size_bytes + ObjectStore::kAlignmentBytes - 1) / ObjectStore::kAlignmentBytes;
    return static_cast<std::byte*>(
        std::aligned_alloc(ObjectStore::kAlignmentBytes, whole * ObjectStore::kAlignmentBytes));
  }
  void Free(std::byte* memory, uint64_t) override {
    --blocks_;
    std::free(memory);
  }

 private:
  std::atomic<int>& blocks_;
};

// A store and its host, as one owner: what a runtime is to its store.
struct World {
  explicit World(std::atomic<int>& blocks, std::atomic<int>* deaths = nullptr) : blocks(blocks), deaths(deaths) {}
  ~World() {
    if (deaths != nullptr) ++*deaths;
  }

  std::atomic<int>& blocks;
  std::atomic<int>* deaths;
  SimulatedHost host;
  BasicObjectStore store{host, 1 << 20, std::make_unique<CountingMemory>(blocks)};
};

class StoreBuilderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto world = std::make_shared<World>(blocks_, &deaths_);
    store_ = std::shared_ptr<ObjectStore>(world, &world->store);
  }
  void TearDown() override {
    if (store_ != nullptr) {
      EXPECT_EQ(store_->Stats().pinned_count, 0u);
      EXPECT_EQ(store_->Stats().open_count, 0u);
    }
    store_ = nullptr;
    EXPECT_EQ(blocks_, 0);
    EXPECT_EQ(deaths_, 1);
  }

  std::atomic<int> blocks_{0};
  std::atomic<int> deaths_{0};
  std::shared_ptr<ObjectStore> store_;
};

TEST_F(StoreBuilderTest, WhatIsFilledIsWhatIsReadWithoutACopy) {
  absl::StatusOr<StoreBuilder> builder = StoreBuilder::Reserve(store_, Id(0), 1000, std::as_bytes(std::span("meta")));
  ASSERT_TRUE(builder.ok());
  ASSERT_EQ(builder->bytes().size(), 1000u);
  const std::byte* const written = builder->bytes().data();
  std::memset(builder->bytes().data(), 7, 1000);
  EXPECT_FALSE(store_->Contains(Id(0)));
  absl::StatusOr<Buffer> buffer = std::move(*builder).Seal();
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(buffer->data(), written);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(written) % Buffer::kAlignmentBytes, 0u);
  EXPECT_EQ(buffer->bytes()[999], std::byte{7});
  EXPECT_TRUE(store_->Contains(Id(0)));
  // Another reader looks at the same bytes, and sees the metadata.
  absl::StatusOr<StorePin::Handle> pin = StorePin::Get(store_, Id(0));
  ASSERT_TRUE(pin.ok());
  EXPECT_EQ((*pin)->data().data(), written);
  EXPECT_EQ((*pin)->View().data(), written);
  EXPECT_EQ((*pin)->metadata().size(), 5u);
  EXPECT_EQ((*pin)->id(), Id(0));
}

TEST_F(StoreBuilderTest, ElementsAreWrittenInPlace) {
  auto builder = StoreArrayBuilder<float>::Reserve(store_, Id(0), 1000);
  ASSERT_TRUE(builder.ok());
  std::iota(builder->elements().begin(), builder->elements().end(), 0.0f);
  (*builder)[1] = -1;
  const float* const written = builder->elements().data();
  absl::StatusOr<Array<float>> row = std::move(*builder).Seal();
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->data(), written);
  EXPECT_EQ(row->size(), 1000u);
  EXPECT_EQ((*row)[1], -1);
  EXPECT_EQ((*row)[999], 999);
  EXPECT_EQ((*row).ToVector().size(), 1000u);
}

TEST_F(StoreBuilderTest, TheObjectIsPinnedAsLongAsTheLastViewLives) {
  absl::StatusOr<StoreBuilder> builder = StoreBuilder::Reserve(store_, Id(0), 64);
  std::optional<Buffer> buffer = *std::move(*builder).Seal();
  std::optional<Buffer> slice = buffer->Slice(8, 8);
  ASSERT_TRUE(store_->Delete(Id(0)).ok());
  buffer.reset();
  EXPECT_EQ(store_->Stats().pinned_count, 1u);
  EXPECT_EQ(blocks_, 1);
  slice.reset();
  EXPECT_EQ(store_->Stats().pinned_count, 0u);
  EXPECT_EQ(blocks_, 0);
}

TEST_F(StoreBuilderTest, AViewOutlivesTheRuntimeAndItsMemoryGoesWithIt) {
  auto builder = StoreArrayBuilder<int32_t>::Reserve(store_, Id(0), 100);
  std::fill(builder->elements().begin(), builder->elements().end(), 5);
  std::optional<Array<int32_t>> row = *std::move(*builder).Seal();
  store_ = nullptr;  // Shutdown.
  EXPECT_EQ(deaths_, 0);
  EXPECT_EQ((*row)[99], 5);
  std::optional<Array<int32_t>> copy = row->Slice(50, 50);
  row.reset();
  EXPECT_EQ((*copy)[49], 5);
  EXPECT_EQ(blocks_, 1);
  copy.reset();
  EXPECT_EQ(blocks_, 0);
  EXPECT_EQ(deaths_, 1);
}

TEST_F(StoreBuilderTest, AnUnsealedBuilderAborts) {
  {
    absl::StatusOr<StoreBuilder> builder = StoreBuilder::Reserve(store_, Id(0), 64);
    EXPECT_EQ(store_->Stats().open_count, 1u);
    const StoreBuilder moved = *std::move(builder);  // Aborts once.
    EXPECT_EQ(store_->Stats().open_count, 1u);
  }
  EXPECT_EQ(store_->Stats().open_count, 0u);
  EXPECT_EQ(blocks_, 0);
  EXPECT_TRUE(StoreBuilder::Reserve(store_, Id(0), 64).ok());  // The id is free again.
}

TEST_F(StoreBuilderTest, AFullStoreNamesTheSizes) {
  const absl::Status status = StoreBuilder::Reserve(store_, Id(0), 2 << 20).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  for (const std::string& words : {Id(0).ToHex(), std::string("2097152"), std::string("1048576")}) {
    EXPECT_THAT(std::string(ToStd(status.message())), HasSubstr(words));
  }
  const absl::Status overflow = StoreArrayBuilder<double>::Reserve(store_, Id(0), UINT64_MAX / 2).status();
  EXPECT_EQ(overflow.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(ToStd(overflow.message())), HasSubstr("9223372036854775807 elements of 8 bytes"));
  EXPECT_EQ(store_->Stats().used_bytes, 0u);
}

TEST_F(StoreBuilderTest, ErrorsOfTheStoreComeThrough) {
  absl::StatusOr<StoreBuilder> first = StoreBuilder::Reserve(store_, Id(0), 64);
  EXPECT_EQ(StoreBuilder::Reserve(store_, Id(0), 64).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(StorePin::Get(store_, Id(0)).status().code(), absl::StatusCode::kNotFound);  // Still open.
  ASSERT_TRUE(store_->Seal(Id(0)).ok());                                                 // Behind the builder's back.
  EXPECT_EQ(std::move(*first).Seal().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(store_->Contains(Id(0)));  // Nobody else's object is aborted.
}

TEST_F(StoreBuilderTest, AnEmptyObjectIsOneToo) {
  absl::StatusOr<StoreBuilder> builder = StoreBuilder::Reserve(store_, Id(0), 0);
  ASSERT_TRUE(builder.ok());
  absl::StatusOr<Buffer> buffer = std::move(*builder).Seal();
  ASSERT_TRUE(buffer.ok());
  EXPECT_TRUE(buffer->empty());
  EXPECT_EQ(store_->Stats().pinned_count, 1u);
}

TEST_F(StoreBuilderTest, WithoutAStoreTheHeapServes) {
  auto builder = StoreArrayBuilder<uint16_t>::Reserve(nullptr, ObjectId(), 3);
  ASSERT_TRUE(builder.ok());
  std::fill(builder->elements().begin(), builder->elements().end(), uint16_t{9});
  const uint16_t* const written = builder->elements().data();
  absl::StatusOr<Array<uint16_t>> row = std::move(*builder).Seal();
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->data(), written);
  EXPECT_EQ(*row, (Array<uint16_t>{9, 9, 9}));
  const absl::Status status = StoreBuilder::Reserve(nullptr, ObjectId(), UINT64_MAX - 10).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(ToStd(status.message())), HasSubstr("18446744073709551605 bytes"));
}

// A blob that a serializer reads in place keeps the object, as a Buffer does.
TEST_F(StoreBuilderTest, ABlobReadInPlaceKeepsTheObject) {
  ASSERT_TRUE(std::move(*StoreBuilder::Reserve(store_, Id(0), 640)).Seal().ok());
  Array<float> blob;
  {
    absl::StatusOr<StorePin::Handle> pin = StorePin::Get(store_, Id(0));
    (*pin)->Retain();
    ASSERT_TRUE(Describe<Array<float>>().blob->adopt(
        &blob, (*pin)->data(), [](void* keeper) { static_cast<PayloadKeeper*>(keeper)->Release(); },
        static_cast<PayloadKeeper*>(pin->get())));
  }
  EXPECT_EQ(blob.size(), 160u);
  EXPECT_EQ(store_->Stats().pinned_count, 1u);
}

// Both build at once; then both hold copies of all views, read the other's objects, and drop what they hold.
TEST_F(StoreBuilderTest, TwoThreadsBuildAndReadTheSameStore) {
  constexpr uint64_t kRounds = 300;
  std::vector<Buffer> made[2];
  const auto build = [&](uint64_t thread) {
    for (uint64_t i = 0; i < kRounds; ++i) {
      absl::StatusOr<StoreBuilder> builder = StoreBuilder::Reserve(store_, Id(2 * i + thread), 64 + i);
      ASSERT_TRUE(builder.ok());
      std::memset(builder->bytes().data(), static_cast<int>(i & 127), builder->bytes().size());
      made[thread].push_back(*std::move(*builder).Seal());
    }
  };
  const auto read = [&](uint64_t thread, std::vector<Buffer> all) {
    for (uint64_t i = 0; i < kRounds; ++i) {
      absl::StatusOr<StorePin::Handle> pin = StorePin::Get(store_, Id(2 * i + 1 - thread));
      ASSERT_TRUE(pin.ok());
      const Buffer view = (*pin)->View();
      Buffer& shared = all[(1 - thread) * kRounds + i];
      EXPECT_EQ(view.data(), shared.data());
      EXPECT_EQ(view.bytes()[63 + i], static_cast<std::byte>(i & 127));
      shared = Buffer();
    }
  };
  const auto both = [](auto first, auto second) {
    std::thread other(second);
    first();
    other.join();
  };
  both([&] { build(0); }, [&] { build(1); });
  std::vector<Buffer> all = std::move(made[0]);
  all.insert(all.end(), made[1].begin(), made[1].end());
  made[1].clear();
  both([&] { read(0, all); }, [&, all] { read(1, all); });
  all.clear();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
