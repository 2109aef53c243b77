// tools/bench/row.h -- declares what is measured, and what it is held against.
//
// A row is one figure. What it must reach is a ratio: its figure divided by its bound, both measured in the same run,
// one after the other in every round. The bound is plain C++ that does the same without Manta (a limit), another
// library's program (a peer), or, where there is nothing to compare with, a number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace manta::bench {

enum class Mode {
  kLimit,     // No runtime: plain C++.
  kEmbedded,  // Everything in this process, with the default configuration.
  kStrict,    // The same, but every value goes through serializer and store.
};
std::string_view NameOf(Mode mode);

enum class Unit {
  kNs,         // Nanoseconds, for one thing.
  kPerSecond,  // Things in a second.
  kBytes,
  kNumber,  // A ratio or a slope.
};

// How much is done. Tests do a small part of it.
struct Scale {
  uint64_t divisor = 1;
  uint64_t Of(uint64_t count) const { return std::max<uint64_t>(count / divisor, 1); }
};

// Measures once, and returns one figure in the row's unit. Throws WrongResult when what was computed is wrong: such a
// figure means nothing.
using Measure = std::function<double(const Scale& scale)>;

class WrongResult : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws WrongResult unless they are equal.
void Check(std::string_view what, uint64_t result, uint64_t wanted);

// One of the programs in tools/bench/peers, what it is to measure, and at which size.
struct Peer {
  std::string program;
  std::string measurement;
  uint64_t count = 1;
};

struct Bound {
  std::string what;  // For people: "malloc and free of 100 bytes".
  std::variant<double, Measure, Peer> value = 0.0;
};

struct Requirement {
  bool at_most = true;  // False: at least.
  double ratio = 1;
};
constexpr Requirement AtMost(double ratio) { return {.at_most = true, .ratio = ratio}; }
constexpr Requirement AtLeast(double ratio) { return {.at_most = false, .ratio = ratio}; }

struct Row {
  std::string name;
  Mode mode = Mode::kEmbedded;
  Unit unit = Unit::kNs;
  bool gate = false;  // The program fails when it is not reached. Other rows are tracked.
  Measure measure;
  std::optional<Bound> bound = std::nullopt;  // None, nor a requirement: a figure to know.
  Requirement required = {};
  bool is_slope = false;      // The figure says how cost grows with size (measure.h).
  bool needs_runtime = true;  // The default one, new for each row. False: `measure` starts its own.
};

// All rows, limits first.
std::vector<Row> AllRows();

void AddLimitRows(std::vector<Row>& rows);
void AddObjectRows(std::vector<Row>& rows);
void AddTaskRows(std::vector<Row>& rows);
void AddPendingRows(std::vector<Row>& rows);
void AddActorRows(std::vector<Row>& rows);
void AddWaitingRows(std::vector<Row>& rows);
void AddCounterRows(std::vector<Row>& rows);
void AddSkynetRows(std::vector<Row>& rows);
void AddCoroutineRows(std::vector<Row>& rows);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
