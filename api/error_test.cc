#include "api/error.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(ErrorTest, CarriesCodeAndMessage) {
  const Error error(absl::NotFoundError("no such thing"));
  EXPECT_EQ(error.code(), absl::StatusCode::kNotFound);
  EXPECT_STREQ(error.what(), "no such thing");
  EXPECT_EQ(error.status(), absl::NotFoundError("no such thing"));
}

TEST(ErrorTest, WithoutMessageNamesTheCode) {
  EXPECT_STREQ(Error(absl::Status(absl::StatusCode::kAborted, "")).what(), "ABORTED: ");
}

TEST(ErrorTest, OkIsNoError) { EXPECT_DEATH(Error{absl::OkStatus()}, "its status is ok"); }

TEST(ErrorTest, ThrowIfErrorThrowsErrorsOnly) {
  EXPECT_NO_THROW(ThrowIfError(absl::OkStatus()));
  EXPECT_THROW(ThrowIfError(absl::InternalError("x")), Error);
}

TEST(ErrorTest, ValueOrThrowGivesTheValue) {
  EXPECT_EQ(ValueOrThrow(absl::StatusOr<int>(7)), 7);
  EXPECT_THROW(ValueOrThrow(absl::StatusOr<int>(absl::InternalError("x"))), Error);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
