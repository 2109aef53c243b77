// A library of ref counters: a real one that protects, observes and talks, and wrappers around it, each wrong in one
// thing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/interface/ref_counter_wrapper.h"
#include "glog/logging.h"
#include "plugins/ref_counter/tracing/tracing_counter.h"
#include "tests/conformance/broken/export_all.h"

namespace manta::conformance {
namespace {

using Kind = RefEventKind;

// Nothing is wrong. Faults override Hear, which is given each event, and Says, which may hold a decision back.
class Right : public RefCounterWrapper {
 public:
  explicit Right(const Host& host)
      : Right(std::make_unique<TracingCounter>(host, TracingOptions{.observe_one_in = 1})) {}

  absl::Status Start(uint64_t worker) override {
    self_ = worker;
    return inner().Start(worker);
  }

  absl::Status Observe(std::span<const RefEvent> events) override {
    if (!std::all_of(events.begin(), events.end(), Complete)) return inner().Observe(events);  // Refuses them.
    for (const RefEvent& event : events) Hear(event);
    return absl::OkStatus();
  }

  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    uint64_t count = 0;
    while (count < decisions.size() && inner().TakeDecisions(decisions.subspan(count, 1)) == 1) {
      if (Says(decisions[count])) ++count;
    }
    return count;
  }

 protected:
  virtual void Hear(const RefEvent& event) { Pass(event); }
  virtual bool Says(const RefDecision&) { return true; }

  void Pass(const RefEvent& event) { CHECK(inner().Observe(std::span(&event, 1)).ok()); }
  uint64_t self() const { return self_; }

 private:
  explicit Right(std::unique_ptr<TracingCounter> counter) : RefCounterWrapper(*counter), counter_(std::move(counter)) {}

  const std::unique_ptr<TracingCounter> counter_;
  uint64_t self_ = 0;
};

// ---- What it decides -------------------------------------------------------------------------------------------

class NeverDecides final : public Right {
  using Right::Right;
  bool Says(const RefDecision& decision) override { return decision.event.kind != Kind::kDied; }
};

// Forgets its own process's references when a borrower gives its own back.
class LastBorrowDecides final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    Pass(event);
    if (event.kind == Kind::kReturned) Pass({.kind = Kind::kLocalGone, .object = event.object});
  }
};

// Whoever asks again at once gets the last decision again.
class DecidesAgainAtOnce final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    again_.reset();
    Pass(event);
  }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    const uint64_t count = Right::TakeDecisions(decisions);
    if (count == 0 && again_.has_value() && !decisions.empty()) {
      decisions[0] = *std::exchange(again_, std::nullopt);
      return 1;
    }
    if (count > 0 && decisions[count - 1].event.kind == Kind::kDied) again_ = decisions[count - 1];
    return count;
  }
  RefCounterStats Stats() const override {
    again_.reset();
    return Right::Stats();
  }

  mutable std::optional<RefDecision> again_;
};

class RefusesEmptyBatches final : public Right {
  using Right::Right;
  absl::Status Observe(std::span<const RefEvent> events) override {
    return events.empty() ? absl::InvalidArgumentError("no event of 0") : Right::Observe(events);
  }
};

class TakesWorkerZero final : public Right {
  using Right::Right;
  absl::Status Start(uint64_t worker) override { return worker == 0 ? absl::OkStatus() : Right::Start(worker); }
};

class FirstThreadOnly final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    if (std::this_thread::get_id() == first_) Pass(event);
  }

  const std::thread::id first_ = std::this_thread::get_id();
};

// ---- What it shows ---------------------------------------------------------------------------------------------

// Until it has heard of something, it counts itself.
class CountsItself final : public Right {
  using Right::Right;
  absl::Status Observe(std::span<const RefEvent> events) override {
    heard_ = true;
    return Right::Observe(events);
  }
  RefCounterStats Stats() const override {
    RefCounterStats stats = Right::Stats();
    if (!heard_) ++stats.counted_count;
    return stats;
  }

  bool heard_ = false;
};

class CountsOneDecision final : public Right {
  using Right::Right;
  RefCounterStats Stats() const override {
    RefCounterStats stats = Right::Stats();
    stats.decided_count = std::min<uint64_t>(stats.decided_count, 1);
    return stats;
  }
};

class CountsNothingLent final : public Right {
  using Right::Right;
  RefCounterStats Stats() const override {
    RefCounterStats stats = Right::Stats();
    stats.lent_count = 0;
    return stats;
  }
};

class CountsNothingUnheard final : public Right {
  using Right::Right;
  RefCounterStats Stats() const override {
    RefCounterStats stats = Right::Stats();
    stats.unheard_count = 0;
    return stats;
  }
};

// Says how many facts it has copied, not how many there are.
class ListsWhatHasRoom final : public Right {
  using Right::Right;
  uint64_t List(std::span<RefFact> facts) const override {
    return std::min<uint64_t>(Right::List(facts), facts.size());
  }
};

class WantsToHearOfNone final : public Right {
  using Right::Right;
  uint64_t ObserveOneIn() const override { return 0; }
};

class KnowsWhatWasNotMade final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    if (event.kind == Kind::kLocalAdded) Pass({.kind = Kind::kMade, .object = event.object});
    Pass(event);
  }
};

// ---- What it says to other processes ---------------------------------------------------------------------------

// Does not hear events of one kind.
template <Kind kKind>
class Ignores final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    if (event.kind != kKind) Pass(event);
  }
};

// Grants an object, and does not keep it for who was granted it.
class ForgetsBorrowers final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    Pass(event);
    const bool asked = event.kind == Kind::kBorrowed && event.sequence != 0;
    if (asked) Pass({.kind = Kind::kReturned, .object = event.object, .worker = event.worker});
  }
};

// Does not ask for another process's object that was read out of an object.
class ForgetsWhatWasRead final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    const bool read = event.kind == Kind::kLocalBack && !event.other.nil();
    if (!read || event.object.worker() == self()) Pass(event);
  }
};

class KeepsForTheDead final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    if (event.kind != Kind::kWorkerDied || Stats().lent_count == 0) Pass(event);
  }
};

// Keeps to itself that objects are lost: those whose owner has died, or those whose owner says so.
template <bool kOwnerDied>
class TellsNoLoss final : public Right {
  using Right::Right;
  void Hear(const RefEvent& event) override {
    if (event.kind == Kind::kWorkerDied) dead_.insert(event.worker);
    Pass(event);
  }
  bool Says(const RefDecision& decision) override {
    const bool loss = decision.worker == 0 && decision.event.kind == Kind::kGone;
    return !loss || dead_.contains(decision.event.object.worker()) != kOwnerDied;
  }

  std::set<uint64_t> dead_;
};

class MessagesFirst final : public Right {
  using Right::Right;
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    const uint64_t count = Right::TakeDecisions(decisions);
    std::stable_partition(decisions.begin(), decisions.begin() + static_cast<int64_t>(count),
                          [](const RefDecision& decision) { return decision.worker != 0; });
    return count;
  }
};

// ---- The library -----------------------------------------------------------------------------------------------

constexpr uint64_t kObserves = RefCounter::kCapabilityProtects | RefCounter::kCapabilityObservesAll;
constexpr uint64_t kAll = kObserves | RefCounter::kCapabilityTalks;

template <typename Counter>
absl::StatusOr<std::unique_ptr<RefCounter>> Make(const Host& host, std::span<const std::byte>) {
  return std::make_unique<Counter>(host);
}

template <typename Counter>
consteval abi::PluginEntry Entry(const char* name, const char* summary, uint64_t capabilities = kAll) {
  return export_internal::MakeEntry<RefCounter, &Make<Counter>>(
      {.name = name, .summary = summary, .capabilities = capabilities, .status = abi::PluginStatus::kWip});
}

constexpr abi::PluginEntry kEntries[] = {
    Entry<Right>("test.ref_counter.right", "Nothing is wrong"),
    Entry<Right>("test.ref_counter.talks_undeclared", "Talks, and does not declare it", kObserves),
    Entry<NeverDecides>("test.ref_counter.never_decides", "Lets no object die"),
    Entry<LastBorrowDecides>("test.ref_counter.last_borrow_decides", "A borrow's end takes this process's references"),
    Entry<DecidesAgainAtOnce>("test.ref_counter.decides_again_at_once", "Gives a decision twice"),
    Entry<RefusesEmptyBatches>("test.ref_counter.refuses_empty_batches", "An empty batch is an error"),
    Entry<TakesWorkerZero>("test.ref_counter.takes_worker_zero", "Starts as process 0"),
    Entry<FirstThreadOnly>("test.ref_counter.first_thread_only", "Hears the thread alone that made it"),
    Entry<CountsItself>("test.ref_counter.counts_itself", "Knows something before it has heard anything"),
    Entry<CountsOneDecision>("test.ref_counter.counts_one_decision", "Counts one decision at most"),
    Entry<CountsNothingLent>("test.ref_counter.counts_nothing_lent", "Says that no other process has its objects"),
    Entry<CountsNothingUnheard>("test.ref_counter.counts_nothing_unheard", "Says that all messages were heard"),
    Entry<ListsWhatHasRoom>("test.ref_counter.lists_what_has_room", "Tells how many facts it has copied"),
    Entry<WantsToHearOfNone>("test.ref_counter.wants_to_hear_of_none", "Observes, and wants to hear of no object"),
    Entry<KnowsWhatWasNotMade>("test.ref_counter.knows_what_was_not_made", "A reference makes an object known"),
    Entry<Ignores<Kind::kSent>>("test.ref_counter.ignores_sent", "What is under way keeps nothing"),
    Entry<Ignores<Kind::kUnheard>>("test.ref_counter.ignores_unheard", "Says nothing again"),
    Entry<Ignores<Kind::kWeak>>("test.ref_counter.ignores_weak", "Weak references remember nothing"),
    Entry<Ignores<Kind::kLineage>>("test.ref_counter.ignores_lineage", "Lineage keeps nothing"),
    Entry<ForgetsBorrowers>("test.ref_counter.forgets_borrowers", "Grants, and does not keep"),
    Entry<ForgetsWhatWasRead>("test.ref_counter.forgets_what_was_read", "Does not ask for what was read"),
    Entry<KeepsForTheDead>("test.ref_counter.keeps_for_the_dead", "Dead processes keep objects"),
    Entry<TellsNoLoss<true>>("test.ref_counter.tells_no_loss_by_death", "Hides that an owner's death loses objects"),
    Entry<TellsNoLoss<false>>("test.ref_counter.tells_no_refusal", "Hides that an owner has an object no more"),
    Entry<MessagesFirst>("test.ref_counter.messages_first", "Messages come before decisions"),
};

}  // namespace
}  // namespace manta::conformance

MANTA_EXPORT_ALL(manta::RefCounter, manta::conformance::kEntries)

// SPDX-License-Identifier: Apache-2.0
