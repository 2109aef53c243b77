// What a program gets from //api:manta and libmanta.so alone.
#include "api/manta.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(LinkingTest, AnErrorOfTheLibraryIsCaughtByTheProgram) {
  try {
    ThrowIfError(absl::NotFoundError("thrown inside libmanta.so"));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), absl::StatusCode::kNotFound);
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
