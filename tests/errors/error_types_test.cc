// Each type of error is raised by a program and read through a reference, or has the mode that raises it. What it says
// can be acted on; docs/reference/errors.md lists all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "api/manta.h"
#include "tests/errors/scenarios.h"
#include "tests/faults/program.h"

namespace manta {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<ErrorType> AllTypes() {
  std::vector<ErrorType> types;
  for (uint32_t number = 0; number < 1000; ++number) {
    const auto type = static_cast<ErrorType>(number);
    if (ErrorTypeName(type) != "UNKNOWN") types.push_back(type);
  }
  return types;
}

TEST(ErrorTypes, EachIsRaisedOrHasItsMode) {
  int raised_count = 0;
  for (const ErrorType type : AllTypes()) {
    SCOPED_TRACE(std::string(ErrorTypeName(type)));
    const ErrorScenario scenario = ScenarioFor(type);
    ASSERT_NE(scenario.raise == nullptr, scenario.mode == nullptr) << "a scenario, or the mode that raises it";
    if (scenario.raise == nullptr) continue;
    const ErrorPtr error = scenario.raise();
    ASSERT_NE(error, nullptr) << "the scenario reads no error";
    ++raised_count;
    const std::string text = error->ToString();
    std::cout << ErrorTypeName(type) << ": " << text << "\n";
    EXPECT_EQ(error->type, type);
    EXPECT_EQ(error->ToStatus().code(), StatusCodeOf(type));
    for (const std::string& part : scenario.says) EXPECT_THAT(text, HasSubstr(part));
    EXPECT_FALSE(error->message.empty());
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    EXPECT_THAT(text, Not(HasSubstr("{anonymous}")));
    EXPECT_THAT(text, Not(HasSubstr("closure object")));
    if (!error->task.empty()) {
      EXPECT_THAT(text, HasSubstr("submitted at scenarios.cc:"));
    }
  }
  EXPECT_EQ(raised_count, 20);
}

std::string Page() {
  std::ifstream file("docs/reference/errors.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ErrorTypes, ThePageListsEachWithItsCodeAndItsMode) {
  const std::string page = Page();
  ASSERT_FALSE(page.empty());
  for (const ErrorType type : AllTypes()) {
    SCOPED_TRACE(std::string(ErrorTypeName(type)));
    std::istringstream lines(page);
    std::string row, line;
    const std::string begin = "| " + std::to_string(static_cast<uint32_t>(type)) + " | `" +
                              std::string(ErrorTypeName(type)) + "` | `" +
                              absl::StatusCodeToString(StatusCodeOf(type)) + "` |";
    while (std::getline(lines, line)) {
      if (line.starts_with(begin)) row = line;
    }
    ASSERT_FALSE(row.empty()) << "no line begins with " << begin;
    const char* const mode = ScenarioFor(type).mode;
    if (mode != nullptr) {
      EXPECT_THAT(row, HasSubstr(std::string("raised in ") + mode));
    } else {
      EXPECT_THAT(row, Not(HasSubstr("raised in ")));
    }
  }
}

int Leaf(int x) {
  if (CurrentTask().attempt() < 9) throw std::runtime_error("no " + std::to_string(x));
  return x;
}
int Branch(int x) { return *Get(Task<Leaf>({.retries_max = 2}).Remote(x)); }
int Root(int x) { return *Get(Task<Branch>({.name = "branch"}).Remote(x)); }

// What failed, its attempt, who asked for it and where, and what came first: all there for a program, and in one line.
TEST(ErrorTypes, TheStoryIsTold) {
  //(begin story)
  const Runtime runtime = Init();
  const ErrorPtr root = RecordOf(Task<Root>().Remote(5));
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->type, ErrorType::kTaskFailed);
  EXPECT_EQ(root->attempt, 1u);
  EXPECT_EQ(root->submitted_by.get(), nullptr) << "the program asked";
  ASSERT_NE(root->cause, nullptr);
  EXPECT_EQ(root->cause->task, "branch");
  const ErrorPtr leaf = root->cause->cause;
  ASSERT_NE(leaf, nullptr);
  EXPECT_EQ(leaf->attempt, 3u);
  EXPECT_EQ(leaf->thrown_type, "std::runtime_error");
  ASSERT_NE(leaf->submitted_by.get(), nullptr);
  EXPECT_EQ(leaf->submitted_by->task, "branch");
  ASSERT_NE(leaf->submitted_by->parent.get(), nullptr);
  const std::string text = leaf->ToString();
  EXPECT_THAT(text, HasSubstr("Leaf (attempt 3), submitted at error_types_test.cc:"));
  EXPECT_THAT(text, HasSubstr(" by branch (error_types_test.cc:"));
  EXPECT_THAT(text, HasSubstr("failed with std::runtime_error: no 5"));
  EXPECT_THAT(root->ToString(), HasSubstr(text));
  //(end story)
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
