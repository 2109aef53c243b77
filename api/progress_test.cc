#include "api/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/manta.h"

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

// What is written to standard error meanwhile; `descriptor` takes its place.
class StandardError {
 public:
  explicit StandardError(int descriptor) : kept_(dup(STDERR_FILENO)) { dup2(descriptor, STDERR_FILENO); }
  ~StandardError() {
    dup2(kept_, STDERR_FILENO);
    close(kept_);
  }

 private:
  const int kept_;
};

std::string ReadAll(int descriptor) {
  std::string text;
  char bytes[4096];
  for (ssize_t count; (count = read(descriptor, bytes, sizeof(bytes))) > 0;) text.append(bytes, count);
  return text;
}

int Even(int n) { return n % 2 == 0 ? n : throw std::runtime_error("odd"); }

class ProgressTest : public testing::Test {
 protected:
  manta::Runtime runtime_ = manta::Init();
};

TEST_F(ProgressTest, InALogItIsALineForEachTenth) {
  FILE* const log = std::tmpfile();
  ASSERT_NE(log, nullptr);
  std::vector<int> numbers(100);
  for (int i = 0; i < 100; ++i) numbers[i] = i;
  const auto refs = manta::Task<Even>().RemoteMany(numbers);
  manta::ProgressResult result;
  {
    const StandardError here(fileno(log));
    result = manta::Progress(refs, {.title = "counting"});
  }
  EXPECT_EQ(result.ready_count, 100u);
  EXPECT_EQ(result.error_count, 50u);
  lseek(fileno(log), 0, SEEK_SET);
  const std::string text = ReadAll(fileno(log));
  std::fclose(log);
  int lines = 0;
  for (const char c : text) lines += c == '\n';
  EXPECT_EQ(lines, 10) << text;
  EXPECT_THAT(text, StartsWith("counting 10% 10/100  0 s, "));
  EXPECT_THAT(text, HasSubstr("\ncounting 100% 100/100  0 s, 50 errors\n"));
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST_F(ProgressTest, OnATerminalItIsOneLine) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(grantpt(terminal), 0);
  ASSERT_EQ(unlockpt(terminal), 0);
  const int inside = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  ASSERT_GE(inside, 0);
  {
    const StandardError here(inside);
    manta::Progress(manta::Task<Even>().RemoteMany(std::vector<int>{0, 2, 4, 6}), {.title = "four"});
  }
  close(inside);
  const std::string text = ReadAll(terminal);
  close(terminal);
  EXPECT_THAT(text, StartsWith("\rfour [------------------------------] 0% 0/4  0 s\x1b[K"));
  EXPECT_THAT(text, EndsWith("\rfour [##############################] 100% 4/4  0 s\x1b[K\r\n"));
}

TEST_F(ProgressTest, AProgramCanCountWhatItLikes) {
  FILE* const log = std::tmpfile();
  ASSERT_NE(log, nullptr);
  {
    const StandardError here(fileno(log));
    manta::ProgressView view("reading", 1000);
    for (uint64_t bytes : {0, 1, 99, 100, 101, 450, 1000, 1000, 1200}) view.Show({.ready_count = bytes});
  }
  lseek(fileno(log), 0, SEEK_SET);
  EXPECT_THAT(ReadAll(fileno(log)), MatchesRegex("reading 10% 100/1000  0 s, [0-9]+ s left\n"
                                                 "reading 45% 450/1000  0 s, [0-9]+ s left\n"
                                                 "reading 100% 1000/1000  0 s\n"));
  std::fclose(log);
}

TEST_F(ProgressTest, NothingToWaitForIsAllDone) {
  const manta::ProgressResult result = manta::Progress(std::vector<manta::ObjectRef<int>>());
  EXPECT_EQ(result.ready_count, 0u);
}

TEST_F(ProgressTest, TimeoutsAndShutdownAreErrors) {
  auto [promise, never] = manta::MakePromise<int>();
  const std::vector<manta::ObjectRef<int>> refs = {never};
  EXPECT_THROW(manta::Progress(refs, {.timeout_ns = 1000}), manta::GetTimeout);
  manta::Task<[](std::vector<manta::ObjectRef<int>> inner) { manta::Progress(inner); }>().Send(refs);
  runtime_.Shutdown();  // Ends the task's waiting.
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
