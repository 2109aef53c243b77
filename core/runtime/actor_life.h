// core/runtime/actor_life.h -- is the life of an actor, as a state machine without I/O.
//
//   starting --Constructed--> alive --Kill, LastHandle--> dead
//      |  \---ConstructorFailed---> restarting, or dead when restarts are used up
//      |                               |
//      \<---------- Begin -------------/        alive --Failed--> restarting, or dead
//
// Restarts count within a window of time: an actor that falls over faster than it should does not start again for ever.
// Each start has an incarnation; calls that were made to an earlier one and have not run do so in the next.
//
// Threads   Pure. The holder of the actor's turn applies it.
#pragma once

#include <cstdint>
#include <vector>

namespace manta {

struct RestartPolicy {
  uint32_t restarts_max = 0;  // In the window, or ever when there is none.
  int64_t window_ns = 0;      // 0: ever.
};

enum class ActorPhase : uint8_t { kStarting = 0, kAlive, kRestarting, kDead };

enum class ActorEvent : uint8_t {
  kConstructed = 0,
  kConstructorFailed,
  kFailed,  // A method failed in a way that the actor does not survive.
  kBegin,   // The constructor is run again.
  kKill,
  kLastHandle,  // Nobody can call it any more, and all calls have run.
};

enum class ActorAction : uint8_t {
  kIgnore,
  kServe,      // Run its calls.
  kConstruct,  // Run the constructor.
  kRestart,    // Destroy the instance, if there is one; then kBegin.
  kEnd,        // Destroy the instance, if there is one; all calls fail from now on.
};

class ActorLife {
 public:
  explicit ActorLife(RestartPolicy policy) : policy_(policy) {}

  ActorPhase phase() const { return phase_; }
  uint64_t incarnation() const { return incarnation_; }  // From 1.
  uint32_t restart_count() const { return restart_count_; }

  ActorAction Step(ActorEvent event, int64_t now_ns) {
    if (phase_ == ActorPhase::kDead) return ActorAction::kIgnore;
    switch (event) {
      case ActorEvent::kConstructed:
        if (phase_ != ActorPhase::kStarting) return ActorAction::kIgnore;
        phase_ = ActorPhase::kAlive;
        return ActorAction::kServe;
      case ActorEvent::kConstructorFailed:
        return phase_ == ActorPhase::kStarting ? RestartOrEnd(now_ns) : ActorAction::kIgnore;
      case ActorEvent::kFailed:
        return phase_ == ActorPhase::kAlive ? RestartOrEnd(now_ns) : ActorAction::kIgnore;
      case ActorEvent::kBegin:
        if (phase_ != ActorPhase::kRestarting) return ActorAction::kIgnore;
        phase_ = ActorPhase::kStarting;
        ++incarnation_;
        return ActorAction::kConstruct;
      case ActorEvent::kKill:
      case ActorEvent::kLastHandle:
        phase_ = ActorPhase::kDead;
        return ActorAction::kEnd;
    }
    return ActorAction::kIgnore;
  }

 private:
  ActorAction RestartOrEnd(int64_t now_ns) {
    std::erase_if(recent_ns_, [&](int64_t then_ns) { return now_ns - then_ns >= policy_.window_ns; });
    const uint64_t count = policy_.window_ns > 0 ? recent_ns_.size() : restart_count_;
    if (count >= policy_.restarts_max) {
      phase_ = ActorPhase::kDead;
      return ActorAction::kEnd;
    }
    if (policy_.window_ns > 0) recent_ns_.push_back(now_ns);
    ++restart_count_;
    phase_ = ActorPhase::kRestarting;
    return ActorAction::kRestart;
  }

  const RestartPolicy policy_;
  ActorPhase phase_ = ActorPhase::kStarting;
  uint64_t incarnation_ = 1;
  uint32_t restart_count_ = 0;
  std::vector<int64_t> recent_ns_;  // When it was restarted, within the window.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
