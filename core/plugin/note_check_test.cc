#include "core/plugin/note_check.h"

#include <cstring>
#include <string>

#include "core/base/text.h"
#include "core/plugin/fingerprint.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

abi::PluginNote GoodNote() {
  abi::PluginNote note;
  note.interface_version = 1;
  std::memcpy(note.interface_name, "eviction", 8);
  std::memcpy(note.fingerprint, kFingerprint.data(), kFingerprint.size());
  return note;
}

std::string Refusal(const abi::PluginNote& note) {
  const absl::Status status = CheckNote(note);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  return std::string(status.message());
}

TEST(NoteCheckTest, OurOwnFits) { EXPECT_TRUE(CheckNote(GoodNote()).ok()); }

TEST(NoteCheckTest, NamesBothAbiVersionsAndWhoIsOlder) {
  abi::PluginNote note = GoodNote();
  note.abi_major = abi::kMajor + 1;
  EXPECT_EQ(Refusal(note), "built for plugin ABI 2.0, kernel has 1.0: use a newer Manta, or rebuild the plugin");
  note.abi_major = abi::kMajor - 1;
  note.abi_minor = 9;
  EXPECT_EQ(Refusal(note), "built for plugin ABI 0.9, kernel has 1.0: rebuild the plugin");
}

TEST(NoteCheckTest, NamesBothInterfaceVersionsAndWhoIsOlder) {
  abi::PluginNote note = GoodNote();
  note.interface_version = 0;
  EXPECT_EQ(Refusal(note), "implements eviction version 0, kernel has version 1: rebuild the plugin");
  note.interface_version = 2;
  EXPECT_EQ(Refusal(note),
            "implements eviction version 2, kernel has version 1: use a newer Manta, or rebuild the plugin");
}

TEST(NoteCheckTest, AnUnknownInterfaceNamesTheKnownOnes) {
  abi::PluginNote note = GoodNote();
  std::memset(note.interface_name, 0, sizeof note.interface_name);
  EXPECT_NE(Refusal(note).find("implements \"\", an interface this kernel does not know; known: "), std::string::npos);
}

TEST(NoteCheckTest, NamesBothFingerprints) {
  abi::PluginNote note = GoodNote();
  std::memcpy(note.fingerprint, "tcc-1/", 6);
  std::string theirs(kFingerprint);
  theirs.replace(0, 6, "tcc-1/");
  EXPECT_EQ(Refusal(note), Concat("built with ", theirs, ", kernel with ", kFingerprint, ": rebuild the plugin"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
