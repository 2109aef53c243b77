#include "core/ownership/simulation/random_history.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/base/split_mix.h"
#include "core/ownership/simulation/cluster.h"

namespace manta {
namespace {

// What programs do, each letter with the same chance (Program). Crowds are of few objects, which everybody asks for, in
// a network that is slow: there happens often what else happens once in a million histories.
constexpr std::string_view kUsual = "ssssddddprrrutt=-lx";
constexpr std::string_view kCrowd = "ssssssddddddpprrrruttttt====lfffx";

class RandomHistory {
 public:
  RandomHistory(uint64_t seed, History& history, std::vector<std::string>* trace)
      : random_(seed), cluster_(2 + Draw(3), history) {
    cluster_.set_trace(trace);
    loss_percent_ = Draw(2) * Draw(40);
    repeat_percent_ = Draw(2) * Draw(40);
    crash_count_max_ = Draw(3) == 0 ? 1 + Draw(2) : 0;
    eager_ = Draw(2) == 0;
    if (Draw(8) == 0) {
      loss_percent_ = 0;
      cluster_.RepeatAll();
    }
    if (Draw(8) != 0) return;
    program_ = kCrowd;
    object_count_max_ = 24;
    step_count_ = 120;
    window_ = 2 + Draw(3);
    network_percent_ = 4 + Draw(2) * 26;
    world_percent_ = 8;
    data_percent_ = 25;
    crash_count_max_ = Draw(3);
  }

  std::string Run() {
    const uint64_t step_count = step_count_ / 6 + random_.Below(step_count_);
    for (uint64_t i = 0; i < step_count && cluster_.failure().empty(); ++i) Step();
    if (cluster_.failure().empty()) cluster_.Quiet(&random_);
    if (cluster_.failure().empty()) cluster_.TearDown(&random_);
    return cluster_.failure();
  }

 private:
  uint32_t Draw(uint32_t bound) { return static_cast<uint32_t>(random_.Below(bound)); }
  uint32_t Process() { return Draw(cluster_.process_count()); }
  uint32_t Object() {
    const auto count = static_cast<uint32_t>(cluster_.objects().size());
    return count - 1 - Draw(std::min(count, window_));
  }

  // An object that p has, or some object.
  uint32_t ObjectOf(uint32_t p) {
    uint32_t object = Object();
    for (uint32_t i = 0; i < 4 && !cluster_.has(p, object); ++i) object = Object();
    return object;
  }

  void Step() {
    uint32_t what = Draw(network_percent_ + data_percent_ + 55);
    if (what < network_percent_) return Network();
    what -= network_percent_;
    if (what < data_percent_) return Data();
    what -= data_percent_;
    if (what < 15) {
      cluster_.Act(Process(), 1 + Draw(8));
      return;
    }
    if (what < 15 + world_percent_) return World();
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
    uint32_t dead = Process();
    for (uint32_t i = 0; i < 4 && cluster_.living(dead); ++i) dead = Process();
    cluster_.TellDeath(Process(), dead);
  }

  void Program() {
    const uint32_t p = Process();
    const bool room = cluster_.objects().size() < object_count_max_;
    if (cluster_.objects().empty() || (room && Draw(8) == 0)) {
      return program_ == kUsual ? static_cast<void>(cluster_.Create(p, Draw(6) == 0)) : PassOn(p);
    }
    const uint32_t object = ObjectOf(p);
    switch (program_[Draw(static_cast<uint32_t>(program_.size()))]) {
      case 's':
        cluster_.Send(p, Process(), object);
        return;
      case 'd':
        cluster_.Drop(p, object);
        return;
      case 'p':
        if (room) cluster_.Pack(p, Draw(4) == 0 ? std::vector{object, ObjectOf(p)} : std::vector{object});
        return;
      case 'r':
        cluster_.Read(p, object);
        return;
      case 'u':
        if (room) cluster_.Submit(p, Process(), object);
        return;
      case 't':
        return Task();
      case '=':
        cluster_.Weak(p, object);
        return;
      case '-':
        cluster_.WeakGone(p, object);
        return;
      case 'l':
        cluster_.Lock(p, Object());
        return;
      case 'f':
        cluster_.Free(object);
        return;
      default:
        return Draw(4) == 0 ? static_cast<void>(cluster_.Free(object)) : static_cast<void>(cluster_.Evict(Object()));
    }
  }

  // A new object, or one that contains it, goes from hand to hand before any owner has answered.
  void PassOn(uint32_t p) {
    uint32_t object = cluster_.Create(p, Draw(2) == 0);
    if (object == Cluster::kNone) return;
    for (uint32_t i = 0; i < 4; ++i) {
      const uint32_t q = Process();
      const uint64_t data_count = cluster_.data().size();
      if (cluster_.Send(p, q, object) && cluster_.data().size() > data_count) cluster_.DeliverData(data_count);
      if (Draw(2) == 0) cluster_.Drop(p, object);
      cluster_.Read(q, object);
      const uint32_t container = Draw(4) == 0 ? cluster_.Pack(q, {object}) : Cluster::kNone;
      if (container != Cluster::kNone) object = container;
      p = q;
    }
  }

  void Task() {
    if (cluster_.tasks().empty()) return;
    const uint32_t task = Draw(static_cast<uint32_t>(cluster_.tasks().size()));
    const uint32_t runner = cluster_.tasks()[task].runner;
    const uint32_t chance = Draw(program_ == kUsual ? 12 : 6);
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
  std::string_view program_ = kUsual;
  uint32_t object_count_max_ = 10;
  uint32_t window_ = 10;
  uint64_t step_count_ = 60;
  uint32_t network_percent_ = 30;
  uint32_t data_percent_ = 15;
  uint32_t world_percent_ = 3;
  bool eager_ = false;  // Decisions are taken after each step of a program.
};

}  // namespace

std::string RunRandomHistory(uint64_t seed, History& history, std::vector<std::string>* trace) {
  return RandomHistory(seed, history, trace).Run();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
