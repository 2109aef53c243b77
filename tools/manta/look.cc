// manta tasks, actors, objects, memory, metrics, timeline -- looks into a program that runs.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/text.h"
#include "tools/manta/command.h"
#include "tools/manta/programs.h"
#include "tools/manta/reply_words.h"
#include "tools/manta/watch.h"

namespace manta::tool {
namespace {

struct LookOptions {
  std::string pid;
  bool json = false;
  uint64_t limit = 100;
  std::string object;  // Of memory: what keeps this one; "": all.
  WatchOptions watch;
};

std::shared_ptr<LookOptions> AddLookOptions(CLI::App& command) {
  auto options = std::make_shared<LookOptions>();
  command.add_option("--pid", options->pid, "Which program, as `manta ps` lists it; not needed when one runs")
      ->type_name("PID");
  return options;
}

// "" when it may be (the end of) an object's id.
std::string CheckId(const std::string& text) {
  const bool hex = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hex && !text.empty() && text.size() <= 32) return "";
  return Concat(Quoted(text), " is no id: give up to 32 lower-case hexadecimal digits");
}

int Failed(const absl::Status& status, const std::string& what, Console& console) {
  console.PrintError(ToStd(status.message()), Concat("manta ", what));
  return absl::IsNotFound(status) ? kExitBad : kExitFailed;
}

// What to say after `memory` when nobody records who holds what.
constexpr std::string_view kNotObserved =
    "who made and holds them is not recorded: start the program with "
    "--manta_ref_counter=manta.ref_counter.tracing\n";

// Actors that keep each other. Of a program that does not know the question: none.
ReplyTable AskForCycles(const Program& program, const LookOptions& options) {
  absl::StatusOr<ReplyTable> cycles = AskForTable(program, Concat("cycles ", options.limit));
  if (!cycles.ok() || cycles->columns.size() != 3) {
    cycles.emplace();
    cycles->columns = {"cycle", "actors#", "other_handles#"};
  }
  cycles->facts.clear();
  return *std::move(cycles);
}

std::string CyclesAsText(const ReplyTable& cycles) {
  std::string text;
  for (const std::vector<std::string>& row : cycles.rows) {
    text += Concat("cycle of actor handles: ", row[0], row[2] == "0" ? "" : Concat("; other handles: ", row[2]), "\n");
  }
  if (text.empty()) return text;
  return text + "actors of a cycle keep each other until Shutdown, unless one is killed or drops its handle\n";
}

// Prometheus' text as it is: a monitor may be given it.
int ShowMetricsText(const Program& program, Console& console) {
  const absl::StatusOr<std::string> text = Ask(program, "prometheus");
  if (!text.ok()) return Failed(text.status(), "metrics", console);
  console.Print(*text);
  return kExitOk;
}

int Look(const std::string& what, const LookOptions& options, Console& console) {
  const absl::StatusOr<Program> program = ChooseProgram(options.pid);
  if (!program.ok()) return Failed(program.status(), what, console);
  if (what == "metrics" && !options.json) return ShowMetricsText(*program, console);
  const bool path = !options.object.empty();
  const std::string request = path ? Concat("path ", options.object) : Concat(what, " ", options.limit);
  const absl::StatusOr<ReplyTable> reply = AskForTable(*program, request);
  if (!reply.ok()) {
    const int code = Failed(reply.status(), what, console);
    return path && absl::IsFailedPrecondition(reply.status()) ? static_cast<int>(kExitBad) : code;  // No such object.
  }
  if (!options.json) {
    console.Print(ReplyAsText(*reply, console));
    if (reply->Fact("observed_one_in") == "0") console.Print(kNotObserved);
    if (what == "memory" && !path) console.Print(CyclesAsText(AskForCycles(*program, options)));
    return kExitOk;
  }
  JsonWriter json;
  json.BeginObject();
  json.Field("pid", static_cast<uint64_t>(program->pid));
  AppendReply(*reply, path ? "path" : what, json);
  if (what == "memory" && !path) AppendReply(AskForCycles(*program, options), "actor_cycles", json);
  json.EndObject();
  console.Print(json.Take());
  return kExitOk;
}

void AddLook(CLI::App& parent, Action& action, const std::string& what, const std::string& summary,
             std::string_view examples) {
  CLI::App* command = AddCommand(parent, what, summary, examples);
  const std::shared_ptr<LookOptions> options = AddLookOptions(*command);
  command->add_flag("--json", options->json, "As JSON: totals, and a list of the same name as the command");
  if (what != "metrics") {
    command->add_option("--limit", options->limit, "How many rows at most (default 100)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 10'000));
  }
  if (what == "memory") {
    command->add_option("--object", options->object, "Show what keeps this object: its id, or the last digits of it")
        ->type_name("ID")
        ->check(CheckId);
  }
  AddWatchOptions(*command, options->watch);
  command->callback([what, options, &action] {
    action = [what, options](Console& console) {
      return Watch(options->watch, console, [&] { return Look(what, *options, console); });
    };
  });
}

int PrintTimeline(const LookOptions& options, Console& console) {
  const absl::StatusOr<Program> program = ChooseProgram(options.pid);
  if (!program.ok()) return Failed(program.status(), "timeline", console);
  const absl::StatusOr<std::string> text = Ask(*program, "timeline");
  if (!text.ok()) return Failed(text.status(), "timeline", console);
  console.Print(*text);
  return kExitOk;
}

}  // namespace

void AddLooks(CLI::App& parent, Action& action) {
  AddLook(parent, action, "tasks", "Show what runs in a program, what waits, and why",
          "  manta tasks\n  manta tasks --pid=4711 --watch\n"
          "\nCalls of actors that nobody waits for are counted (manta actors), and not listed.");
  AddLook(parent, action, "actors", "Show a program's actors, and how many calls wait for them",
          "  manta actors\n  manta actors --json --limit=1000");
  AddLook(parent, action, "objects", "Show a program's objects: how many, where, and the largest",
          "  manta objects\n  manta objects --pid=4711\n\nValues below 4 KiB are counted, and not listed.");
  AddLook(parent, action, "memory", "Show who keeps a program's objects, by call site, and what seems to leak",
          "  manta memory\n  manta memory --watch --limit=10\n  manta memory --object=0a41\n"
          "\nWith --manta_ref_counter=manta.ref_counter.tracing the program records who made and holds its objects.");
  AddLook(parent, action, "metrics", "Print a program's metrics as Prometheus reads them",
          "  manta metrics\n  manta metrics --json");
  CLI::App* timeline = AddCommand(parent, "timeline", "Print what a program's threads have done lately, for Perfetto",
                                  "  manta timeline --pid=4711 > timeline.json\n\nhttps://ui.perfetto.dev opens it.");
  const std::shared_ptr<LookOptions> options = AddLookOptions(*timeline);
  timeline->callback(
      [options, &action] { action = [options](Console& console) { return PrintTimeline(*options, console); }; });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
