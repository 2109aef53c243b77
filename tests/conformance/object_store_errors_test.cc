// Errors: each code that the header names, at each state an id can be in.
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/object_store_fixture.h"

namespace manta::conformance {
namespace {

using absl::StatusCode;

// How an id can stand. The first kAbsentStates of them are absent to all but Create and Release.
enum State { kNever, kAborted, kDeleted, kEvicted, kDeletedPinned, kOpen, kSealed, kPinned, kCached, kCachedPinned };
constexpr State kAbsentStates[] = {kNever, kAborted, kDeleted, kEvicted, kDeletedPinned};
constexpr State kSealedStates[] = {kSealed, kPinned, kCached, kCachedPinned};
constexpr State kJustOpen[] = {kOpen};
constexpr State kWithoutPin[] = {kOpen, kSealed, kCached};
constexpr State kAllStates[] = {kNever, kAborted, kDeleted, kEvicted, kDeletedPinned,
                                kOpen,  kSealed,  kPinned,  kCached,  kCachedPinned};
constexpr const char* kStateNames[] = {"never made", "aborted", "deleted", "evicted", "deleted and pinned",
                                       "open",       "sealed",  "pinned",  "cached",  "cached and pinned"};

class Errors : public ObjectStoreConformance {
 protected:
  // A fresh id in that state; nothing when the plugin lacks what the state needs, or is too large to be filled.
  std::optional<ObjectId> Make(State state) {
    const bool needs_cache = state == kEvicted || state == kCached || state == kCachedPinned;
    if (needs_cache && !Plugin().Has(ObjectStore::kCapabilityCache)) return std::nullopt;
    const ObjectId id = Id(++last_id_);
    if (state == kNever) return id;
    if (state == kEvicted) return MakeEvicted(id);
    EXPECT_THAT(store().Create(id, 100, {}).status(), IsOk());
    if (state == kOpen) return id;
    if (state == kAborted) {
      EXPECT_THAT(store().Abort(id), IsOk());
      return id;
    }
    EXPECT_THAT(store().Seal(id), IsOk());
    if (state == kPinned || state == kDeletedPinned || state == kCachedPinned) {
      EXPECT_THAT(store().Get(id).status(), IsOk());
    }
    absl::Status last;
    if (state == kCached || state == kCachedPinned) last = store().Cache(id);
    if (state == kDeleted || state == kDeletedPinned) last = store().Delete(id);
    EXPECT_THAT(last, IsOk());
    return id;
  }

  // `call` on an id in each of `states` gives `code`.
  void Expect(StatusCode code, std::span<const State> states, const std::function<absl::Status(ObjectId)>& call) {
    for (const State state : states) {
      const std::optional<ObjectId> id = Make(state);
      if (!id) continue;
      EXPECT_THAT(call(*id), HasCode(code)) << "on an id that is " << kStateNames[state];
    }
  }

  absl::Status Create(ObjectId id) { return store().Create(id, 8, {}).status(); }

 private:
  std::optional<ObjectId> MakeEvicted(ObjectId id) {
    if (capacity_bytes() > kFilledCapacityBytesMax) return std::nullopt;
    EXPECT_THAT(store().Create(id, 100, {}).status(), IsOk());
    EXPECT_THAT(store().Seal(id), IsOk());
    EXPECT_THAT(store().Cache(id), IsOk());
    // Everything else is uncached, so this one must go.
    const ObjectId large = Id(++last_id_);
    const ObjectStoreStats stats = store().Stats();
    EXPECT_THAT(store().Create(large, (stats.capacity_bytes - stats.used_bytes) / kUnit * kUnit + kUnit, {}).status(),
                IsOk());
    EXPECT_THAT(store().Abort(large), IsOk());
    return id;
  }

  uint64_t last_id_ = 0;
};

TEST_F(Errors, CreateOfAnIdThatIsTakenIsAlreadyExists) {
  for (const auto states : {std::span<const State>(kSealedStates), std::span<const State>(kAllStates).subspan(4, 2)}) {
    Expect(StatusCode::kAlreadyExists, states, [this](ObjectId id) { return Create(id); });
  }
}

TEST_F(Errors, CreateOfAnAbsentIdIsOk) {
  Expect(StatusCode::kOk, std::span(kAbsentStates).first(4), [this](ObjectId id) { return Create(id); });
}

TEST_F(Errors, CreateOfTheNilIdIsInvalidArgument) {
  EXPECT_THAT(Create(ObjectId()), HasCode(StatusCode::kInvalidArgument));
}

TEST_F(Errors, SealOfAnAbsentIdIsNotFound) {
  Expect(StatusCode::kNotFound, kAbsentStates, [this](ObjectId id) { return store().Seal(id); });
}

TEST_F(Errors, SealOfASealedIdIsFailedPrecondition) {
  Expect(StatusCode::kFailedPrecondition, kSealedStates, [this](ObjectId id) { return store().Seal(id); });
}

TEST_F(Errors, AbortOfAnAbsentIdIsNotFound) {
  Expect(StatusCode::kNotFound, kAbsentStates, [this](ObjectId id) { return store().Abort(id); });
}

TEST_F(Errors, AbortOfASealedIdIsFailedPrecondition) {
  Expect(StatusCode::kFailedPrecondition, kSealedStates, [this](ObjectId id) { return store().Abort(id); });
}

TEST_F(Errors, GetOfAnAbsentIdIsNotFound) {
  Expect(StatusCode::kNotFound, kAbsentStates, [this](ObjectId id) { return store().Get(id).status(); });
}

TEST_F(Errors, GetOfAnOpenIdIsNotFound) {
  Expect(StatusCode::kNotFound, kJustOpen, [this](ObjectId id) { return store().Get(id).status(); });
}

TEST_F(Errors, ReleaseOfAnAbsentIdIsNotFound) {
  Expect(StatusCode::kNotFound, std::span(kAbsentStates).first(4), [this](ObjectId id) { return store().Release(id); });
}

TEST_F(Errors, ReleaseWithoutAPinIsFailedPrecondition) {
  Expect(StatusCode::kFailedPrecondition, kWithoutPin, [this](ObjectId id) { return store().Release(id); });
}

TEST_F(Errors, DeleteOfAnAbsentIdIsNotFound) {
  Expect(StatusCode::kNotFound, kAbsentStates, [this](ObjectId id) { return store().Delete(id); });
}

TEST_F(Errors, DeleteOfAnOpenIdIsFailedPrecondition) {
  Expect(StatusCode::kFailedPrecondition, kJustOpen, [this](ObjectId id) { return store().Delete(id); });
}

TEST_F(Errors, CacheOfAnAbsentOrOpenIdIsNotFound) {
  if (Lacks(ObjectStore::kCapabilityCache)) return;
  Expect(StatusCode::kNotFound, kAbsentStates, [this](ObjectId id) { return store().Cache(id); });
  Expect(StatusCode::kNotFound, kJustOpen, [this](ObjectId id) { return store().Cache(id); });
}

TEST_F(Errors, CacheOfASealedIdIsOkTwice) {
  if (Lacks(ObjectStore::kCapabilityCache)) return;
  for (int i = 0; i < 2; ++i) {
    Expect(StatusCode::kOk, kSealedStates, [this](ObjectId id) {
      const absl::Status first = store().Cache(id);
      return first.ok() ? store().Cache(id) : first;
    });
  }
}

TEST_F(Errors, UncacheOfAnAbsentOrOpenIdIsNotFound) {
  if (Lacks(ObjectStore::kCapabilityCache)) return;
  Expect(StatusCode::kNotFound, kAbsentStates, [this](ObjectId id) { return store().Uncache(id); });
  Expect(StatusCode::kNotFound, kJustOpen, [this](ObjectId id) { return store().Uncache(id); });
}

TEST_F(Errors, UncacheOfASealedIdIsOkCachedOrNot) {
  if (Lacks(ObjectStore::kCapabilityCache)) return;
  Expect(StatusCode::kOk, kSealedStates, [this](ObjectId id) { return store().Uncache(id); });
}

TEST_F(Errors, SubscribeOfTheNilIdIsInvalidArgument) {
  if (Lacks(ObjectStore::kCapabilitySubscribe)) return;
  CountingListener listener;
  EXPECT_THAT(store().Subscribe(ObjectId(), &listener), HasCode(StatusCode::kInvalidArgument));
}

TEST_F(Errors, SubscribeWithoutAListenerIsInvalidArgument) {
  if (Lacks(ObjectStore::kCapabilitySubscribe)) return;
  Expect(StatusCode::kInvalidArgument, kAllStates, [this](ObjectId id) { return store().Subscribe(id, nullptr); });
}

TEST_F(Errors, UnsubscribeWithoutASubscriptionIsNotFound) {
  if (Lacks(ObjectStore::kCapabilitySubscribe)) return;
  CountingListener listener;
  Expect(StatusCode::kNotFound, kAllStates, [&](ObjectId id) { return store().Unsubscribe(id, &listener); });
  EXPECT_THAT(store().Unsubscribe(ObjectId(), &listener), HasCode(StatusCode::kNotFound));
}

TEST_F(Errors, TheNilIdIsAbsent) {
  const ObjectId nil;
  EXPECT_THAT(store().Seal(nil), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(store().Abort(nil), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(store().Get(nil).status(), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(store().Release(nil), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(store().Delete(nil), HasCode(StatusCode::kNotFound));
  if (!Plugin().Has(ObjectStore::kCapabilityCache)) return;
  EXPECT_THAT(store().Cache(nil), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(store().Uncache(nil), HasCode(StatusCode::kNotFound));
}

TEST_F(Errors, OfSeveralErrorsTheOneNamedFirstIsGiven) {
  Put(Id(1), 8);
  const Bytes metadata(ObjectStore::kMetadataBytesMax + 1);
  EXPECT_THAT(store().Create(Id(1), UINT64_MAX, metadata).status(), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(store().Create(Id(1), UINT64_MAX, {}).status(), HasCode(StatusCode::kAlreadyExists));
}

TEST_F(Errors, AFailedCallChangesNothing) {
  const Bytes metadata(ObjectStore::kMetadataBytesMax + 1);
  for (const State state : kAllStates) {
    const std::optional<ObjectId> id = Make(state);
    if (!id) continue;
    const std::vector<std::function<absl::Status()>> calls = {
        [&] { return store().Create(*id, UINT64_MAX, {}).status(); },
        [&] { return store().Create(*id, 8, metadata).status(); },
        [&] { return state < kOpen || state > kOpen ? store().Seal(*id) : absl::UnknownError("may succeed"); },
        [&] { return state < kOpen || state > kOpen ? store().Abort(*id) : absl::UnknownError("may succeed"); },
        [&] { return state <= kOpen ? store().Get(*id).status() : absl::UnknownError("may succeed"); },
        [&] { return state <= kOpen ? store().Delete(*id) : absl::UnknownError("may succeed"); },
        [&] { return state <= kOpen ? store().Cache(*id) : absl::UnknownError("may succeed"); },
        [&] { return state <= kOpen ? store().Uncache(*id) : absl::UnknownError("may succeed"); },
    };
    for (size_t i = 0; i < calls.size(); ++i) {
      const std::map<ObjectId, ListedObject> before = Listed();
      const uint64_t used_bytes = store().Stats().used_bytes;
      EXPECT_FALSE(calls[i]().ok()) << "call " << i << " on an id that is " << kStateNames[state];
      EXPECT_TRUE(Listed() == before) << "call " << i << " on an id that is " << kStateNames[state];
      EXPECT_EQ(store().Stats().used_bytes, used_bytes) << "call " << i << ", id is " << kStateNames[state];
    }
  }
}

TEST_F(Errors, MessagesSayWhichId) {
  const auto expect_named = [](const absl::Status& status, ObjectId id) {
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(id.ToHex())) << status;
  };
  const ObjectId id = Id(1);
  Put(id, 8);
  expect_named(store().Create(id, 8, {}).status(), id);
  expect_named(store().Seal(id), id);
  expect_named(store().Abort(id), id);
  expect_named(store().Release(id), id);
  const ObjectId absent = Id(2);
  expect_named(store().Create(absent, UINT64_MAX, {}).status(), absent);
  expect_named(store().Create(absent, 8, Bytes(ObjectStore::kMetadataBytesMax + 1)).status(), absent);
  expect_named(store().Seal(absent), absent);
  expect_named(store().Abort(absent), absent);
  expect_named(store().Get(absent).status(), absent);
  expect_named(store().Release(absent), absent);
  expect_named(store().Delete(absent), absent);
  const ObjectId open = Id(3);
  ASSERT_THAT(store().Create(open, 8, {}).status(), IsOk());
  expect_named(store().Get(open).status(), open);
  expect_named(store().Delete(open), open);
}

TEST_F(Errors, MessagesSayWhichLimit) {
  const absl::Status metadata = store().Create(Id(1), 8, Bytes(ObjectStore::kMetadataBytesMax + 1)).status();
  EXPECT_THAT(std::string(metadata.message()), testing::HasSubstr(std::to_string(ObjectStore::kMetadataBytesMax)));
  const absl::Status full = store().Create(Id(1), capacity_bytes() / kUnit * kUnit + kUnit, {}).status();
  EXPECT_THAT(std::string(full.message()), testing::HasSubstr(std::to_string(capacity_bytes())));
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
