// tools/bench/run.h -- runs rows, round by round, and holds each against its bound.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/row.h"

namespace manta::bench {

struct Result {
  std::string name;
  Mode mode = Mode::kEmbedded;
  Unit unit = Unit::kNs;
  bool gate = false;
  bool is_slope = false;
  double median = 0;  // Of the rounds; and so the two below, and the bound's.
  double min = 0;
  double max = 0;

  // Without a requirement: empty, and the rest means nothing.
  std::optional<Requirement> required = std::nullopt;
  std::string bound = {};                            // What it is held against.
  bool bound_is_measured = false;                    // False: `bound` says its value already.
  std::optional<double> bound_value = std::nullopt;  // Empty: it was not measured.
  std::string why_unbound = {};                      // Then: "needs --peers".
  std::optional<double> ratio = std::nullopt;        // The median of each round's.
};

// Whether the ratio is what is required. Empty when there is nothing to compare.
std::optional<bool> Reached(const Result& result);
bool GateFails(const Result& result);

// Measures with a peer. Empty: peers do not run this time, and `*why` says what would be needed.
using RunPeer = std::function<std::optional<double>(const Peer& peer, std::string* why)>;

struct RunOptions {
  uint64_t runs = 5;
  Scale scale = {};
  RunPeer run_peer = {};
  std::function<void(const Row& row, uint64_t round)> progress = [](const Row&, uint64_t) {};
};

// Throws what measuring throws.
Result RunRow(const Row& row, const RunOptions& options);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
