#include "tools/bench/peers.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "core/base/text.h"
#include "tools/bench/alone.h"
#include "tools/manta/child.h"

namespace manta::bench {
namespace {

std::set<std::string> ProgramsOf(const std::vector<Row>& rows) {
  std::set<std::string> programs;
  for (const Row& row : rows) {
    if (!row.bound.has_value()) continue;
    if (const auto* const peer = std::get_if<Peer>(&row.bound->value)) programs.insert(peer->program);
  }
  return programs;
}

absl::Status Build(const std::string& workspace, const std::set<std::string>& programs) {
#ifdef __OPTIMIZE__
  const std::string mode = "opt";  // As this program itself.
#else
  const std::string mode = "fastbuild";
#endif
  std::vector<std::string> words = {"/usr/bin/env", "-C", workspace, workspace + "/bazelw", "build", "-c", mode};
  for (const std::string& program : programs) words.push_back("//tools/bench/peers:" + program);
  const absl::StatusOr<tool::ChildResult> child = tool::RunChild(words);
  if (!child.ok()) return child.status();
  if (child->exit_code == 0 && child->signal == 0) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kInternal, "building the peers failed, see above: ./bazelw build -c ", mode,
                    " //tools/bench/peers:all_peers");
}

}  // namespace

std::vector<PeerLibrary> PeerLibraries() {
  return {{"asio", "Asio", "/usr/include/boost/asio.hpp", "libboost-dev"},
          {"caf", "CAF", "/usr/include/caf/all.hpp", "libcaf-dev"},
          {"tbb", "oneTBB", "/usr/include/oneapi/tbb.h", "libtbb-dev"}};
}

absl::Status FindPeerPackages(const std::set<std::string>& programs, const std::string& root) {
  std::vector<std::string> missing;
  std::string packages;
  for (const PeerLibrary& library : PeerLibraries()) {
    if (!programs.contains(std::string(library.program)) || std::filesystem::exists(Concat(root, library.header)))
      continue;
    missing.emplace_back(library.name);
    packages += Concat(" ", library.package);
  }
  if (missing.empty()) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kNotFound, "--peers compares with ", Listed(missing),
                    ", whose headers are not installed: apt-get install", packages, " (./bazelw setup develop)");
}

absl::StatusOr<Peers> Peers::Prepare(const std::vector<Row>& rows) {
  const std::set<std::string> programs = ProgramsOf(rows);
  if (const absl::Status found = FindPeerPackages(programs, ""); !found.ok()) return found;
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace != nullptr && !programs.empty()) {
    if (const absl::Status built = Build(workspace, programs); !built.ok()) return built;
  }
  const std::filesystem::path folder = ProgramFolder() + "/peers";
  for (const std::string& program : programs) {
    if (access((folder / program).c_str(), X_OK) == 0) continue;
    return MakeStatus(absl::StatusCode::kNotFound, "there is no program ", (folder / program).native(),
                      ": start the benchmark with ./bazelw run -c opt //tools/bench -- --peers, which builds it");
  }
  return Peers(folder);
}

absl::StatusOr<double> Peers::Run(const Peer& peer) const {
  return FigureOf(folder_ + "/" + peer.program, peer.measurement, peer.count);
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
