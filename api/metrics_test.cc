#include "api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
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

}  // namespace

// SPDX-License-Identifier: Apache-2.0
