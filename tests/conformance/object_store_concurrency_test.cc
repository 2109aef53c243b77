// Concurrency: the same sentences while threads race. Run under ThreadSanitizer as well.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "tests/conformance/object_store_fixture.h"

namespace manta::conformance {
namespace {

constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kFailedPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kResourceExhausted = absl::StatusCode::kResourceExhausted;

constexpr size_t kThreads = 4;
constexpr uint64_t kRounds = 300;

class AtomicListener final : public SealListener {
 public:
  void OnSealed(ObjectId) override { calls_.fetch_add(1); }
  size_t calls() const { return calls_.load(); }

 private:
  std::atomic<size_t> calls_{0};
};

class Concurrency : public ObjectStoreConformance {
 protected:
  // Runs `work(thread)` on kThreads threads that begin together, and waits for all.
  static void Race(const std::function<void(size_t)>& work) {
    std::barrier begin(kThreads);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        begin.arrive_and_wait();
        work(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // Races `call` over and over, each time on a new id that `prepare` made: one thread gets ok, the others `loser`.
  void ExpectOneWinner(const std::function<void(ObjectId)>& prepare, const std::function<absl::Status(ObjectId)>& call,
                       absl::StatusCode loser) {
    std::vector<std::vector<absl::StatusCode>> codes(kRounds, std::vector<absl::StatusCode>(kThreads));
    for (uint64_t round = 0; round < kRounds; ++round) prepare(Id(round));
    std::barrier each_round(kThreads);
    Race([&](size_t thread) {
      for (uint64_t round = 0; round < kRounds; ++round) {
        each_round.arrive_and_wait();
        codes[round][thread] = call(Id(round)).code();
      }
    });
    for (uint64_t round = 0; round < kRounds; ++round) {
      const auto& of_round = codes[round];
      EXPECT_EQ(std::count(of_round.begin(), of_round.end(), absl::StatusCode::kOk), 1) << "round " << round;
      EXPECT_EQ(std::count(of_round.begin(), of_round.end(), loser), static_cast<long>(kThreads - 1))
          << "round " << round;
    }
  }

  void MakeOpen(ObjectId id) { ASSERT_THAT(store().Create(id, 8, {}).status(), IsOk()); }
};

TEST_F(Concurrency, OneOfRacingCreatesWins) {
  ExpectOneWinner([](ObjectId) {}, [this](ObjectId id) { return store().Create(id, 100, {}).status(); },
                  kAlreadyExists);
}

TEST_F(Concurrency, OneOfRacingSealsWins) {
  ExpectOneWinner([this](ObjectId id) { MakeOpen(id); }, [this](ObjectId id) { return store().Seal(id); },
                  kFailedPrecondition);
}

TEST_F(Concurrency, OneOfRacingAbortsWins) {
  ExpectOneWinner([this](ObjectId id) { MakeOpen(id); }, [this](ObjectId id) { return store().Abort(id); }, kNotFound);
}

TEST_F(Concurrency, OneOfRacingDeletesWins) {
  ExpectOneWinner([this](ObjectId id) { Put(id, 8); }, [this](ObjectId id) { return store().Delete(id); }, kNotFound);
}

TEST_F(Concurrency, OneOfRacingReleasesOfOnePinWins) {
  ExpectOneWinner(
      [this](ObjectId id) {
        Put(id, 8);
        ASSERT_THAT(store().Get(id).status(), IsOk());
      },
      [this](ObjectId id) { return store().Release(id); }, kFailedPrecondition);
}

TEST_F(Concurrency, EitherSealOrAbortWins) {
  std::vector<absl::Status> sealed(kRounds), aborted(kRounds);
  for (uint64_t round = 0; round < kRounds; ++round) MakeOpen(Id(round));
  Race([&](size_t thread) {
    for (uint64_t round = 0; round < kRounds; ++round) {
      if (thread == 0) sealed[round] = store().Seal(Id(round));
      if (thread == 1) aborted[round] = store().Abort(Id(round));
    }
  });
  for (uint64_t round = 0; round < kRounds; ++round) {
    EXPECT_NE(sealed[round].ok(), aborted[round].ok()) << sealed[round] << " and " << aborted[round];
    EXPECT_EQ(store().Contains(Id(round)), sealed[round].ok());
  }
}

// Writers delete and make objects anew under few ids, each its own; a reader finds an object whole or not at all, and
// may read it until it releases it. The metadata says what the data must be.
TEST_F(Concurrency, ReadersNeverSeeTornObjects) {
  constexpr uint64_t kIds = 8;
  std::atomic<uint64_t> torn{0}, read{0};
  std::atomic<int> writing{2};
  const auto write = [&](size_t thread, uint64_t i) {
    const ObjectId id = Id(2 * (i % (kIds / 2)) + thread);
    const uint64_t tag = i * 2 + thread;
    if (i >= kIds / 2 && !store().Delete(id).ok() && store().Contains(id)) torn.fetch_add(1);
    const absl::StatusOr<std::span<std::byte>> data =
        store().Create(id, 64 + tag % 900, std::as_bytes(std::span(&tag, 1)));
    if (!data.ok()) return;  // A reader still has the last one.
    Fill(*data, tag);
    if (!store().Seal(id).ok()) torn.fetch_add(1);
  };
  const auto read_one = [&](ObjectId id) {
    const absl::StatusOr<ObjectView> view = store().Get(id);
    if (!view.ok()) return;
    read.fetch_add(1);
    uint64_t tag = 0;
    const bool whole = view->metadata.size() == sizeof(tag);
    if (whole) std::memcpy(&tag, view->metadata.data(), sizeof(tag));
    if (!whole || view->data.size() != 64 + tag % 900 || !HoldsPattern(view->data, tag)) torn.fetch_add(1);
    if (!store().Release(id).ok()) torn.fetch_add(1);
  };
  Race([&](size_t thread) {
    if (thread < 2) {
      // On a busy machine, until the readers had their turn.
      for (uint64_t i = 0; i < kRounds * 10 || (read.load() < 100 && i < kRounds * 200); ++i) write(thread, i);
      writing.fetch_sub(1);
      return;
    }
    for (uint64_t i = 0; writing.load() > 0; ++i) read_one(Id(i % kIds));
  });
  // No reader is left, so each of these is there.
  for (uint64_t i = 0; i < kIds; ++i) {
    write(i % 2, i / 2 + kIds);
    read_one(Id(i));
  }
  EXPECT_EQ(torn.load(), 0u) << "of " << read.load() << " reads";
  EXPECT_GE(read.load(), kIds);
}

TEST_F(Concurrency, EachListenerIsCalledOnceUnlessUnsubscribeWasOk) {
  if (Lacks(ObjectStore::kCapabilitySubscribe)) return;
  std::vector<AtomicListener> stays(kRounds), leaves(kRounds), early(kRounds);
  std::vector<char> left(kRounds), left_early(kRounds);
  std::atomic<uint64_t> failed{0};
  for (uint64_t round = 0; round < kRounds; ++round) {
    MakeOpen(Id(round));
    ASSERT_THAT(store().Subscribe(Id(round), &early[round]), IsOk());
  }
  std::barrier each_round(kThreads);
  Race([&](size_t thread) {
    for (uint64_t round = 0; round < kRounds; ++round) {
      const ObjectId id = Id(round);
      each_round.arrive_and_wait();
      if (thread == 0) failed += store().Seal(id).ok() ? 0 : 1;
      if (thread == 1) failed += store().Subscribe(id, &stays[round]).ok() ? 0 : 1;
      if (thread == 2) {
        failed += store().Subscribe(id, &leaves[round]).ok() ? 0 : 1;
        left[round] = store().Unsubscribe(id, &leaves[round]).ok();
      }
      if (thread == 3) left_early[round] = store().Unsubscribe(id, &early[round]).ok();
    }
  });
  EXPECT_EQ(failed.load(), 0u);
  for (uint64_t round = 0; round < kRounds; ++round) {
    EXPECT_EQ(stays[round].calls(), 1u) << "round " << round;
    EXPECT_EQ(leaves[round].calls(), left[round] ? 0u : 1u) << "round " << round;
    EXPECT_EQ(early[round].calls(), left_early[round] ? 0u : 1u) << "round " << round;
  }
}

// All objects are alike and none is deleted while pinned, so each moment's counts determine its bytes.
TEST_F(Concurrency, PicturesAreConsistentWhileOthersWrite) {
  const bool caches = Plugin().Has(ObjectStore::kCapabilityCache);
  constexpr uint64_t kCharge = 2 * kUnit;
  std::atomic<uint64_t> inconsistent{0}, pictures{0};
  std::atomic<int> writing{2};
  Race([&](size_t thread) {
    if (thread < 2) {
      // On a busy machine, until the readers had their turn.
      for (uint64_t i = 0; i < kRounds * 10 || (pictures.load() < 200 && i < kRounds * 200); ++i) {
        const ObjectId id = Id(2 * (i % 50) + thread);
        if (store().Create(id, 100, {}).ok()) {
          if (!store().Seal(id).ok()) inconsistent.fetch_add(1);
          if (caches && i % 2 == 0 && !store().Cache(id).ok()) inconsistent.fetch_add(1);
        } else if (!store().Delete(id).ok()) {
          inconsistent.fetch_add(1);
        }
      }
      writing.fetch_sub(1);
      return;
    }
    std::vector<ObjectInfo> infos(200);
    while (writing.load() > 0) {
      const ObjectStoreStats stats = store().Stats();
      pictures.fetch_add(1);
      if (stats.used_bytes != (stats.open_count + stats.sealed_count) * kCharge) inconsistent.fetch_add(1);
      if (stats.cached_bytes != stats.cached_count * kCharge) inconsistent.fetch_add(1);
      if (stats.cached_count > stats.sealed_count || stats.used_bytes > stats.capacity_bytes) inconsistent.fetch_add(1);
      const auto listed = std::span(infos).first(std::min<uint64_t>(infos.size(), store().List(infos)));
      const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
      if (!std::is_sorted(listed.begin(), listed.end(), by_id)) inconsistent.fetch_add(1);
      for (const ObjectInfo& info : listed) {
        if (info.size_bytes != 100 || (info.cached != 0 && info.state != ObjectState::kSealed))
          inconsistent.fetch_add(1);
      }
    }
  });
  EXPECT_EQ(inconsistent.load(), 0u);
}

TEST_F(Concurrency, TogetherCreatesFillTheCapacityAndNoMore) {
  if (TooLargeToFill()) return;
  constexpr uint64_t kWanted = 512;
  const uint64_t size_bytes = capacity_bytes() / kWanted / kUnit * kUnit;
  const uint64_t fitting = capacity_bytes() / size_bytes;
  std::atomic<uint64_t> made{0}, refused{0};
  Race([&](size_t thread) {
    for (uint64_t i = 0; i < kWanted; ++i) {
      const absl::Status status = store().Create(Id(i * kThreads + thread), size_bytes, {}).status();
      if (status.ok()) made.fetch_add(1);
      if (status.code() == kResourceExhausted) refused.fetch_add(1);
    }
  });
  EXPECT_EQ(made.load(), fitting);
  EXPECT_EQ(refused.load(), kWanted * kThreads - fitting);
  EXPECT_EQ(store().Stats().used_bytes, fitting * size_bytes);
}

TEST_F(Concurrency, NoMoreAreEvictedThanNeededTogether) {
  if (Lacks(ObjectStore::kCapabilityCache) || TooLargeToFill()) return;
  constexpr uint64_t kCount = 400;
  constexpr uint64_t kEach = 50;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  std::atomic<uint64_t> failed{0};
  Race([&](size_t thread) {
    for (uint64_t i = 0; i < kEach; ++i) {
      if (!store().Create(Id(10'000 + i * kThreads + thread), size_bytes, {}).ok()) failed.fetch_add(1);
    }
  });
  EXPECT_EQ(failed.load(), 0u);
  EXPECT_EQ(store().Stats().evicted_count, kEach * kThreads);
  EXPECT_EQ(store().Stats().cached_count, kCount - kEach * kThreads);
}

TEST_F(Concurrency, PinnedObjectsOutliveRacingEvictions) {
  if (Lacks(ObjectStore::kCapabilityCache) || TooLargeToFill()) return;
  constexpr uint64_t kCount = 64;
  const uint64_t size_bytes = capacity_bytes() / kCount / kUnit * kUnit;
  for (uint64_t i = 0; i < kCount / 2; ++i) {
    Put(Id(i), size_bytes, {}, i);
    ASSERT_THAT(store().Cache(Id(i)), IsOk());
  }
  std::atomic<uint64_t> broken{0};
  std::atomic<int> writing{2};
  Race([&](size_t thread) {
    if (thread < 2) {
      for (uint64_t i = 0; i < kRounds; ++i) {
        // Cached as well, so that they push the first ones out and each other.
        const ObjectId id = Id(1000 + i * 2 + thread);
        const absl::StatusOr<std::span<std::byte>> data = store().Create(id, size_bytes, {});
        if (!data.ok()) continue;  // All the rest was pinned or open.
        Fill(data->first(64), i);
        if (!store().Seal(id).ok() || !store().Cache(id).ok()) broken.fetch_add(1);
      }
      writing.fetch_sub(1);
      return;
    }
    for (uint64_t i = 0; writing.load() > 0; ++i) {
      const uint64_t number = i % (kCount / 2);
      const absl::StatusOr<ObjectView> view = store().Get(Id(number));
      if (!view.ok()) continue;
      if (!HoldsPattern(view->data.first(256), number)) broken.fetch_add(1);
      if (!store().Contains(Id(number)) || !store().Release(Id(number)).ok()) broken.fetch_add(1);
    }
  });
  EXPECT_EQ(broken.load(), 0u);
}

// The open object's writer never comes back; everybody else goes on.
TEST_F(Concurrency, NoCallBlocksOnAnotherObject) {
  MakeOpen(Id(0));
  Put(Id(1), 8);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  Race([&](size_t thread) {
    for (uint64_t i = 0; i < kRounds; ++i) {
      const ObjectId id = Id(10 + i * kThreads + thread);
      EXPECT_THAT(store().Create(id, 8, {}).status(), IsOk());
      EXPECT_THAT(store().Seal(id), IsOk());
      EXPECT_THAT(store().Get(id).status(), IsOk());
      EXPECT_THAT(store().Delete(id), IsOk());
      EXPECT_THAT(store().Release(id), IsOk());
    }
  });
  EXPECT_EQ(Listed().size(), 2u);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
