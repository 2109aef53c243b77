#include "tests/conformance/object_store_fixture.h"

#include <algorithm>
#include <cstring>

#include "glog/logging.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

uint64_t PatternWord(uint64_t tag, uint64_t word_index) { return (tag + word_index) * 0x9e3779b97f4a7c15u ^ tag; }

}  // namespace

void Fill(std::span<std::byte> out, uint64_t tag) {
  for (uint64_t i = 0; i * 8 < out.size(); ++i) {
    const uint64_t word = PatternWord(tag, i);
    std::memcpy(out.data() + i * 8, &word, std::min<uint64_t>(8, out.size() - i * 8));
  }
}

bool HoldsPattern(std::span<const std::byte> bytes, uint64_t tag) {
  for (uint64_t i = 0; i * 8 < bytes.size(); ++i) {
    const uint64_t word = PatternWord(tag, i);
    if (std::memcmp(bytes.data() + i * 8, &word, std::min<uint64_t>(8, bytes.size() - i * 8)) != 0) return false;
  }
  return true;
}

Bytes Pattern(uint64_t size_bytes, uint64_t tag) {
  Bytes bytes(size_bytes);
  Fill(bytes, tag);
  return bytes;
}

ObjectStoreConformance::ObjectStoreConformance() : host_(std::make_unique<SuiteHost>(Plugin().slot(), Options().seed)) {
  absl::StatusOr<std::unique_ptr<ObjectStore>> made = Plugin().Make<ObjectStore>(*host_);
  CHECK(made.ok()) << made.status().message();
  store_ = *std::move(made);
  capacity_bytes_ = store_->Stats().capacity_bytes;
}

ObjectStoreConformance::~ObjectStoreConformance() = default;

void ObjectStoreConformance::Destroy() { store_.reset(); }

void ObjectStoreConformance::TearDown() {
  if (store_ != nullptr) {
    GiveEverythingBack();
    const ObjectStoreStats stats = store_->Stats();
    EXPECT_EQ(stats.used_bytes, 0u) << "accounting: bytes are charged though every object was given up";
    EXPECT_EQ(stats.open_count, 0u) << "accounting: open objects are counted though all were aborted";
    EXPECT_EQ(stats.sealed_count, 0u) << "accounting: sealed objects are counted though all were deleted";
    EXPECT_EQ(stats.pinned_count, 0u) << "accounting: pins are counted though all were released";
    EXPECT_EQ(stats.cached_count, 0u) << "accounting: cached objects are counted though all were deleted";
    EXPECT_EQ(stats.cached_bytes, 0u) << "accounting: cached bytes are counted though all were deleted";
    EXPECT_EQ(store_->List({}), 0u) << "accounting: objects are listed though all were given up";
    store_.reset();
  }
  EXPECT_EQ(host_->memory().used_bytes(), 0u) << "accounting: the store is gone, and part of the memory budget with it";
}

void ObjectStoreConformance::GiveEverythingBack() {
  for (const auto& [id, object] : Listed()) {
    if (object.state == ObjectState::kOpen) {
      EXPECT_THAT(store_->Abort(id), IsOk()) << "accounting: aborting what List shows as open";
      continue;
    }
    for (uint64_t i = 0; i < object.pin_count; ++i) {
      EXPECT_THAT(store_->Release(id), IsOk()) << "accounting: releasing a pin that List shows";
    }
    if (object.state != ObjectState::kSealed) continue;
    EXPECT_THAT(store_->Delete(id), IsOk()) << "accounting: deleting what List shows as sealed";
  }
}

ObjectId ObjectStoreConformance::Id(uint64_t number) {
  // Workers in no order; several objects of one worker; several returns of one task.
  return ObjectId(number % 7 * 0x9e3779b97f4a7c15u, 1 + number / 3, static_cast<uint16_t>(number % 3));
}

void ObjectStoreConformance::Put(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata, uint64_t tag) {
  const absl::StatusOr<std::span<std::byte>> data = store_->Create(id, size_bytes, metadata);
  ASSERT_TRUE(data.ok()) << data.status();
  ASSERT_EQ(data->size(), size_bytes);
  Fill(*data, tag);
  ASSERT_THAT(store_->Seal(id), IsOk());
}

void ObjectStoreConformance::PutCached(ObjectId id, uint64_t size_bytes) {
  ASSERT_NO_FATAL_FAILURE(Put(id, size_bytes));
  ASSERT_THAT(store_->Cache(id), IsOk());
}

uint64_t ObjectStoreConformance::FillWithCached(uint64_t first, uint64_t count) {
  const uint64_t size_bytes = capacity_bytes_ / count / kUnit * kUnit;
  for (uint64_t i = 0; i < count; ++i) {
    EXPECT_THAT(store_->Create(Id(first + i), size_bytes, {}).status(), IsOk());
    EXPECT_THAT(store_->Seal(Id(first + i)), IsOk());
    EXPECT_THAT(store_->Cache(Id(first + i)), IsOk());
  }
  const uint64_t rest_bytes = (capacity_bytes_ - count * size_bytes) / kUnit * kUnit;
  if (rest_bytes != 0) {
    EXPECT_THAT(store_->Create(Id(first + count), rest_bytes, {}).status(), IsOk());
    EXPECT_THAT(store_->Seal(Id(first + count)), IsOk());
  }
  return size_bytes;
}

std::map<ObjectId, ListedObject> ObjectStoreConformance::Listed() {
  std::vector<ObjectInfo> infos(store_->List({}));
  infos.resize(std::min<uint64_t>(infos.size(), store_->List(infos)));
  std::map<ObjectId, ListedObject> listed;
  for (const ObjectInfo& info : infos) {
    listed[info.id] = {info.size_bytes, info.metadata_bytes, info.pin_count, info.state, info.cached};
  }
  return listed;
}

bool ObjectStoreConformance::Lacks(uint64_t capability) {
  if (Plugin().Has(capability)) return false;
  const ObjectId id = Id(990);
  Put(id, 8);
  CountingListener listener;
  for (const ObjectId each : {id, Id(991), ObjectId()}) {
    if (capability == ObjectStore::kCapabilityCache) {
      EXPECT_THAT(store_->Cache(each), HasCode(kUnimplemented));
      EXPECT_THAT(store_->Uncache(each), HasCode(kUnimplemented));
    } else {
      EXPECT_THAT(store_->Subscribe(each, &listener), HasCode(kUnimplemented));
      EXPECT_THAT(store_->Subscribe(each, nullptr), HasCode(kUnimplemented));
      EXPECT_THAT(store_->Unsubscribe(each, &listener), HasCode(kUnimplemented));
    }
  }
  EXPECT_EQ(listener.calls(), 0u);
  NoteRefused(capability == ObjectStore::kCapabilityCache ? "cache" : "subscribe");
  return true;
}

bool ObjectStoreConformance::TooLargeToFill() {
  if (capacity_bytes_ <= kFilledCapacityBytesMax) return false;
  NoteNotMeasured("the capacity is over 256 MiB: give a smaller one by --config");
  return true;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
