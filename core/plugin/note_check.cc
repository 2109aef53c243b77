#include "core/plugin/note_check.h"

#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/plugin/fingerprint.h"
#include "core/plugin/known_interfaces.h"

namespace manta {
namespace {

template <typename... Parts>
absl::Status Mismatch(const Parts&... parts) {
  return MakeStatus(absl::StatusCode::kFailedPrecondition, parts...);
}

}  // namespace

absl::Status CheckNote(const abi::PluginNote& note) {
  if (note.abi_major != abi::kMajor || note.abi_minor > abi::kMinor) {
    const bool newer = note.abi_major > abi::kMajor || (note.abi_major == abi::kMajor && note.abi_minor > abi::kMinor);
    return Mismatch("built for plugin ABI ", note.abi_major, ".", note.abi_minor, ", kernel has ", abi::kMajor, ".",
                    abi::kMinor, newer ? ": use a newer Manta, or rebuild the plugin" : ": rebuild the plugin");
  }
  const std::string_view interface_name = note.interface_name;
  const KnownInterface* known = FindKnownInterface(interface_name);
  if (known == nullptr) {
    std::vector<std::string> names;
    for (const KnownInterface& each : KnownInterfaces()) names.emplace_back(each.name);
    return Mismatch("implements ", Quoted(interface_name),
                    ", an interface this kernel does not know; known: ", Listed(names),
                    DidYouMean(interface_name, names));
  }
  if (note.interface_version != known->version) {
    return Mismatch("implements ", interface_name, " version ", note.interface_version, ", kernel has version ",
                    known->version,
                    note.interface_version > known->version ? ": use a newer Manta, or rebuild the plugin"
                                                            : ": rebuild the plugin");
  }
  if (note.fingerprint != kFingerprint) {
    return Mismatch("built with ", std::string_view(note.fingerprint), ", kernel with ", kFingerprint,
                    ": rebuild the plugin");
  }
  return absl::OkStatus();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
