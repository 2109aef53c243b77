#include "core/base/output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace manta {
namespace {

constexpr char kSentence[] = "^sums: cannot write the results: standard output is closed, or its disk is full\n$";

TEST(OutputDeathTest, WhatIsWrittenKeepsTheCode) {
  for (const int code : {0, 5}) {
    EXPECT_EXIT(
        {
          std::cout << "seven\n";
          std::printf("eight\n");
          std::exit(EndOutput("sums", code));
        },
        testing::ExitedWithCode(code), "^$");
  }
}

TEST(OutputDeathTest, AFullDiskIsToldWhicheverWayWasPrinted) {
  EXPECT_EXIT(
      {
        if (std::freopen("/dev/full", "w", stdout) == nullptr) std::exit(9);
        std::cout << "seven\n";
        std::exit(EndOutput("sums", 0));
      },
      testing::ExitedWithCode(1), kSentence);
  EXPECT_EXIT(
      {
        if (std::freopen("/dev/full", "w", stdout) == nullptr) std::exit(9);
        std::printf("seven\n");
        std::exit(EndOutput("sums", 0, 3));
      },
      testing::ExitedWithCode(3), kSentence);
}

TEST(OutputDeathTest, WhatFailedEarlierIsToldAtTheEnd) {
  EXPECT_EXIT(
      {
        if (std::freopen("/dev/full", "w", stdout) == nullptr) std::exit(9);
        std::printf("seven\n");
        std::fflush(stdout);  // Nothing is left to be written after this.
        std::exit(EndOutput("sums", 0));
      },
      testing::ExitedWithCode(1), kSentence);
}

TEST(OutputDeathTest, AClosedOutputIsTold) {
  EXPECT_EXIT(
      {
        close(STDOUT_FILENO);
        std::cout << "seven\n";
        std::exit(EndOutput("sums", 5));
      },
      testing::ExitedWithCode(1), kSentence);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
