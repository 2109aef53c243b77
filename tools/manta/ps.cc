// manta ps -- which Manta programs of this user run here.
#include <memory>

#include "core/base/json.h"
#include "core/base/text.h"
#include "tools/manta/command.h"
#include "tools/manta/programs.h"
#include "tools/manta/reply_words.h"
#include "tools/manta/watch.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta ps\n"
    "  manta ps --json\n"
    "\nA program that was killed is shown once more, as gone.";

constexpr std::string_view kColumns[] = {"pid",      "program",       "state",         "uptime_ms#",
                                         "pending#", "done#",         "failed#",       "actors#",
                                         "objects#", "native_bytes#", "stored_bytes#", "threads#"};

// What a program says of itself, in the order of the columns; or what became of it.
std::vector<std::string> RowOf(const Program& program, const absl::StatusOr<ReplyTable>& info) {
  std::string state = "running";
  if (!info.ok()) {
    state = absl::IsNotFound(info.status())             ? "gone"
            : absl::IsFailedPrecondition(info.status()) ? "ending"
                                                        : "does not answer";
  }
  std::vector<std::string> row;
  for (std::string_view column : kColumns) {
    if (column == "pid") {
      row.push_back(program.Name());
    } else if (column == "state") {
      row.push_back(state);
    } else {
      if (column.ends_with('#')) column.remove_suffix(1);
      row.emplace_back(info.ok() ? info->Fact(column) : "");
    }
  }
  return row;
}

int ListPrograms(bool as_json, Console& console) {
  ReplyTable list;
  list.columns.assign(std::begin(kColumns), std::end(kColumns));
  for (const Program& program : FindPrograms()) {
    const absl::StatusOr<ReplyTable> info = AskForTable(program, "info");
    list.rows.push_back(RowOf(program, info));
    if (!info.ok() && absl::IsNotFound(info.status())) Forget(program);
  }
  if (as_json) {
    JsonWriter json;
    json.BeginObject();
    AppendReply(list, "programs", json);
    json.EndObject();
    console.Print(json.Take());
  } else {
    console.Print(list.rows.empty() ? "no Manta program of this user runs here\n" : ReplyAsText(list, console));
  }
  return kExitOk;
}

}  // namespace

void AddPs(CLI::App& parent, Action& action) {
  const auto as_json = std::make_shared<bool>(false);
  const auto watch = std::make_shared<WatchOptions>();
  CLI::App* command = AddCommand(parent, "ps", "List the Manta programs that run here", kExamples);
  command->add_flag("--json", *as_json, "As JSON: {\"programs\": [...]}");
  AddWatchOptions(*command, *watch);
  command->callback([as_json, watch, &action] {
    action = [as_json, watch](Console& console) {
      return Watch(*watch, console, [&] { return ListPrograms(*as_json, console); });
    };
  });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
