// tools/bench/peers.h -- has other libraries do the same work, in programs of their own (tools/bench/peers).
//
// They are built when they are asked for, so that nobody else needs their packages. Each run of a program measures one
// thing once (alone.h).
//
// Threads   [blocks] while the other program runs.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/row.h"

namespace manta::bench {

// A peer, what it is built from, and who brings that.
struct PeerLibrary {
  std::string_view program;
  std::string_view name;
  std::string_view header;
  std::string_view package;
};
std::vector<PeerLibrary> PeerLibraries();

// Whether the libraries of these programs are installed below `root`.
//   kNotFound  some are not; the message says which packages bring them.
absl::Status FindPeerPackages(const std::set<std::string>& programs, const std::string& root);

class Peers {
 public:
  // Makes the programs that these rows need. Under `bazel run` they are built; without Bazel they must be there
  // already.
  //   kNotFound  a package is missing (the message says which), or a program.
  //   kInternal  Bazel failed; its own words are on standard error.
  static absl::StatusOr<Peers> Prepare(const std::vector<Row>& rows);

  // As FigureOf does.
  absl::StatusOr<double> Run(const Peer& peer) const;

 private:
  explicit Peers(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
