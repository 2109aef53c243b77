#include "tools/bench/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>

#include "CLI/CLI.hpp"
#include "api/manta.h"
#include "core/base/text.h"
#include "tools/bench/peers.h"
#include "tools/bench/report.h"
#include "tools/bench/run.h"

namespace manta::bench {
namespace {

using tool::Console;
using tool::kExitBad;
using tool::kExitFailed;
using tool::kExitOk;
using tool::kExitUsage;

constexpr std::string_view kName = "bench";

constexpr std::string_view kFooter =
    "Examples:\n"
    "  ./bazelw run -c opt //tools/bench\n"
    "  ./bazelw run -c opt //tools/bench -- --filter=put --filter=skynet --runs=9\n"
    "  ./bazelw run -c opt //tools/bench -- --peers --json=run.json\n\n"
    "Exit codes: 0 all gates hold; 1 a gate fails; 2 wrong usage; 3 it could not be measured";

struct Wishes {
  std::vector<std::string> filters;
  uint64_t runs = 5;
  std::string json;
  bool peers = false;
  bool list = false;
};

std::unique_ptr<CLI::App> MakeApp(Wishes& wishes) {
  auto app = std::make_unique<CLI::App>(
      "Measures Manta against what this machine can do, and against other libraries, in the same run.",
      std::string(kName));
  app->get_formatter()->column_width(26);
  app->set_help_flag("-h,--help", "Print this help");
  app->set_version_flag("--version", Concat("manta bench ", kVersion), "Print the version");
  app->add_option("--filter", wishes.filters, "Run the rows whose name contains this; may be repeated")
      ->type_name("TEXT")
      ->expected(1)
      ->take_all();
  app->add_option("--runs", wishes.runs, "Rounds, of which the median counts; 5 unless told")
      ->type_name("COUNT")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1'000}));
  app->add_option("--json", wishes.json, "Write the figures into this file, too")->type_name("FILE");
  app->add_flag("--peers", wishes.peers, "Build and run the other libraries, too: oneTBB, Asio, CAF");
  app->add_flag("--list", wishes.list, "Print the rows and what they must reach, and measure nothing");
  app->footer(std::string(kFooter));
  return app;
}

std::string Explain(CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& error) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (name.starts_with("--") && std::find(names.begin(), names.end(), name) == names.end()) {
      return Concat("no option ", Quoted(name), DidYouMean(name, names));
    }
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !app.remaining().empty()) {
    return Concat("there is no place for the argument ", Quoted(app.remaining().front()));
  }
  return error.what();
}

bool Fits(const std::string& name, const std::vector<std::string>& filters) {
  return filters.empty() || std::any_of(filters.begin(), filters.end(), [&](const std::string& filter) {
           return name.find(filter) != std::string::npos;
         });
}

void List(const std::vector<Row>& rows, Console& console) {
  for (const Row& row : rows) {
    console.Print(row.name);
    if (row.bound.has_value()) {
      const Shown ratio = Show(row.required.ratio, Unit::kNumber);
      console.Print(Concat(row.gate ? "  (gate: " : "  (", row.required.at_most ? "at most " : "at least ",
                           ratio.number, " x ", row.bound->what, ")"));
    }
    console.Print("\n");
  }
}

// The line that says what is being measured. On terminals only, and gone at the end.
class ProgressLine {
 public:
  ProgressLine(uint64_t row_count, uint64_t runs)
      : row_count_(row_count), runs_(runs), shown_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { Write(""); }

  void NextRow() { ++row_; }
  void Tell(const Row& row, uint64_t round) {
    Write(Concat("[", row_, "/", row_count_, "] ", row.name, ", round ", round + 1, " of ", runs_));
  }

 private:
  void Write(const std::string& text) {
    if (!shown_) return;
    const std::string line = Concat("\r\x1b[K", text);
    if (write(STDERR_FILENO, line.data(), line.size()) < 0) shown_ = false;
  }

  const uint64_t row_count_;
  const uint64_t runs_;
  bool shown_;
  uint64_t row_ = 0;
};

// Throws std::runtime_error when a peer fails.
RunPeer PeerRunner(const std::optional<Peers>& peers) {
  return [&peers](const Peer& peer, std::string* why) -> std::optional<double> {
    if (!peers.has_value()) {
      *why = "needs --peers";
      return std::nullopt;
    }
    const absl::StatusOr<double> figure = peers->Run(peer);
    if (!figure.ok()) throw std::runtime_error(std::string(ToStd(figure.status().message())));
    return *figure;
  };
}

int MeasureAll(const Wishes& wishes, const std::vector<Row>& rows, Console& console) {
  std::ofstream json;
  if (!wishes.json.empty()) {
    // Before the work, which may take minutes. What the file held stays until there is something better.
    json.open(wishes.json, std::ios::app);
    if (!json) {
      console.PrintError(Concat("cannot write ", Quoted(wishes.json), ": ", std::strerror(errno)), kName);
      return kExitFailed;
    }
    json.close();
  }
  std::optional<Peers> peers;
  if (wishes.peers) {
    absl::StatusOr<Peers> prepared = Peers::Prepare(rows);
    if (!prepared.ok()) {
      console.PrintError(ToStd(prepared.status().message()), kName);
      return kExitFailed;
    }
    peers = *std::move(prepared);
  }
  Machine machine = ThisMachine();
  machine.runs = wishes.runs;
  machine.peers = wishes.peers;
  if (!machine.optimized) {
    console.PrintError("built without optimisation, so the figures mean little: ./bazelw run -c opt //tools/bench",
                       kName);
  }
  std::vector<Result> results;
  {
    ProgressLine line(rows.size(), wishes.runs);
    RunOptions options;
    options.runs = wishes.runs;
    options.run_peer = PeerRunner(peers);
    options.progress = [&](const Row& row, uint64_t round) { line.Tell(row, round); };
    for (const Row& row : rows) {
      line.NextRow();
      try {
        results.push_back(RunRow(row, options));
      } catch (const std::exception& error) {
        throw std::runtime_error(Concat("\"", row.name, "\": ", error.what()));
      }
    }
  }
  console.Print(RenderResults(results, console.width(), console.color()));
  if (!wishes.json.empty()) {
    json.open(wishes.json, std::ios::trunc);
    json << ResultsAsJson(machine, results);
    json.close();
    if (!json) {
      console.PrintError(Concat("cannot write ", Quoted(wishes.json), ": ", std::strerror(errno)), kName);
      return kExitFailed;
    }
  }
  return std::any_of(results.begin(), results.end(), &GateFails) ? kExitBad : kExitOk;
}

}  // namespace

int RunBenchmark(const std::vector<std::string>& words, const std::vector<Row>& rows, Console& console) {
  Wishes wishes;
  const std::unique_ptr<CLI::App> app = MakeApp(wishes);
  try {
    app->parse(std::vector<std::string>(words.rbegin(), words.rend()));  // In the order that CLI11 wants.
  } catch (const CLI::CallForHelp&) {
    console.Print(app->help());
    return kExitOk;
  } catch (const CLI::CallForVersion& version) {
    console.Print(Concat(version.what(), "\n"));
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    console.PrintError(Concat(Explain(*app, words, error), " (see ", kName, " --help)"), kName);
    return kExitUsage;
  }
  std::vector<Row> chosen;
  for (const Row& row : rows) {
    if (Fits(row.name, wishes.filters)) chosen.push_back(row);
  }
  if (chosen.empty()) {
    console.PrintError(Concat("no row's name contains ", Listed(wishes.filters), " (see ", kName, " --list)"), kName);
    return kExitUsage;
  }
  if (wishes.list) {
    List(chosen, console);
    return kExitOk;
  }
  try {
    return MeasureAll(wishes, chosen, console);
  } catch (const std::exception& error) {
    console.PrintError(Concat("cannot measure ", error.what()), kName);
    return kExitFailed;
  }
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
