#include "core/ownership/simulation/random_history.h"

#include "core/base/split_mix.h"
#include "core/ownership/simulation/cluster.h"

namespace manta {
namespace {

constexpr uint32_t kObjectCountMax = 10;

class RandomHistory {
 public:
  RandomHistory(uint64_t seed, History& history, std::vector<std::string>* trace)
      : random_(seed), cluster_(2 + Draw(3), history) {
    cluster_.set_trace(trace);
    loss_percent_ = Draw(2) * Draw(40);
    repeat_percent_ = Draw(2) * Draw(40);
    crash_count_max_ = Draw(3) == 0 ? 1 + Draw(2) : 0;
    eager_ = Draw(2) == 0;
  }

  std::string Run() {
    const uint64_t step_count = 10 + random_.Below(60);
    for (uint64_t i = 0; i < step_count && cluster_.failure().empty(); ++i) Step();
    if (cluster_.failure().empty()) cluster_.Quiet(&random_);
    if (cluster_.failure().empty()) cluster_.TearDown(&random_);
    return cluster_.failure();
  }

 private:
  uint32_t Draw(uint32_t bound) { return static_cast<uint32_t>(random_.Below(bound)); }
  uint32_t Process() { return Draw(cluster_.process_count()); }
  uint32_t Object() { return Draw(static_cast<uint32_t>(cluster_.objects().size())); }

  // An object that p has, or some object.
  uint32_t ObjectOf(uint32_t p) {
    uint32_t object = Object();
    for (uint32_t i = 0; i < 4 && !cluster_.has(p, object); ++i) object = Object();
    return object;
  }

  void Step() {
    const uint32_t what = Draw(100);
    if (what < 30) return Network();
    if (what < 45) return Data();
    if (what < 60) {
      cluster_.Act(Process(), 1 + Draw(8));
      return;
    }
    if (what < 63) return World();
    Program();
    if (!eager_) return;
    for (uint32_t p = 0; p < cluster_.process_count(); ++p) cluster_.Act(p);
  }

  void Network() {
    const uint64_t count = cluster_.packets().size();
    if (count == 0) return;
    const uint64_t packet = random_.Below(count);
    const uint32_t chance = Draw(100);
    if (chance < loss_percent_) return cluster_.Lose(packet);
    if (Draw(100) < repeat_percent_ && !cluster_.packets()[packet].repeat) return cluster_.Repeat(packet);
    cluster_.Deliver(packet);
  }

  void Data() {
    const uint64_t count = cluster_.data().size();
    if (count == 0) return;
    const uint64_t data = random_.Below(count);
    cluster_.DeliverData(data, !cluster_.data()[data].repeat && Draw(100) < repeat_percent_);
  }

  void World() {
    if (Draw(4) == 0 && crash_count_max_ > 0) {
      --crash_count_max_;
      return cluster_.Crash(Process());
    }
    if (Draw(2) == 0) return cluster_.TellUnheard(Process(), Process());
    cluster_.TellDeath(Process(), Process());
  }

  void Program() {
    const uint32_t p = Process();
    const bool room = cluster_.objects().size() < kObjectCountMax;
    if (cluster_.objects().empty() || (room && Draw(8) == 0)) {
      cluster_.Create(p, Draw(6) == 0);
      return;
    }
    const uint32_t object = ObjectOf(p);
    switch (Draw(19)) {
      case 0:
      case 1:
      case 2:
      case 3:
        cluster_.Send(p, Process(), object);
        return;
      case 4:
      case 5:
      case 6:
      case 7:
        cluster_.Drop(p, object);
        return;
      case 8:
        if (room) cluster_.Pack(p, Draw(4) == 0 ? std::vector{object, ObjectOf(p)} : std::vector{object});
        return;
      case 9:
      case 10:
      case 11:
        cluster_.Read(p, object);
        return;
      case 12:
        if (room) cluster_.Submit(p, Process(), object);
        return;
      case 13:
      case 14:
        return Task();
      case 15:
        cluster_.Weak(p, object);
        return;
      case 16:
        cluster_.WeakGone(p, object);
        return;
      case 17:
        cluster_.Lock(p, Object());
        return;
      default:
        return Draw(4) == 0 ? static_cast<void>(cluster_.Free(object)) : static_cast<void>(cluster_.Evict(Object()));
    }
  }

  void Task() {
    if (cluster_.tasks().empty()) return;
    const uint32_t task = Draw(static_cast<uint32_t>(cluster_.tasks().size()));
    const uint32_t runner = cluster_.tasks()[task].runner;
    const uint32_t chance = Draw(12);
    if (chance == 0) {
      cluster_.FailTask(task);
    } else if (chance == 1) {
      cluster_.ForgetLineage(task);
    } else {
      const uint32_t inner = ObjectOf(runner);
      cluster_.Finish(task, Draw(2) == 0 && cluster_.has(runner, inner) ? inner : Cluster::kNone, Draw(2) == 0);
    }
  }

  SplitMix random_;
  Cluster cluster_;
  uint32_t loss_percent_ = 0;
  uint32_t repeat_percent_ = 0;
  uint32_t crash_count_max_ = 0;
  bool eager_ = false;  // Decisions are taken after each step of a program.
};

}  // namespace

std::string RunRandomHistory(uint64_t seed, History& history, std::vector<std::string>* trace) {
  return RandomHistory(seed, history, trace).Run();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
