#include "plugins/object_store/tiered/spill_directory.h"

#include <memory>
#include <string>
#include <vector>

#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plugins/object_store/tiered/test_world.h"

namespace manta {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SpillDirectoryTest : public testing::Test {
 protected:
  std::unique_ptr<SpillDirectory> Make() {
    auto made = SpillDirectory::Make(host_, kSpillBase);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *std::move(made) : nullptr;
  }
  void Touch(const std::string& path) { ASSERT_TRUE(host_.disk().Open(path, OpenMode::kCreate).ok()) << path; }
  std::vector<std::string> List(const std::string& path) {
    NameList found;
    EXPECT_TRUE(host_.disk().List(path, found).ok());
    return found.names;
  }

  SimulatedHost host_;
  const std::string base_{kSpillBase};
};

TEST_F(SpillDirectoryTest, MakesTheBaseAndADirectoryOfItsOwnAndLeavesTheBase) {
  auto directory = Make();
  EXPECT_THAT(List(base_), SizeIs(1));
  EXPECT_THAT(List(directory->path()), ElementsAre("owner"));
  directory = nullptr;
  EXPECT_THAT(List(base_), IsEmpty());
}

TEST_F(SpillDirectoryTest, AMissingParentIsAnError) {
  EXPECT_EQ(SpillDirectory::Make(host_, "/no/such").status().code(), StatusCode::kNotFound);
}

TEST_F(SpillDirectoryTest, NamesAreNeverGivenTwice) {
  const auto directory = Make();
  const std::string first = directory->NewFile();
  Touch(first);
  directory->Remove(first);
  EXPECT_NE(directory->NewFile(), first);
}

TEST_F(SpillDirectoryTest, WhatTheDeadLeftIsRemovedAndTheLivingAreNotTouched) {
  const auto living = Make();
  Touch(living->NewFile());
  const std::string dead = base_ + "/manta-spill-0123456789abcdef";
  ASSERT_TRUE(host_.disk().MakeDirectory(dead).ok());
  for (const char* name : {"/owner", "/objects-1", "/objects-77"}) Touch(dead + name);
  const std::string unlocked = base_ + "/manta-spill-00000000000000aa";  // It died before it had the lock.
  ASSERT_TRUE(host_.disk().MakeDirectory(unlocked).ok());
  const auto next = Make();
  EXPECT_THAT(List(base_), SizeIs(2));
  EXPECT_THAT(List(living->path()), ElementsAre("objects-1", "owner"));
  EXPECT_EQ(host_.log().Count("spill.cleanup_failed"), 0u);
  next->Remove(living->path() + "/objects-1");
}

TEST_F(SpillDirectoryTest, NothingOfAnotherNameIsRemoved) {
  ASSERT_TRUE(host_.disk().MakeDirectory(base_).ok());
  for (const char* name : {"manta-spill-1", "manta-spill-0123456789ABCDEF", "manta-spill-0123456789abcdef0", "mine"}) {
    ASSERT_TRUE(host_.disk().MakeDirectory(base_ + "/" + name).ok());
    Touch(base_ + "/" + name + "/objects-1");
  }
  const std::string dead = base_ + "/manta-spill-0123456789abcdef";
  ASSERT_TRUE(host_.disk().MakeDirectory(dead).ok());
  for (const char* name : {"/objects-1", "/objects-", "/objects-1x", "/notes"}) Touch(dead + name);
  auto directory = Make();
  EXPECT_THAT(List(base_), SizeIs(6));
  EXPECT_THAT(List(dead), ElementsAre("notes", "objects-", "objects-1x"));
  EXPECT_EQ(host_.log().Count("spill.cleanup_failed"), 1u) << "a directory that is not empty stays, and is told";
}

TEST_F(SpillDirectoryTest, WhatCannotBeRemovedIsTriedAgain) {
  auto directory = Make();
  std::vector<std::string> files;
  for (int i = 0; i < 3; ++i) {
    files.push_back(directory->NewFile());
    Touch(files.back());
  }
  host_.disk().FailAfter(DiskOperation::kRemove, 1, StatusCode::kDataLoss);
  directory->Remove(files[0]);
  EXPECT_THAT(SpillFiles(host_.disk()), SizeIs(3));
  EXPECT_EQ(host_.log().Count("spill.remove_failed"), 1u);
  directory->Remove(files[1]);
  EXPECT_THAT(SpillFiles(host_.disk()), SizeIs(1));
  host_.disk().FailAfter(DiskOperation::kRemove, 1, StatusCode::kDataLoss);
  directory->Remove(files[2]);
  directory = nullptr;
  EXPECT_EQ(SpillDirectories(host_.disk()), 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
