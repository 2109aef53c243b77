// Subscriptions: who is told, when, and how often.
#include <cstddef>
#include <vector>

#include "tests/conformance/object_store_fixture.h"

namespace manta::conformance {
namespace {

using testing::ElementsAre;

constexpr auto kNotFound = absl::StatusCode::kNotFound;

class Subscriptions : public ObjectStoreConformance {
 protected:
  bool Unable() { return Lacks(ObjectStore::kCapabilitySubscribe); }
};

TEST_F(Subscriptions, AListenerIsToldWhenTheObjectIsSealed) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Create(Id(1), 8, {}).status(), IsOk());
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  EXPECT_EQ(listener.calls(), 0u);
  ASSERT_THAT(store().Seal(Id(1)), IsOk());
  EXPECT_THAT(listener.ids(), ElementsAre(Id(1)));
}

TEST_F(Subscriptions, AListenerIsToldAtOnceIfTheObjectIsSealedAlready) {
  if (Unable()) return;
  CountingListener listener;
  Put(Id(1), 8);
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  EXPECT_THAT(listener.ids(), ElementsAre(Id(1)));
}

TEST_F(Subscriptions, SubscribingToAnAbsentIdWaitsForItsCreation) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  ASSERT_THAT(store().Create(Id(1), 8, {}).status(), IsOk());
  EXPECT_EQ(listener.calls(), 0u);
  ASSERT_THAT(store().Seal(Id(1)), IsOk());
  EXPECT_THAT(listener.ids(), ElementsAre(Id(1)));
}

TEST_F(Subscriptions, SubscribingToADeletedPinnedObjectWaitsForTheNextOne) {
  if (Unable()) return;
  CountingListener listener;
  Put(Id(1), 8);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  EXPECT_EQ(listener.calls(), 0u);
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_EQ(listener.calls(), 0u);
  Put(Id(1), 8);
  EXPECT_EQ(listener.calls(), 1u);
}

TEST_F(Subscriptions, SubscriptionsStayWhenTheObjectIsAborted) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Create(Id(1), 8, {}).status(), IsOk());
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  ASSERT_THAT(store().Abort(Id(1)), IsOk());
  EXPECT_EQ(listener.calls(), 0u);
  Put(Id(1), 8);
  EXPECT_EQ(listener.calls(), 1u);
}

TEST_F(Subscriptions, EachSubscriptionIsCalledOnce) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  for (int i = 0; i < 3; ++i) {
    Put(Id(1), 8);
    ASSERT_THAT(store().Delete(Id(1)), IsOk());
    EXPECT_EQ(listener.calls(), 1u) << "after seal number " << i + 1;
  }
}

TEST_F(Subscriptions, EachCallMakesOneSubscription) {
  if (Unable()) return;
  CountingListener listener;
  for (int i = 0; i < 3; ++i) ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  Put(Id(1), 8);
  EXPECT_THAT(listener.ids(), ElementsAre(Id(1), Id(1), Id(1)));
}

TEST_F(Subscriptions, EveryListenerIsToldOfItsOwnObject) {
  if (Unable()) return;
  std::vector<CountingListener> listeners(20);
  for (size_t i = 0; i < listeners.size(); ++i) ASSERT_THAT(store().Subscribe(Id(i / 2), &listeners[i]), IsOk());
  for (size_t i = 0; i < listeners.size() / 2; ++i) Put(Id(i), 8);
  for (size_t i = 0; i < listeners.size(); ++i) EXPECT_THAT(listeners[i].ids(), ElementsAre(Id(i / 2))) << i;
}

TEST_F(Subscriptions, AListenerIsNotCalledAfterUnsubscribe) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  ASSERT_THAT(store().Unsubscribe(Id(1), &listener), IsOk());
  Put(Id(1), 8);
  EXPECT_EQ(listener.calls(), 0u);
}

TEST_F(Subscriptions, UnsubscribeTakesOneSubscriptionBack) {
  if (Unable()) return;
  CountingListener mine, other;
  for (int i = 0; i < 3; ++i) ASSERT_THAT(store().Subscribe(Id(1), &mine), IsOk());
  ASSERT_THAT(store().Subscribe(Id(1), &other), IsOk());
  ASSERT_THAT(store().Subscribe(Id(2), &mine), IsOk());
  ASSERT_THAT(store().Unsubscribe(Id(1), &mine), IsOk());
  Put(Id(1), 8);
  EXPECT_EQ(mine.calls(), 2u);
  EXPECT_EQ(other.calls(), 1u);
  ASSERT_THAT(store().Unsubscribe(Id(2), &mine), IsOk());
}

TEST_F(Subscriptions, UnsubscribeIsNotFoundOnceTheCallWasMade) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  Put(Id(1), 8);
  EXPECT_THAT(store().Unsubscribe(Id(1), &listener), HasCode(kNotFound));
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());  // Called inside.
  EXPECT_THAT(store().Unsubscribe(Id(1), &listener), HasCode(kNotFound));
}

TEST_F(Subscriptions, UnsubscribeIsNotFoundTheSecondTime) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  ASSERT_THAT(store().Unsubscribe(Id(1), &listener), IsOk());
  EXPECT_THAT(store().Unsubscribe(Id(1), &listener), HasCode(kNotFound));
}

// Uses every method inside its call, on its own object and on others.
class CallingListener final : public SealListener {
 public:
  explicit CallingListener(ObjectStore& store, ObjectId other) : store_(store), other_(other) {}

  void OnSealed(ObjectId id) override {
    ++calls_;
    EXPECT_THAT(store_.Unsubscribe(id, this), HasCode(kNotFound)) << "its call is being made now";
    EXPECT_TRUE(store_.Contains(id));
    const absl::StatusOr<ObjectView> view = store_.Get(id);
    EXPECT_THAT(view.status(), IsOk());
    EXPECT_EQ(store_.Stats().pinned_count, 1u);
    EXPECT_THAT(store_.Release(id), IsOk());
    EXPECT_THAT(store_.Create(other_, 8, {}).status(), IsOk());
    EXPECT_THAT(store_.Subscribe(other_, &inner_), IsOk());
    EXPECT_THAT(store_.Seal(other_), IsOk());
    EXPECT_EQ(inner_.calls(), 1u);
    EXPECT_THAT(store_.Delete(other_), IsOk());
    EXPECT_EQ(store_.List({}), 1u);
    EXPECT_THAT(store_.Delete(id), IsOk());
  }

  size_t calls() const { return calls_; }

 private:
  ObjectStore& store_;
  const ObjectId other_;
  CountingListener inner_;
  size_t calls_ = 0;
};

TEST_F(Subscriptions, AListenerMayCallTheStoreWhileItIsSealed) {
  if (Unable()) return;
  // Both in one shard, if the store has shards, for some of these pairs.
  for (uint64_t i = 0; i < 64; ++i) {
    CallingListener listener(store(), Id(1000 + i));
    ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
    Put(Id(1), 8);
    EXPECT_EQ(listener.calls(), 1u);
  }
}

TEST_F(Subscriptions, AListenerMayCallTheStoreInsideSubscribe) {
  if (Unable()) return;
  Put(Id(1), 8);
  CallingListener listener(store(), Id(2));
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  EXPECT_EQ(listener.calls(), 1u);
}

TEST_F(Subscriptions, SubscriptionsLeftAtDestructionAreNeverCalled) {
  if (Unable()) return;
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  ASSERT_THAT(store().Create(Id(2), 8, {}).status(), IsOk());
  ASSERT_THAT(store().Subscribe(Id(2), &listener), IsOk());
  Destroy();
  EXPECT_EQ(listener.calls(), 0u);
}

TEST_F(Subscriptions, SubscribingToAnEvictedObjectWaitsForTheNextOne) {
  if (Unable() || Lacks(ObjectStore::kCapabilityCache) || TooLargeToFill()) return;
  PutCached(Id(1), capacity_bytes() / kUnit * kUnit);
  ASSERT_THAT(store().Create(Id(2), 1, {}).status(), IsOk());
  CountingListener listener;
  ASSERT_THAT(store().Subscribe(Id(1), &listener), IsOk());
  EXPECT_EQ(listener.calls(), 0u) << "an evicted object is absent";
  Put(Id(1), 8);
  EXPECT_EQ(listener.calls(), 1u);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
