#include "api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "api/manta.h"

namespace {

using testing::HasSubstr;

int CountWords(int n) {
  // Valid in every runtime of the process.
  static manta::Counter& words = manta::GetCounter({.name = "words.found", .help = "Words in all files so far."});
  words.Add(static_cast<uint64_t>(n));
  return n;
}

TEST(MetricsTest, TheProgramsOwnStandBesideTheRuntimes) {
  {
    manta::Runtime runtime = manta::Init();
    EXPECT_EQ(*manta::Get(manta::Task<CountWords>().Remote(17)), 17);
    manta::GetGauge({.name = "files.open", .help = "Files that are being read."}).Add(1);
    manta::GetHistogram({.name = "reading.time", .help = "", .unit = "ns"}, {{"disk", "sda"}}).Record(1500);
    const std::string text = runtime.MetricsText();
    EXPECT_THAT(text,
                HasSubstr("# HELP words_found_total Words in all files so far.\n# TYPE words_found_total counter\n"
                          "words_found_total 17\n"));
    EXPECT_THAT(text, HasSubstr("files_open 1\n"));
    EXPECT_THAT(text, HasSubstr("reading_time_seconds_sum{disk=\"sda\"} 1.5e-06\n"));
    EXPECT_THAT(text, HasSubstr("manta_tasks_done_total 1\n"));
  }
  manta::Runtime next = manta::Init();
  manta::Get(manta::Task<CountWords>().Remote(1));
  EXPECT_THAT(next.MetricsText(), HasSubstr("words_found_total 18\n"));
}

TEST(MetricsDeathTest, TheRuntimesNamesAreNotThePrograms) {
  EXPECT_DEATH(manta::GetCounter({.name = "manta.mine", .help = ""}), "begins with \"manta\"");
}

// The names that docs/reference/metrics.md has are those that there are.
TEST(MetricsTest, TheReferenceNamesThemAll) {
  manta::Runtime runtime = manta::Init();
  manta::Get(manta::Task<CountWords>().Remote(1));
  std::ifstream file("docs/reference/metrics.md");
  ASSERT_TRUE(file.is_open());
  std::stringstream reference;
  reference << file.rdbuf();
  std::istringstream lines(runtime.MetricsText());
  int count = 0;
  for (std::string word, name; lines >> word;) {
    if (word != "TYPE" || !(lines >> name) || !name.starts_with("manta_")) continue;
    ++count;
    EXPECT_THAT(reference.str(), HasSubstr("`" + name)) << name << " is not documented";
  }
  EXPECT_GE(count, 17);
}

TEST(TimelineTest, IsWrittenWhenAsked) {
  manta::Runtime runtime = manta::Init();
  manta::Get(manta::Task<CountWords>({.name = "counting words"}).Remote(1));
  const std::string path = testing::TempDir() + "/timeline.json";
  runtime.WriteTimeline(path);
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("\"name\": \"counting words\", \"cat\": \"task\""));
  runtime.WriteTimeline(path);  // Again, over the old one.
  EXPECT_THROW(runtime.WriteTimeline("/nowhere/timeline.json"), manta::Error);
}

// A limit of a file's size stands for a disk that is full by the end: it needs no rights, and holds for this process.
[[noreturn]] void EndOnAFullDisk(const std::string& timeline) {
  manta::Runtime runtime = manta::Init({.set = {"timeline: '" + timeline + "'"}});
  for (int i = 0; i < 200; ++i) manta::Get(manta::Task<CountWords>({.name = "a task of the timeline"}).Remote(i));
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {.rlim_cur = 2000, .rlim_max = 2000};
  if (setrlimit(RLIMIT_FSIZE, &small) != 0) std::exit(1);
  runtime.Shutdown();
  std::exit(7);
}

TEST(TimelineDeathTest, ADiskThatIsFullAtTheEndIsToldAndChangesNoExitCode) {
  const std::string folder = testing::TempDir() + "/full";
  std::filesystem::create_directory(folder);
  const std::string path = folder + "/timeline.json";
  EXPECT_EXIT(EndOnAFullDisk(path), testing::ExitedWithCode(7),
              "timeline.not_written cannot write \".*/full/timeline.json\", which is left as it was: write "
              ".*File too large");
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(TimelineTest, WhatIsNoFileIsRefusedAtTheStart) {
  for (const char* path : {"/dev/null", "/nowhere/timeline.json", "/proc"}) {
    EXPECT_THROW(static_cast<void>(manta::Init({.set = {std::string("timeline: '") + path + "'"}})), manta::Error);
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));  // And not replaced.
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
