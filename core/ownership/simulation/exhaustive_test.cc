// Every history of three processes and two objects, up to a number of references that are given: every order of what
// programs, network and crashes do. From each state that can be reached everything arrives, and all must agree; then
// everything is dropped, and nobody may know of anything.
//
// Messages of a pair come once and in order here; that they do so over a bad network is link_test's to show, as
// exhaustively.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/base/sanitizer.h"
#include "core/base/split_mix.h"
#include "core/ownership/simulation/cluster.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr uint32_t kProcessCount = 3;
constexpr uint32_t kObjectCount = 2;

struct Budget {
  uint32_t gives = 0;  // Sends, reads, packings and locks.
  uint32_t crashes = 0;
  uint32_t repeats = 0;  // Of the programs' own messages.
  uint32_t frees = 0;
};

// All that decides what a cluster does next, as words.
class Fingerprint {
 public:
  void Add(uint64_t word) { words_.push_back(word); }
  void AddTransfer(uint64_t transfer) {
    transfers_.emplace_back(words_.size(), transfer);
    words_.push_back(0);
  }

  // Numbers of transfers count by their order alone.
  std::pair<uint64_t, uint64_t> Hash() {
    std::vector<uint64_t> order;
    for (const auto& [place, transfer] : transfers_) order.push_back(transfer);
    std::sort(order.begin(), order.end());
    order.erase(std::unique(order.begin(), order.end()), order.end());
    for (const auto& [place, transfer] : transfers_) {
      words_[place] = static_cast<uint64_t>(std::lower_bound(order.begin(), order.end(), transfer) - order.begin());
    }
    uint64_t one = 1;
    uint64_t two = 2;
    for (const uint64_t word : words_) {
      one = SplitMix(one ^ word).Next();
      two = SplitMix(two + word).Next();
    }
    return {one, two};
  }

 private:
  std::vector<uint64_t> words_;
  std::vector<std::pair<uint64_t, uint64_t>> transfers_;  // Place, number.
};

struct State {
  Cluster cluster;
  Budget left;

  std::pair<uint64_t, uint64_t> Hash() const {
    Fingerprint print;
    for (const uint32_t word : {left.gives, left.crashes, left.repeats, left.frees}) print.Add(word);
    for (const Cluster::Object& object : cluster.objects()) {
      print.Add(object.owner | object.dead << 8 | object.freed << 9 | object.value << 10 | object.idle << 11 |
                object.inner.size() << 12);
    }
    for (uint32_t p = 0; p < kProcessCount; ++p) {
      print.Add(cluster.living(p));
      for (uint32_t q = 0; q < kProcessCount; ++q) print.Add(cluster.told(p, q));
      for (uint32_t object = 0; object < cluster.objects().size(); ++object) {
        print.Add(cluster.has(p, object) | cluster.weakly_has(p, object) << 1 | cluster.ChecksOf(p, object) << 2);
      }
      if (!cluster.living(p)) continue;
      for (const ObjectRecord& record : cluster.participant(p).ledger().Objects()) {
        print.Add(record.object.sequence());
        print.Add(static_cast<uint64_t>(record.standing) | static_cast<uint64_t>(record.outcome) << 8 |
                  static_cast<uint64_t>(record.outcome_told) << 16 | record.local << 24 | record.weak << 25);
        for (const Need& need : record.needs) {
          print.Add(static_cast<uint64_t>(need.kind) << 32 | need.worker << 16 | need.other.sequence());
          print.AddTransfer(need.transfer);
        }
        for (const Giver& giver : record.givers) {
          print.Add(uint64_t{1} << 40 | giver.worker << 16 | giver.container.sequence());
          print.AddTransfer(giver.transfer);
        }
      }
    }
    for (const Cluster::Data& data : cluster.data()) {
      print.Add(uint64_t{1} << 41 | data.from | data.to << 4 | data.object << 8 | data.repeat << 16 |
                data.unkept << 17 | uint64_t{data.givers} << 20);
      print.AddTransfer(data.transfer);
    }
    for (uint32_t pair = 0; pair < kProcessCount * kProcessCount; ++pair) {
      print.Add(pair);
      for (const Cluster::Packet& packet : cluster.packets()) {
        if (packet.from * kProcessCount + packet.to != pair) continue;
        print.Add(static_cast<uint64_t>(packet.message.kind) << 32 | packet.message.object.sequence());
        print.AddTransfer(packet.message.transfer);
      }
    }
    return print.Hash();
  }
};

class Explorer {
 public:
  explicit Explorer(Budget budget) : first_{Cluster(kProcessCount, history_), budget} {}

  void Run() {
    first_.cluster.Create(0, /*weak=*/true);
    Settle(first_.cluster);
    Visit(first_);
  }

  uint64_t state_count() const { return seen_.size(); }
  uint64_t step_count() const { return step_count_; }
  const std::string& failure() const { return failure_; }

 private:
  void Visit(const State& state) {
    if (!failure_.empty()) return;
    if (!state.cluster.failure().empty()) return Fail(state.cluster.failure());
    if (!seen_.insert(state.Hash()).second) return;
    CheckEnd(state.cluster);
    Programs(state);
    Network(state);
    Crashes(state);
  }

  void CheckEnd(Cluster end) {
    end.Quiet();
    if (end.failure().empty()) end.TearDown();
    if (!end.failure().empty()) Fail(end.failure());
  }

  // `step` is done in a copy, unless it says that it cannot be done.
  template <typename Step>
  void Try(const State& state, uint32_t Budget::*cost, const std::string& name, Step step) {
    if (!failure_.empty() || (cost != nullptr && state.left.*cost == 0)) return;
    State next = state;
    if (!step(next.cluster)) return;
    if (cost != nullptr) --(next.left.*cost);
    ++step_count_;
    Settle(next.cluster);
    path_.push_back(name);
    Visit(next);
    path_.pop_back();
  }

  // What is decided is acted on, and what is confirmed is heard, at once.
  static void Settle(Cluster& cluster) {
    for (bool moved = true; moved;) {
      moved = false;
      for (uint32_t p = 0; p < kProcessCount; ++p) {
        while (cluster.Act(p) > 0) moved = true;
      }
      for (uint64_t i = cluster.packets().size(); i-- > 0;) {
        if (cluster.packets()[i].message.kind == RefEventKind::kHeard) cluster.Deliver(i);
      }
    }
  }

  void Programs(const State& state) {
    for (uint32_t p = 0; p < kProcessCount; ++p) {
      for (uint32_t object = 0; object < state.cluster.objects().size(); ++object) {
        const std::string name = Concat("process ", p, ", object ", object, ": ");
        Try(state, nullptr, Concat(name, "drop"), [&](Cluster& cluster) { return cluster.Drop(p, object); });
        Try(state, nullptr, Concat(name, "weak gone"), [&](Cluster& cluster) { return cluster.WeakGone(p, object); });
        Try(state, &Budget::gives, Concat(name, "read"), [&](Cluster& cluster) { return cluster.Read(p, object); });
        Try(state, &Budget::gives, Concat(name, "lock"), [&](Cluster& cluster) { return cluster.Lock(p, object); });
        for (uint32_t q = 0; q < kProcessCount; ++q) {
          Try(state, &Budget::gives, Concat(name, "send to ", q),
              [&](Cluster& cluster) { return cluster.Send(p, q, object); });
        }
        if (state.cluster.objects().size() < kObjectCount) {
          Try(state, &Budget::gives, Concat(name, "pack"),
              [&](Cluster& cluster) { return cluster.Pack(p, {object}) != Cluster::kNone; });
        }
        if (p == 0) {
          Try(state, &Budget::frees, Concat(name, "free"), [&](Cluster& cluster) { return cluster.Free(object); });
        }
      }
    }
  }

  void Network(const State& state) {
    for (uint64_t i = 0; i < state.cluster.data().size(); ++i) {
      Try(state, nullptr, Concat("data ", i), [&](Cluster& cluster) {
        cluster.DeliverData(i);
        return true;
      });
      if (state.cluster.data()[i].repeat) continue;
      Try(state, &Budget::repeats, Concat("data ", i, ", kept"), [&](Cluster& cluster) {
        cluster.DeliverData(i, /*keep=*/true);
        return true;
      });
    }
    for (uint64_t i = 0; i < state.cluster.packets().size(); ++i) {
      const Cluster::Packet& packet = state.cluster.packets()[i];
      bool first = true;
      for (uint64_t j = 0; j < i; ++j) {
        const Cluster::Packet& before = state.cluster.packets()[j];
        first = first && (before.from != packet.from || before.to != packet.to);
      }
      if (!first) continue;
      Try(state, nullptr, Concat("message from ", packet.from, " to ", packet.to), [&](Cluster& cluster) {
        cluster.Deliver(i);
        return true;
      });
    }
  }

  void Crashes(const State& state) {
    for (uint32_t p = 0; p < kProcessCount; ++p) {
      Try(state, &Budget::crashes, Concat("crash of ", p), [&](Cluster& cluster) {
        if (!cluster.living(p)) return false;
        cluster.Crash(p);
        return true;
      });
      for (uint32_t q = 0; q < kProcessCount; ++q) {
        if (state.cluster.told(q, p)) continue;
        Try(state, nullptr, Concat(q, " hears of the death of ", p),
            [&](Cluster& cluster) { return cluster.TellDeath(q, p); });
      }
    }
  }

  void Fail(const std::string& what) {
    failure_ = what;
    for (const std::string& step : path_) failure_ += Concat("\n  ", step);
  }

  History history_{/*recent_count_max=*/0};
  State first_;
  absl::flat_hash_set<std::pair<uint64_t, uint64_t>> seen_;
  std::vector<std::string> path_;
  uint64_t step_count_ = 0;
  std::string failure_;
};

struct Exploration {
  const char* name;
  Budget budget;
};

// Sanitizers make each step twenty times as long, and what they look for does not need the longest histories.
constexpr uint32_t kOneFewer = kAddressSanitizer || kThreadSanitizer ? 1 : 0;

class ExhaustiveTest : public testing::TestWithParam<Exploration> {};

TEST_P(ExhaustiveTest, EveryStateThatCanBeReachedIsRight) {
  Explorer explorer(GetParam().budget);
  explorer.Run();
  std::printf("%s: %llu states, %llu steps\n", GetParam().name, static_cast<unsigned long long>(explorer.state_count()),
              static_cast<unsigned long long>(explorer.step_count()));
  EXPECT_EQ(explorer.failure(), "");
  EXPECT_GT(explorer.state_count(), 1000u);
}

INSTANTIATE_TEST_SUITE_P(Budgets, ExhaustiveTest,
                         testing::Values(Exploration{"calm", {.gives = 3 - kOneFewer}},
                                         Exploration{"repeats", {.gives = 2, .repeats = 1}},
                                         Exploration{"crashes", {.gives = 2, .crashes = 2 - kOneFewer}},
                                         Exploration{"frees", {.gives = 2, .crashes = 1, .frees = 1}}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
