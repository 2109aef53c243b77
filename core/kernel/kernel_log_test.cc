#include "core/kernel/kernel_log.h"

#include "glog/logging.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

// In this order, in one process: glog is initialised once.
TEST(KernelLogTest, LeavesAProgramsOwnSetUpAlone) {
  FLAGS_log_dir = "/tmp/mine";
  FLAGS_minloglevel = 1;
  SetUpLogging();
  EXPECT_TRUE(google::IsGoogleLoggingInitialized());
  EXPECT_FALSE(FLAGS_logtostderr);
  EXPECT_EQ(FLAGS_log_dir, "/tmp/mine");
  EXPECT_EQ(FLAGS_minloglevel, 1);
  SetUpLogging();  // A second runtime.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
