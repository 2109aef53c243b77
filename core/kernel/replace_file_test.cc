#include "core/kernel/replace_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "core/simulation/simulated_disk.h"
#include "core/simulation/simulated_random.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPath[] = "/timeline.json";

class ReplaceFileTest : public testing::Test {
 protected:
  std::string Content() {
    absl::StatusOr<std::unique_ptr<File>> file = disk_.Open(kPath, OpenMode::kRead);
    if (!file.ok()) return file.status().ToString();
    std::string text((*file)->SizeBytes().value(), '\0');
    EXPECT_TRUE((*file)->ReadAt(0, std::as_writable_bytes(std::span(text))).ok());
    return text;
  }

  std::vector<std::string> Names() {
    struct Names final : NameSink {
      void OnName(std::string_view name) override { all.emplace_back(name); }
      std::vector<std::string> all;
    } names;
    EXPECT_TRUE(disk_.List("/", names).ok());
    return names.all;
  }

  SimulatedRandom random_{1};
  SimulatedDisk disk_{random_, {.capacity_bytes = 1000}};
};

TEST_F(ReplaceFileTest, WritesANewFileAndOverAnOldOne) {
  ASSERT_TRUE(ReplaceFile(disk_, kPath, "one").ok());
  EXPECT_EQ(Content(), "one");
  ASSERT_TRUE(ReplaceFile(disk_, kPath, "another").ok());
  EXPECT_EQ(Content(), "another");
  ASSERT_TRUE(ReplaceFile(disk_, kPath, "").ok());
  EXPECT_EQ(Content(), "");
  EXPECT_THAT(Names(), ElementsAre("timeline.json"));
}

TEST_F(ReplaceFileTest, AFullDiskLeavesTheOldFileAndNothingElse) {
  const absl::Status none = ReplaceFile(disk_, kPath, std::string(1001, 'x'));
  EXPECT_EQ(none.code(), absl::StatusCode::kResourceExhausted);
  for (const char* words : {"cannot write \"/timeline.json\", which is left as it was: write \"/timeline.json.",
                            "no space is left", "mend that, or name another file"}) {
    EXPECT_THAT(none.ToString(), HasSubstr(words));
  }
  EXPECT_THAT(Names(), IsEmpty());
  ASSERT_TRUE(ReplaceFile(disk_, kPath, "old").ok());
  EXPECT_EQ(ReplaceFile(disk_, kPath, std::string(998, 'x')).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Content(), "old");
  EXPECT_THAT(Names(), ElementsAre("timeline.json"));
}

TEST_F(ReplaceFileTest, AnyCallThatFailsLeavesTheOldFileAndNothingElse) {
  ASSERT_TRUE(ReplaceFile(disk_, kPath, "old").ok());
  for (const DiskOperation operation : {DiskOperation::kWrite, DiskOperation::kSync, DiskOperation::kRename}) {
    disk_.FailAfter(operation, 1, absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReplaceFile(disk_, kPath, "new").code(), absl::StatusCode::kDataLoss) << static_cast<int>(operation);
    EXPECT_EQ(Content(), "old");
    EXPECT_THAT(Names(), ElementsAre("timeline.json"));
  }
  disk_.FailAfter(DiskOperation::kOpen, 2, absl::StatusCode::kPermissionDenied);  // Of the part.
  EXPECT_EQ(ReplaceFile(disk_, kPath, "new").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Content(), "old");
}

TEST_F(ReplaceFileTest, WhatIsNoFileIsRefused) {
  ASSERT_TRUE(disk_.MakeDirectory("/folder").ok());
  EXPECT_EQ(ReplaceFile(disk_, "/folder", "x").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckReplaceable(disk_, "/folder").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckReplaceable(disk_, "/nowhere/file").code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Names(), ElementsAre("folder"));
}

TEST_F(ReplaceFileTest, AskingFirstChangesNothing) {
  EXPECT_TRUE(CheckReplaceable(disk_, kPath).ok());
  EXPECT_THAT(Names(), IsEmpty());
  ASSERT_TRUE(ReplaceFile(disk_, kPath, std::string(1000, 'x')).ok());
  EXPECT_EQ(CheckReplaceable(disk_, kPath).code(), absl::StatusCode::kResourceExhausted);  // Full.
  EXPECT_EQ(Content().size(), 1000u);
  EXPECT_THAT(Names(), ElementsAre("timeline.json"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
