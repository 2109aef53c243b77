#include "core/kernel/observe/timeline.h"

#include <unistd.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/runtime/name_table.h"
#include "core/runtime/thread_record.h"

namespace manta {
namespace {

// Microseconds, as the format wants them, to the nanosecond.
std::string Micros(int64_t ns) {
  std::string fraction = std::to_string(ns % 1000);
  return Concat(ns / 1000, ".", std::string(3 - fraction.size(), '0'), fraction);
}

class Writer {
 public:
  Writer(int64_t begin_ns, int64_t now_ns) : begin_ns_(begin_ns), now_ns_(now_ns) {}

  void Metadata(std::string_view kind, uint32_t thread, std::string_view name) {
    Begin(Concat("{\"ph\": \"M\", \"name\": \"", kind, "\", \"pid\": ", pid_, ", \"tid\": ", thread,
                 ", \"args\": {\"name\": ", JsonString(name), "}}"));
  }

  void Event(uint32_t thread, const TimelineEvent& event) {
    if (event.begin_ns < begin_ns_) return;
    const int64_t duration_ns =
        event.duration_ns == TimelineEvent::kOpen ? now_ns_ - event.begin_ns : event.duration_ns;
    const std::string_view named = NameTable::NameOf(event.name);
    std::string name;
    std::string category;
    std::string args;
    switch (event.kind) {
      case TimelineEvent::Kind::kTask:
        name = named;
        category = "task";
        args = Concat("\"sequence\": ", event.subject);
        if (event.actor != 0) args += Concat(", \"actor\": ", JsonString(NameTable::NameOf(event.actor)));
        if (event.duration_ns == TimelineEvent::kOpen) args += ", \"unfinished\": true";
        break;
      case TimelineEvent::Kind::kPassedOver:
        name = Concat(event.subject, event.subject == 1 ? " task" : " tasks");
        category = "passed over";
        args = Concat("\"tasks\": ", event.subject);
        break;
      case TimelineEvent::Kind::kWait:
        name = named.empty() ? std::string("wait") : Concat("wait for ", named);
        category = "wait";
        break;
      case TimelineEvent::Kind::kPut:
        name = "put";
        category = "object";
        args = Concat("\"bytes\": ", event.subject);
        break;
    }
    const bool mark = duration_ns == 0 && event.kind != TimelineEvent::Kind::kTask;
    Begin(Concat("{\"ph\": \"", mark ? "i\", \"s\": \"t" : "X", "\", \"name\": ", JsonString(name), ", \"cat\": \"",
                 category, "\", \"pid\": ", pid_, ", \"tid\": ", thread,
                 ", \"ts\": ", Micros(event.begin_ns - begin_ns_),
                 mark ? std::string() : Concat(", \"dur\": ", Micros(duration_ns)), ", \"args\": {", args, "}}"));
  }

  std::string Take() { return Concat("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [", events_, "\n]}\n"); }

 private:
  void Begin(const std::string& event) {
    events_ += events_.empty() ? "\n" : ",\n";
    events_ += event;
  }

  const int pid_ = getpid();
  const int64_t begin_ns_;
  const int64_t now_ns_;
  std::string events_;
};

}  // namespace

std::string TimelineJson(std::string_view program, int64_t begin_ns, int64_t now_ns) {
  Writer writer(begin_ns, now_ns);
  writer.Metadata("process_name", 0, program);
  for (const ThreadRecord* record : ThreadRecord::All()) {
    const std::vector<TimelineEvent> events = record->events.Read();
    if (events.empty()) continue;
    const uint32_t worker = record->worker.load(std::memory_order_relaxed);
    writer.Metadata("thread_name", record->number,
                    worker == ThreadRecord::kNoWorker ? Concat("thread ", record->number) : Concat("worker ", worker));
    for (const TimelineEvent& event : events) writer.Event(record->number, event);
  }
  return writer.Take();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
