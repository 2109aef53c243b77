#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tools/bench/alone.h"
#include "tools/bench/command_line.h"
#include "tools/bench/measure.h"
#include "tools/bench/peers.h"
#include "tools/bench/report.h"
#include "tools/bench/run.h"

namespace manta::bench {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tool::Console;

std::optional<double> NoPeers(const Peer&, std::string* why) {
  *why = "needs --peers";
  return std::nullopt;
}

// A row that measures nothing.
Row Given(std::string name, double figure, double bound, Requirement required, bool gate) {
  Row row;
  row.name = std::move(name);
  row.mode = Mode::kLimit;
  row.gate = gate;
  row.measure = [figure](const Scale&) { return figure; };
  row.bound = Bound{"a measured bound", [bound](const Scale&) { return bound; }};
  row.required = required;
  return row;
}

Row NeedsPeer() {
  Row row = Given("against a peer", 5, 0, AtMost(1), /*gate=*/true);
  row.bound = Bound{"a peer", Peer{"tbb", "task_sync", 1}};
  return row;
}

Row Figure() {
  Row row = Given("a figure", 1234, 0, {}, /*gate=*/false);
  row.bound = std::nullopt;
  return row;
}

struct Outcome {
  int code;
  std::string out;
  std::string errors;
};

Outcome Bench(const std::vector<std::string>& words, const std::vector<Row>& rows) {
  Console console(/*color=*/false, /*width=*/0);
  const int code = RunBenchmark(words, rows, console);
  return {code, console.printed(), console.errors()};
}

std::filesystem::path TemporaryFile(const std::string& name) {
  return std::filesystem::path(std::getenv("TEST_TMPDIR")) / name;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(MeasureTest, MedianOfOddAndEvenCounts) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(Median({7}), 7);
}

TEST(MeasureTest, SlopeIsTheExponent) {
  const std::vector<Point> linear = {{10, 30}, {100, 300}, {1000, 3000}};
  EXPECT_NEAR(LogLogSlope(linear), 1, 1e-9);
  const std::vector<Point> square = {{10, 100}, {100, 10'000}, {1000, 1'000'000}};
  EXPECT_NEAR(LogLogSlope(square), 2, 1e-9);
  const std::vector<Point> flat = {{10, 5}, {1000, 5}};
  EXPECT_NEAR(LogLogSlope(flat), 0, 1e-9);
}

// With a thousandth of the work. Each row checks its own results, and throws when they are wrong.
class RowTest : public testing::TestWithParam<Row> {};

TEST_P(RowTest, ResultsAreRight) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  if (GetParam().name.ends_with("memory touched for each")) {
    GTEST_SKIP() << "a sanitizer's shadow is memory of the process, and looking at all of it takes minutes";
  }
#endif
  RunOptions options;
  options.runs = 2;
  options.scale.divisor = 1'000;
  options.run_peer = &NoPeers;
  const Result result = RunRow(GetParam(), options);
  EXPECT_GT(result.median, 0);
  EXPECT_LE(result.min, result.median);
  EXPECT_GE(result.max, result.median);
}

INSTANTIATE_TEST_SUITE_P(AllRows, RowTest, testing::ValuesIn(AllRows()), [](const auto& info) {
  std::string name;
  for (const char c : info.param.name) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

TEST(AllRowsTest, NamesDifferAndLimitsComeFirst) {
  std::set<std::string> names;
  bool limits = true;
  for (const Row& row : AllRows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(limits || row.mode != Mode::kLimit) << row.name;
    limits = limits && row.mode == Mode::kLimit;
    EXPECT_TRUE(row.mode == Mode::kLimit || row.bound.has_value()) << row.name;
  }
  EXPECT_FALSE(limits);
}

TEST(RunRowTest, RatioIsTheMedianOfTheRoundsOwn) {
  std::vector<double> figures = {10, 40, 90};
  std::vector<double> bounds = {10, 20, 30};
  size_t figure = 0;
  size_t bound = 0;
  Row row = Given("drifts", 0, 0, AtMost(2), false);
  row.measure = [&](const Scale&) { return figures[figure++]; };
  row.bound->value = [&](const Scale&) { return bounds[bound++]; };
  RunOptions options;
  options.runs = 3;
  const Result result = RunRow(row, options);
  EXPECT_EQ(result.median, 40);
  EXPECT_EQ(result.min, 10);
  EXPECT_EQ(result.max, 90);
  EXPECT_EQ(result.bound_value, 20);
  EXPECT_EQ(result.ratio, 2);
  EXPECT_EQ(Reached(result), true);
}

TEST(CheckTest, WrongResultsAreNoFigures) {
  EXPECT_NO_THROW(Check("the sum", 3, 3));
  EXPECT_THROW(Check("the sum", 4, 3), WrongResult);
}

TEST(CommandTest, GatesThatHoldGiveZero) {
  const Outcome outcome =
      Bench({"--runs=1"}, {Given("fast", 5, 10, AtMost(1), true), Given("much", 5, 1, AtLeast(2), true)});
  EXPECT_EQ(outcome.code, 0) << outcome.errors;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("fast"), HasSubstr("a measured bound: 10.0 ns"), HasSubstr("0.50"),
                                 HasSubstr("at most 1.00"), HasSubstr("at least 2.00"),
                                 HasSubstr("2 ok, 0 missed, 0 gates fail\n")));
}

TEST(CommandTest, AGateThatFailsGivesOne) {
  const Outcome outcome = Bench({"--runs=1"}, {Given("slow", 50, 10, AtMost(1), true)});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("GATE FAILS"), HasSubstr("0 ok, 0 missed, 1 gate fails")));
}

TEST(CommandTest, ATrackedRowThatFallsShortIsAMiss) {
  const Outcome outcome = Bench({"--runs=1"}, {Given("slow", 50, 10, AtMost(1), false)});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("MISS"), HasSubstr("0 ok, 1 missed, 0 gates fail")));
}

TEST(CommandTest, WithoutPeersTheirRowsAreNeitherOkNorFailed) {
  const Outcome outcome = Bench({"--runs=1"}, {NeedsPeer()});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("a peer: needs --peers"), HasSubstr("0 gates fail; 1 not compared")));
}

TEST(CommandTest, ListSaysWhatMustBeReachedAndMeasuresNothing) {
  Row row = Given("slow", 50, 10, AtMost(1), true);
  row.measure = [](const Scale&) -> double { throw WrongResult("measured"); };
  const Outcome outcome = Bench({"--list"}, {row, Figure()});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "slow  (gate: at most 1.00 x a measured bound)\na figure\n");
}

TEST(CommandTest, FilterChoosesByName) {
  const std::vector<Row> rows = {Given("put small", 1, 1, AtMost(1), false), Given("get", 1, 1, AtMost(1), false),
                                 Given("wait", 1, 1, AtMost(1), false)};
  const Outcome outcome = Bench({"--list", "--filter=put", "--filter=wait"}, rows);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("put small"), HasSubstr("wait"), Not(HasSubstr("get"))));
  EXPECT_THAT(Bench({"--list", "--filter=t small"}, rows).out, testing::StartsWith("put small"));
}

TEST(CommandTest, WrongUsageGivesTwoAndASentence) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"--run=3"}, "bench: no option \"--run\"; did you mean \"--runs\"? (see bench --help)\n"},
      {{"--runs=0"}, "--runs"},
      {{"--runs=many"}, "--runs"},
      {{"--filter=nothing at all"}, "bench: no row's name contains nothing at all (see bench --list)\n"},
      {{"put"}, "bench: there is no place for the argument \"put\" (see bench --help)\n"},
      {{"--json"}, "--json"},
  };
  for (const auto& [words, sentence] : wrong) {
    const Outcome outcome = Bench(words, {Figure()});
    EXPECT_EQ(outcome.code, 2) << words[0];
    EXPECT_THAT(outcome.errors, HasSubstr(sentence));
    EXPECT_EQ(outcome.out, "") << words[0];
  }
}

TEST(CommandTest, HelpAndVersion) {
  const Outcome help = Bench({"--help"}, {Figure()});
  EXPECT_EQ(help.code, 0);
  for (const char* option : {"--filter", "--runs", "--json", "--peers", "--list", "--version", "Exit codes: 0"}) {
    EXPECT_THAT(help.out, HasSubstr(option));
  }
  const Outcome version = Bench({"--version"}, {Figure()});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, testing::StartsWith("manta bench "));
}

TEST(CommandTest, WhatCannotBeMeasuredGivesThree) {
  Row row = Figure();
  row.measure = [](const Scale&) -> double { throw WrongResult("the sum is 1, and should be 2"); };
  const Outcome outcome = Bench({"--runs=1"}, {row});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.errors, HasSubstr("cannot measure \"a figure\": the sum is 1, and should be 2"));
}

TEST(CommandTest, AFileThatCannotBeWrittenGivesThreeBeforeAnythingIsMeasured) {
  Row row = Figure();
  row.measure = [](const Scale&) -> double { throw WrongResult("measured"); };
  const Outcome outcome = Bench({"--json=" + TemporaryFile("no/such/folder/run.json").native()}, {row});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("cannot write"), HasSubstr("No such file"), Not(HasSubstr("measured"))));
}

TEST(CommandTest, JsonHasEachRowWithItsKeys) {
  const std::filesystem::path path = TemporaryFile("run.json");
  Row curve = Given("curve", 1.02, 1, AtMost(1.05), true);
  curve.unit = Unit::kNumber;
  curve.is_slope = true;
  const std::vector<Row> rows = {Figure(), Given("slow", 50, 10, AtMost(1), true), NeedsPeer(), curve};
  EXPECT_EQ(Bench({"--runs=1", "--json=" + path.native()}, rows).code, 1);
  const json run = json::parse(ReadFile(path));
  ASSERT_EQ(run.size(), 2u);
  for (const char* key : {"cpu", "cores", "memory_bytes", "system", "compiler", "optimized", "date", "runs", "peers"}) {
    EXPECT_TRUE(run["machine"].contains(key)) << key;
  }
  ASSERT_EQ(run["rows"].size(), 4u);
  std::set<std::string> wanted = {"name",  "mode",  "median",   "min", "max", "unit",
                                  "bound", "ratio", "required", "ok",  "gate"};
  for (const json& row : run["rows"]) {
    std::set<std::string> keys;
    for (const auto& item : row.items()) keys.insert(item.key());
    if (row["name"] == "curve") keys.erase("slope");
    EXPECT_EQ(keys, wanted) << row["name"];
  }
  EXPECT_EQ(run["rows"][0], json::parse(R"({"name": "a figure", "mode": "limit", "median": 1234, "min": 1234,
      "max": 1234, "unit": "ns", "bound": null, "ratio": null, "required": null, "ok": null, "gate": false})"));
  EXPECT_EQ(run["rows"][1], json::parse(R"({"name": "slow", "mode": "limit", "median": 50, "min": 50, "max": 50,
      "unit": "ns", "bound": "a measured bound: 10.0 ns", "ratio": 5, "required": "at most 1.00", "ok": false,
      "gate": true})"));
  EXPECT_EQ(run["rows"][2]["ok"], nullptr);
  EXPECT_EQ(run["rows"][2]["bound"], "a peer: needs --peers");
  EXPECT_EQ(run["rows"][3]["slope"], 1.02);
  EXPECT_EQ(run["rows"][3]["unit"], "1");
}

TEST(ReportTest, FiguresAreShownInTheUnitThatSuits) {
  const auto shown = [](double value, Unit unit) {
    const Shown each = Show(value, unit);
    return each.number + " " + each.unit;
  };
  EXPECT_EQ(shown(8.7, Unit::kNs), "8.70 ns");
  EXPECT_EQ(shown(43'210, Unit::kNs), "43.2 us");
  EXPECT_EQ(shown(1.5e9, Unit::kNs), "1.50 s");
  EXPECT_EQ(shown(4'200'000, Unit::kPerSecond), "4.20 M/s");
  EXPECT_EQ(shown(192, Unit::kBytes), "192 B");
  EXPECT_EQ(shown(3 * 1024 * 1024, Unit::kBytes), "3.00 MiB");
  EXPECT_EQ(shown(1.049, Unit::kNumber), "1.05 ");
}

TEST(AloneTest, AFigureIsOneLineOfJson) {
  EXPECT_EQ(*FigureIn("{\"value\": 74.5}\n"), 74.5);
  for (const char* wrong :
       {"", "74.5\n", "{\"value\": }\n", "{\"value\": 1x}\n", "{\"value\": -1}\n", "{\"value\": 1}"}) {
    EXPECT_EQ(FigureIn(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

TEST(AloneTest, AWrongMeasurementIsAnError) {
  try {
    MeasureAlone("nothing", 1);
    FAIL() << "measured nothing";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("nothing 1 failed (exit code 2"));
  }
}

TEST(PeersTest, WhatIsNotInstalledIsNamedWithItsPackage) {
  const std::string empty = TemporaryFile("empty_system").native();
  const absl::Status status = FindPeerPackages({"tbb", "caf"}, empty);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()),
            "--peers compares with CAF, oneTBB, whose headers are not installed: apt-get install libcaf-dev libtbb-dev "
            "(./bazelw setup develop)");
  EXPECT_TRUE(FindPeerPackages({}, empty).ok());
}

TEST(PeersTest, WithoutBazelTheProgramsMustBeThere) {
  unsetenv("BUILD_WORKSPACE_DIRECTORY");
  Row row = NeedsPeer();
  row.bound->value = Peer{"nobody", "nothing", 1};
  const absl::Status status = Peers::Prepare({row}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("peers/nobody"), HasSubstr("-- --peers")));
}

TEST(PeersTest, RowsUseKnownPeers) {
  std::set<std::string_view> known;
  for (const PeerLibrary& library : PeerLibraries()) known.insert(library.program);
  for (const Row& row : AllRows()) {
    if (!row.bound.has_value()) continue;
    const auto* const peer = std::get_if<Peer>(&row.bound->value);
    EXPECT_TRUE(peer == nullptr || known.contains(peer->program)) << row.name;
  }
}

}  // namespace
}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
