#include "core/kernel/observe/inspector.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "core/base/text.h"
#include "core/kernel/observe/program_metrics.h"
#include "core/kernel/observe/timeline.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/runtime_view.h"

namespace manta {
namespace {

std::string Text(uint64_t number) { return std::to_string(number); }
std::string Text(int64_t number) { return std::to_string(std::max<int64_t>(number, 0)); }

// A limit is what follows the word, or what people can read at once.
constexpr uint64_t kRowsDefault = 100;

uint64_t LimitOf(std::string_view text) {
  uint64_t limit = kRowsDefault;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return std::min(limit, Inspector::kRowsMax);
}

ReplyTable ErrorTable(std::string message) {
  ReplyTable table;
  table.facts = {{"error", std::move(message)}};
  return table;
}

uint64_t SubmittedCount(const RuntimeCounts& counts) {
  return counts.done_count + counts.failed_count + counts.dropped_count +
         static_cast<uint64_t>(std::max<int64_t>(counts.pending_count, 0));
}

}  // namespace

std::string ProgramName() { return program_invocation_short_name; }

Inspector::Inspector(RuntimeCore& core, const World& world, const AtomicMetrics& metrics)
    : core_(core), world_(world), metrics_(metrics), begin_ns_(world.clock.NowNs()) {}

std::string Inspector::Answer(std::string_view request) {
  const size_t space = std::min(request.find(' '), request.size());
  const std::string_view what = request.substr(0, space);
  const std::string_view words = request.substr(std::min(space + 1, request.size()));
  const uint64_t limit = LimitOf(words);
  if (what == "timeline") return Timeline();
  if (what == "metrics") return MetricRows().Text();
  if (what == "prometheus") return PrometheusText(Metrics());
  // The rest looks at what Shutdown takes down.
  const CoreVisit visit(core_.shell());
  if (!visit) return ErrorTable("it is being shut down").Text();
  if (what == "info") return Info().Text();
  if (what == "tasks") return Tasks(limit).Text();
  if (what == "actors") return Actors(limit).Text();
  if (what == "objects") return Objects(limit).Text();
  if (what == "memory") return Memory(limit).Text();
  if (what == "cycles") return CyclesReply(HandleCycles(), limit).Text();
  if (what == "path") return PathReply(Held(), words, Now()).Text();
  return ErrorTable(
             Concat("it does not know ", Quoted(what),
                    "; known: info, tasks, actors, objects, memory, path, cycles, metrics, prometheus, timeline"))
      .Text();
}

ReplyTable Inspector::Info() {
  RuntimeView view(core_);
  const RuntimeCounts counts = core_.counts();
  ReplyTable table;
  table.facts = {{"pid#", Text(static_cast<uint64_t>(getpid()))},
                 {"program", ProgramName()},
                 {"uptime_ms#", Text((world_.clock.NowNs() - begin_ns_) / 1'000'000)},
                 {"pending#", Text(counts.pending_count)},
                 {"done#", Text(counts.done_count)},
                 {"failed#", Text(counts.failed_count)},
                 {"dropped#", Text(counts.dropped_count)},
                 {"queued#", Text(view.queued_count())},
                 {"waiting_threads#", Text(view.waiting_threads())},
                 {"actors#", Text(view.actor_count())},
                 {"objects#", Text(counts.object_count)},
                 {"native_bytes#", Text(counts.native_bytes)},
                 {"stored_bytes#", Text(counts.stored_bytes)},
                 {"threads#", Text(uint64_t{counts.thread_count})}};
  return table;
}

ReplyTable Inspector::Tasks(uint64_t limit) {
  TasksView view = RuntimeView(core_).Tasks(limit);
  ReplyTable table;
  table.facts = {{"pending#", Text(view.counts.pending_count)},
                 {"running#", Text(view.running_count)},
                 {"queued#", Text(view.queued_count)},
                 {"waiting_threads#", Text(view.waiting_threads)},
                 {"done#", Text(view.counts.done_count)},
                 {"failed#", Text(view.counts.failed_count)},
                 {"dropped#", Text(view.counts.dropped_count)},
                 {"more#", view.more ? "1" : "0"},
                 {"running_known#", view.complete_knowledge ? "1" : "0"}};
  table.columns = {"name", "state", "because", "actor", "where", "attempt#", "submitted_at", "id"};
  for (TaskRow& row : view.tasks) {
    table.rows.push_back({std::move(row.name), std::move(row.state), std::move(row.because), std::move(row.actor),
                          std::move(row.location), Text(uint64_t{row.attempt}), std::move(row.submitted_at),
                          row.id.nil() ? "" : row.id.ToHex()});
  }
  return table;
}

ReplyTable Inspector::Actors(uint64_t limit) {
  ActorsView view = RuntimeView(core_).Actors(limit);
  ReplyTable table;
  table.facts = {{"living#", Text(view.actor_count)}, {"more#", view.actor_count > view.actors.size() ? "1" : "0"}};
  table.columns = {"number#", "name",       "registered_name", "state",       "runs",
                   "queued#", "held_back#", "because",         "incarnation#"};
  for (ActorRow& row : view.actors) {
    table.rows.push_back({Text(row.number), std::move(row.name), std::move(row.registered_name), std::move(row.state),
                          std::move(row.runs), row.queue_known ? Text(row.queued_count) : "",
                          row.queue_known ? Text(row.held_back_count) : "", std::move(row.because),
                          Text(row.incarnation)});
  }
  return table;
}

ReplyTable Inspector::Objects(uint64_t limit) {
  ObjectsView view = RuntimeView(core_).Objects(limit);
  ReplyTable table;
  table.facts = {{"living#", Text(view.counts.object_count)},
                 {"native_bytes#", Text(view.counts.native_bytes)},
                 {"stored#", Text(view.counts.stored_count)},
                 {"stored_bytes#", Text(view.counts.stored_bytes)},
                 {"large_native#", Text(view.large_native_count)},
                 {"memory_used_bytes#", Text(world_.memory.used_bytes())},
                 {"memory_max_bytes#", Text(world_.memory.limit_bytes())},
                 {"more#", view.more ? "1" : "0"}};
  table.columns = {"id", "type", "place", "bytes#", "references#", "from"};
  for (ObjectRow& row : view.objects) {
    table.rows.push_back({row.id.ToHex(), std::move(row.type), std::move(row.place), Text(row.size_bytes),
                          Text(row.references), std::move(row.from)});
  }
  return table;
}

ReplyTable Inspector::Memory(uint64_t limit) {
  const ObjectsView view = RuntimeView(core_).Objects(kRowsMax);
  const uint64_t one_in = ObserveOneIn();
  return one_in == 0 ? UnheldReply(view, limit) : HeldReply(Held(), view, one_in, Now(), limit);
}

HeldObjects Inspector::Held() const {
  const ReferenceWatch* const watch = core_.shell().watch();
  std::vector<RefFact> facts;
  for (uint64_t count = watch == nullptr ? 0 : watch->List({}); count > facts.size();) {
    facts.resize(count + count / 8);  // It grows meanwhile.
    count = watch->List(facts);
    if (count <= facts.size()) facts.resize(count);
  }
  return HeldObjects(facts);
}

uint64_t Inspector::ObserveOneIn() const {
  const ReferenceWatch* const watch = core_.shell().watch();
  return watch == nullptr ? 0 : watch->observe_one_in();
}

std::vector<HandleCycle> Inspector::HandleCycles() const {
  const CoreVisit visit(core_.shell());
  return visit && ObserveOneIn() > 0 ? RuntimeView(core_).HandleCycles() : std::vector<HandleCycle>();
}

ReplyTable Inspector::MetricRows() {
  ReplyTable table;
  table.columns = {"name", "kind", "labels", "value#", "count#", "help"};
  for (MetricSample& sample : Metrics()) {
    const bool histogram = sample.kind == MetricSample::Kind::kHistogram;
    table.rows.push_back({std::move(sample.name), std::string(KindName(sample.kind)), std::move(sample.labels),
                          MetricNumber(sample.value), histogram ? Text(sample.count) : "", std::move(sample.help)});
  }
  return table;
}

std::vector<MetricSample> Inspector::Metrics() {
  std::vector<MetricSample> samples;
  const auto add = [&samples](MetricSample::Kind kind, std::string_view name, auto value, std::string_view help,
                              std::string_view labels = "") {
    samples.push_back({.name = Concat("manta_", name),
                       .help = std::string(help),
                       .kind = kind,
                       .labels = std::string(labels),
                       .value = static_cast<double>(value),
                       .buckets = {}});
  };
  constexpr auto kCounter = MetricSample::Kind::kCounter;
  constexpr auto kGauge = MetricSample::Kind::kGauge;
  if (const CoreVisit visit(core_.shell()); visit) {
    RuntimeView view(core_);
    const RuntimeCounts counts = core_.counts();
    uint64_t submitted = SubmittedCount(counts);
    uint64_t before = submitted_max_.load(std::memory_order_relaxed);
    while (before < submitted && !submitted_max_.compare_exchange_weak(before, submitted, std::memory_order_relaxed)) {
    }
    submitted = std::max(submitted, before);
    const SchedulerStats scheduled = core_.scheduler().Stats();
    add(kCounter, "tasks_submitted_total", submitted, "Tasks and calls of actors that were submitted.");
    add(kCounter, "tasks_done_total", counts.done_count, "Those whose code has returned.");
    add(kCounter, "tasks_failed_total", counts.failed_count, "Those whose result is an error, dropped ones excepted.");
    add(kCounter, "tasks_dropped_total", counts.dropped_count, "Those that a shutdown ended before they ran.");
    add(kGauge, "tasks_pending", counts.pending_count, "Submitted, without a result yet.");
    add(kGauge, "queue_length", scheduled.queued_count, "Tasks, and actors with calls, that wait for a worker.",
        "queue=\"ready\"");
    add(kCounter, "tasks_stolen_total", scheduled.stolen_count, "Taken from another worker's queue.");
    add(kGauge, "actors", view.actor_count(), "Actors that live.");
    add(kGauge, "objects", counts.object_count, "Objects that live, wherever their values are.");
    add(kGauge, "objects_stored", counts.stored_count, "Those whose values lie in the object store.");
    add(kGauge, "object_bytes", counts.native_bytes, "What objects and their values take, by place.",
        "place=\"native\"");
    add(kGauge, "object_bytes", counts.stored_bytes, "What objects and their values take, by place.",
        "place=\"store\"");
    add(kCounter, "objects_migrated_total", counts.migrated_count, "Native values that were moved into the store.");
    add(kCounter, "objects_restored_total", counts.restored_count, "Values that were made of their bytes again.");
    if (ValueRouter* const router = core_.shell().router(); router != nullptr) {
      const ObjectStoreStats store = router->stored().store->Stats();
      const RoomCounts room = router->counts().room;
      add(kGauge, "store_capacity_bytes", store.capacity_bytes, "What the object store may hold.");
      add(kGauge, "store_used_bytes", store.used_bytes, "What it holds: values, arrays, and what views keep.");
      add(kGauge, "store_cached_bytes", store.cached_bytes, "Of these: what only weak references are left to.");
      add(kGauge, "store_pinned_objects", store.pinned_count, "Objects of the store that somebody looks at.");
      add(kCounter, "puts_waited_total", room.waited_count, "Values that found no room in memory at once.");
      add(kCounter, "puts_refused_total", room.refused_count, "Those that found none in the end.");
      if (const MemoryWatch* const watch = router->watch(); watch != nullptr) {
        const MemoryState memory = watch->state();
        add(kGauge, "memory_peak_bytes", memory.peak_bytes, "The most that was taken from the memory budget so far.");
        add(kGauge, "memory_pressure", static_cast<uint32_t>(memory.pressure), "0: low, 1: high, 2: somebody waits.");
        add(kGauge, "memory_waiting_threads", watch->waiting_count(), "Threads that wait for room in memory.");
      }
    }
    add(kGauge, "threads", counts.thread_count, "Worker threads that were started.");
    add(kGauge, "waiting_threads", view.waiting_threads(), "Threads that wait for an object.");
  }
  add(kGauge, "memory_used_bytes", world_.memory.used_bytes(), "Taken from the memory budget.");
  add(kGauge, "memory_max_bytes", world_.memory.limit_bytes(), "The memory budget.");
  for (MetricSample& sample : SamplesOf(metrics_.Entries(), "manta_")) samples.push_back(std::move(sample));
  for (MetricSample& sample : SamplesOf(ProgramMetrics().Entries(), "")) samples.push_back(std::move(sample));
  return samples;
}

std::string Inspector::Timeline() const { return TimelineJson(ProgramName(), begin_ns_, world_.clock.NowNs()); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
