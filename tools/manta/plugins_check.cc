// manta plugins check -- takes one library through the door, step by step, then through its interface's conformance
// suite.
#include <cstring>
#include <memory>
#include <utility>

#include "core/base/text.h"
#include "core/config/config_sources.h"
#include "core/kernel/plugin_search.h"
#include "core/plugin/byte_source.h"
#include "core/plugin/elf_note.h"
#include "core/plugin/note_check.h"
#include "core/plugin/path_check.h"
#include "core/plugin/plugin_library.h"
#include "core/plugin/probe.h"
#include "tools/manta/child.h"
#include "tools/manta/command.h"
#include "tools/manta/conformance_suite.h"
#include "tools/manta/conformance_table.h"
#include "tools/manta/plugin_words.h"
#include "tools/manta/table.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta plugins check ./libmy_store.so\n"
    "  manta plugins check ./libmy_store.so --config=small.textproto\n"
    "\nThe config file holds one slot (manta.config.v1.PluginSlot in text):\n"
    "  name: \"example.object_store.mine\"";

struct CheckOptions {
  std::string library;
  std::string config;
  std::vector<std::string> plugin_path;
  uint64_t seed = 1;
  bool slow = false;
  bool door_only = false;
};

// The table of one check, as it grows.
class Report {
 public:
  void Pass(std::string step, std::string facts) { Add(std::move(step), {"ok", Style::kGood}, std::move(facts)); }

  void Fail(std::string step, std::string reason) {
    Add(std::move(step), {"FAIL", Style::kBad}, std::move(reason));
    ++failure_count_;
  }

  void AddSentence(const ConformanceRow& row) {
    const bool passed = row.outcome == "pass";
    const bool failed = row.outcome == "FAIL";
    Add(row.sentence,
        {passed   ? "ok"
         : failed ? "FAIL"
                  : "-",
         passed   ? Style::kGood
         : failed ? Style::kBad
                  : Style::kFaint},
        passed || failed ? "" : row.outcome);
    ++sentence_count_;
    if (failed) ++failure_count_;
  }

  bool failed() const { return failure_count_ > 0; }

  std::string Render(const Console& console) const {
    return RenderTable({{.title = "check", .wraps = true}, {.title = "result"}, {.title = "facts", .wraps = true}},
                       rows_, console.width(), console.color());
  }

  std::string Summary(std::string_view library) const {
    if (failure_count_ > 0)
      return Concat(ShownPath(library), ": ", failure_count_, " of ", rows_.size(), " checks failed\n");
    return Concat(ShownPath(library), ": good, ", rows_.size(), " checks, ", sentence_count_,
                  " of them sentences of the interface\n");
  }

 private:
  void Add(std::string step, Cell result, std::string facts) {
    rows_.push_back({{std::move(step)}, std::move(result), {std::move(facts)}});
  }

  std::vector<std::vector<Cell>> rows_;
  size_t failure_count_ = 0;
  size_t sentence_count_ = 0;
};

// The kernel's door, with a line for each of its steps. Returns the library's plugins; none when a step failed.
std::vector<PluginRecord> CheckDoor(const std::string& library, const std::string& probe, Report& report) {
  const absl::StatusOr<PluginFile> file = OpenPluginFile(library);
  if (!file.ok())
    return report.Fail("door: file and folders", std::string(file.status().message())), std::vector<PluginRecord>();
  report.Pass("door: file and folders", Concat(file->resolved_path, ", ", file->size_bytes, " bytes"));

  const absl::StatusOr<abi::PluginNote> note = ReadPluginNote(FileSource(file->descriptor.get(), file->size_bytes));
  if (!note.ok()) return report.Fail("door: note", std::string(note.status().message())), std::vector<PluginRecord>();
  report.Pass("door: note",
              Concat("ABI ", note->abi_major, ".", note->abi_minor, ", ", std::string(note->interface_name), " ",
                     note->interface_version, ", ", std::string(note->fingerprint)));

  absl::Status status = CheckNote(*note);
  if (!status.ok())
    return report.Fail("door: fits this kernel", std::string(status.message())), std::vector<PluginRecord>();
  report.Pass("door: fits this kernel", "");

  status = ProbeLibrary(file->resolved_path, {.probe_path = probe});
  if (!status.ok())
    return report.Fail("door: loads in a probe", std::string(status.message())), std::vector<PluginRecord>();
  report.Pass("door: loads in a probe", "");

  absl::StatusOr<std::vector<PluginRecord>> plugins =
      LoadPluginLibrary(library, {.trust = Trust::kTrusted, .probe_path = ""});
  if (!plugins.ok())
    return report.Fail("door: manifest", std::string(plugins.status().message())), std::vector<PluginRecord>();
  for (const PluginRecord& plugin : *plugins) {
    report.Pass("door: manifest", Concat(plugin.name, " (", StatusName(plugin.status), "): ", plugin.summary));
  }
  return std::move(*plugins);
}

// The suite as a process of its own: the plugin may do there what it likes. What it printed beside the table goes to
// `details`.
void CheckConformance(const CheckOptions& options, const PluginRecord& plugin, const std::string& suite,
                      bool only_plugin, Report& report, std::string& details) {
  std::vector<std::string> words = {suite, options.library, Concat("--seed=", options.seed)};
  if (!only_plugin) words.push_back("--plugin=" + plugin.name);
  if (!options.config.empty()) words.push_back("--config=" + options.config);
  if (options.slow) words.push_back("--slow");
  for (const std::string& path : options.plugin_path) {
    for (const std::string& folder : SplitPath(path)) words.push_back("--plugin_path=" + folder);
  }
  const std::string step = Concat("conformance of ", plugin.name);
  const absl::StatusOr<ChildResult> child = RunChild(words);
  if (!child.ok()) return report.Fail(step, std::string(child.status().message()));

  ConformanceOutput output = ParseConformanceOutput(child->output);
  details += output.details;
  for (const ConformanceRow& row : output.rows) report.AddSentence(row);
  if (child->signal != 0) {
    report.Fail(step, Concat("the suite died of signal ", child->signal, " (", strsignal(child->signal), ")"));
  } else if (output.rows.empty()) {
    report.Fail(step, Concat("the suite ended with ", child->exit_code,
                             " before its table; its last words are on standard error"));
  } else if (child->exit_code != 0 && !report.failed()) {
    report.Fail(step, Concat("the suite ended with ", child->exit_code, ", though every sentence holds"));
  }
}

int CheckPlugin(const CheckOptions& options, Console& console) {
  if (options.library.empty()) {
    console.PrintError("the library's path is empty; name a file such as ./libmy_store.so", "manta plugins check");
    return kExitUsage;
  }
  const std::string probe = FindPluginPlaces(ProcessSources({})).probe_path;
  Report report;
  std::string details;
  const std::vector<PluginRecord> plugins = CheckDoor(options.library, probe, report);
  bool incomplete = false;
  for (const PluginRecord& plugin : plugins) {
    if (options.door_only) break;
    const std::string suite = FindConformanceSuite(plugin.interface_name, probe);
    if (suite.empty()) {
      console.PrintError(Concat("there is no conformance suite for ", plugin.interface_name, " beside this command; ",
                                "install all of Manta, or check with --door_only"));
      incomplete = true;
      continue;
    }
    CheckConformance(options, plugin, suite, plugins.size() == 1, report, details);
  }
  console.Print(details);
  console.Print(report.Render(console));
  console.Print("\n" + report.Summary(options.library));
  if (report.failed()) return kExitBad;
  return incomplete ? kExitFailed : kExitOk;
}

}  // namespace

void AddPluginsCheck(CLI::App& parent, Action& action) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = AddCommand(
      parent, "check", "Take a library through the door, then through its interface's conformance suite", kExamples);
  command->add_option("library", options->library, "The plugin's library, a .so file")->type_name("FILE")->required();
  command->add_option("--config", options->config, "A file with the slot to test; else the plugin's defaults")
      ->type_name("FILE");
  AddPluginPathOption(*command, options->plugin_path);
  command->add_option("--seed", options->seed, "Of the suite's random calls (default 1)")->type_name("NUMBER");
  command->add_flag("--slow", options->slow, "Run the suite's endurance tests, too");
  command->add_flag("--door_only", options->door_only, "Leave the conformance suite out");
  command->callback(
      [options, &action] { action = [options](Console& console) { return CheckPlugin(*options, console); }; });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
