// The codes of core/interface/eviction.h: each call in each state that an id can be in.
//
//   state \ call       Insert          Access     Pin                  Unpin                Erase
//   not an entry       ok              NotFound   NotFound             NotFound             NotFound
//   evictable          AlreadyExists   ok         ok                   FailedPrecondition   ok
//   pinned             AlreadyExists   ok         FailedPrecondition   ok                   ok
//
// Each row is reached in every way there is. A column's cells with one code are one test.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/conformance/eviction_fixture.h"

namespace manta::conformance {
namespace {

constexpr absl::StatusCode kOk = absl::StatusCode::kOk;
constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;
constexpr absl::StatusCode kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr absl::StatusCode kFailedPrecondition = absl::StatusCode::kFailedPrecondition;

constexpr ObjectId kId = Id(1);

enum class State { kNoEntry, kEvictable, kPinned };

struct WayThere {
  const char* name;
  State state;
  std::function<void(EvictionPolicy&)> go;  // From an empty policy; leaves kId in `state`.
};

const std::vector<WayThere>& WaysThere() {
  const auto insert = [](EvictionPolicy& policy) { (void)policy.Insert(kId, 10); };
  const auto pin = [insert](EvictionPolicy& policy) {
    insert(policy);
    (void)policy.Pin(kId);
  };
  const auto evict = [insert](EvictionPolicy& policy) {
    insert(policy);
    (void)policy.Evict();
  };
  const auto erase_pinned = [pin](EvictionPolicy& policy) {
    pin(policy);
    (void)policy.Erase(kId);
  };
  static const std::vector<WayThere> ways = {
      {"never inserted", State::kNoEntry, [](EvictionPolicy&) {}},
      {"evicted", State::kNoEntry, evict},
      {"erased", State::kNoEntry,
       [insert](EvictionPolicy& policy) {
         insert(policy);
         (void)policy.Erase(kId);
       }},
      {"erased while pinned", State::kNoEntry, erase_pinned},
      {"inserted", State::kEvictable, insert},
      {"unpinned", State::kEvictable,
       [pin](EvictionPolicy& policy) {
         pin(policy);
         (void)policy.Unpin(kId);
       }},
      {"evicted and inserted again", State::kEvictable,
       [evict, insert](EvictionPolicy& policy) {
         evict(policy);
         insert(policy);
       }},
      {"erased while pinned and inserted again", State::kEvictable,
       [erase_pinned, insert](EvictionPolicy& policy) {
         erase_pinned(policy);
         insert(policy);
       }},
      {"pinned", State::kPinned, pin},
      {"evicted, inserted again and pinned", State::kPinned,
       [evict, pin](EvictionPolicy& policy) {
         evict(policy);
         pin(policy);
       }},
      {"pinned twice, the second time in vain", State::kPinned,
       [pin](EvictionPolicy& policy) {
         pin(policy);
         (void)policy.Pin(kId);
       }},
  };
  return ways;
}

class EvictionErrors : public EvictionConformance {
 protected:
  using Call = std::function<absl::Status(EvictionPolicy&)>;

  // Expects `code` from `call` in `state`, whatever way led there.
  void ExpectCode(State state, const Call& call, absl::StatusCode code) {
    for (const WayThere& way : WaysThere()) {
      if (way.state != state) continue;
      OwnPolicy policy;
      way.go(*policy);
      const absl::Status status = call(*policy);
      EXPECT_EQ(status.code(), code) << "after it was " << way.name << ": " << status.ToString();
    }
  }

  static absl::Status InsertIt(EvictionPolicy& policy) { return policy.Insert(kId, 20); }
  static absl::Status AccessIt(EvictionPolicy& policy) { return policy.Access(kId); }
  static absl::Status PinIt(EvictionPolicy& policy) { return policy.Pin(kId); }
  static absl::Status UnpinIt(EvictionPolicy& policy) { return policy.Unpin(kId); }
  static absl::Status EraseIt(EvictionPolicy& policy) { return policy.Erase(kId); }
};

TEST_F(EvictionErrors, InsertIsOkForWhatIsNoEntry) { ExpectCode(State::kNoEntry, InsertIt, kOk); }

TEST_F(EvictionErrors, InsertOfAnEntryIsAlreadyExists) {
  ExpectCode(State::kEvictable, InsertIt, kAlreadyExists);
  ExpectCode(State::kPinned, InsertIt, kAlreadyExists);
}

TEST_F(EvictionErrors, AccessIsOkForEntriesPinnedOrNot) {
  ExpectCode(State::kEvictable, AccessIt, kOk);
  ExpectCode(State::kPinned, AccessIt, kOk);
}

TEST_F(EvictionErrors, AccessOfNoEntryIsNotFound) { ExpectCode(State::kNoEntry, AccessIt, kNotFound); }

TEST_F(EvictionErrors, PinIsOkForEvictableEntries) { ExpectCode(State::kEvictable, PinIt, kOk); }

TEST_F(EvictionErrors, PinOfNoEntryIsNotFound) { ExpectCode(State::kNoEntry, PinIt, kNotFound); }

TEST_F(EvictionErrors, PinOfAPinnedEntryIsFailedPrecondition) {
  ExpectCode(State::kPinned, PinIt, kFailedPrecondition);
}

TEST_F(EvictionErrors, UnpinIsOkForPinnedEntries) { ExpectCode(State::kPinned, UnpinIt, kOk); }

TEST_F(EvictionErrors, UnpinOfNoEntryIsNotFound) { ExpectCode(State::kNoEntry, UnpinIt, kNotFound); }

TEST_F(EvictionErrors, UnpinOfAnEvictableEntryIsFailedPrecondition) {
  ExpectCode(State::kEvictable, UnpinIt, kFailedPrecondition);
}

TEST_F(EvictionErrors, EraseIsOkForEntriesPinnedOrNot) {
  ExpectCode(State::kEvictable, EraseIt, kOk);
  ExpectCode(State::kPinned, EraseIt, kOk);
}

TEST_F(EvictionErrors, EraseOfNoEntryIsNotFound) { ExpectCode(State::kNoEntry, EraseIt, kNotFound); }

TEST_F(EvictionErrors, EvictWithNothingEvictableIsNotFound) {
  const auto evict = [](EvictionPolicy& policy) { return policy.Evict().status(); };
  ExpectCode(State::kNoEntry, evict, kNotFound);
  ExpectCode(State::kPinned, evict, kNotFound);
}

// Two equal policies, of which one suffers every failing call: if it changed by that, it shows in its statistics, in
// the states of its entries, or in the order in which it evicts.
TEST_F(EvictionErrors, AFailedCallChangesNothing) {
  OwnPolicy plain;
  OwnPolicy vexed;
  for (EvictionPolicy* policy : {&*plain, &*vexed}) {
    for (uint64_t i = 1; i <= 12; ++i) ASSERT_EQ(Code(policy->Insert(Id(i), 10 * i)), kOk);
    for (uint64_t i = 1; i <= 12; i += 3) ASSERT_EQ(Code(policy->Pin(Id(i))), kOk);
    for (uint64_t i = 1; i <= 12; i += 2) ASSERT_EQ(Code(policy->Access(Id(i))), kOk);
  }
  const EvictionStats before = vexed->Stats();
  bool all_failed = true;
  for (int repeat = 0; repeat < 3; ++repeat) {
    for (const uint64_t evictable : {2, 3, 9}) {
      all_failed &= !vexed->Insert(Id(evictable), 1'000).ok() && !vexed->Unpin(Id(evictable)).ok();
    }
    for (const uint64_t pinned : {1, 10}) {
      all_failed &= !vexed->Insert(Id(pinned), 1'000).ok() && !vexed->Pin(Id(pinned)).ok();
    }
    for (const uint64_t absent : {100, 101}) {
      all_failed &= !vexed->Access(Id(absent)).ok() && !vexed->Erase(Id(absent)).ok();
      all_failed &= !vexed->Pin(Id(absent)).ok() && !vexed->Unpin(Id(absent)).ok();
    }
  }
  if (!all_failed) return;  // The tests of the codes tell; what such a call may change is not known.
  EXPECT_TRUE(Equal(vexed->Stats(), before)) << Describe(before) << " became " << Describe(vexed->Stats());
  for (const bool pinned_too : {false, true}) {
    for (uint64_t i = 1; pinned_too && i <= 12; i += 3) EXPECT_EQ(Code(plain->Unpin(Id(i))), Code(vexed->Unpin(Id(i))));
    for (uint64_t i = 1; i <= 13; ++i) {
      const absl::StatusOr<Evicted> expected = plain->Evict();
      const absl::StatusOr<Evicted> actual = vexed->Evict();
      ASSERT_EQ(Code(actual), Code(expected));
      if (!expected.ok()) break;
      EXPECT_EQ(actual->id.ToHex(), expected->id.ToHex());
      EXPECT_EQ(actual->size_bytes, expected->size_bytes);
    }
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
