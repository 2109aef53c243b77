#include "tests/conformance/support/suite_report.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace manta::conformance {
namespace {

constexpr char kRefusedKey[] = "refused";
constexpr char kNotMeasuredKey[] = "not_measured";

struct Line {
  std::string sentence;
  std::string outcome;
};

class TablePrinter final : public testing::EmptyTestEventListener {
 public:
  TablePrinter(std::string title, uint64_t seed) : title_(std::move(title)), seed_(seed) {}

  void OnTestStart(const testing::TestInfo& test) override {
    current_ = Concat(test.test_suite_name(), ".", test.name());
  }

  // GoogleTest's lock is held here, so UnitTest cannot be asked for the current test.
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    std::printf("FAIL %s (--seed=%llu)\n%s\n\n", current_.c_str(), static_cast<unsigned long long>(seed_),
                result.message());
    std::fflush(stdout);
  }

  void OnTestEnd(const testing::TestInfo& test) override {
    const testing::TestResult& result = *test.result();
    std::string outcome = "pass";
    for (int i = 0; i < result.test_property_count(); ++i) {
      const testing::TestProperty& property = result.GetTestProperty(i);
      if (property.key() == std::string_view(kRefusedKey)) outcome = "refused as declared";
      if (property.key() == std::string_view(kNotMeasuredKey)) outcome = Concat("not measured: ", property.value());
    }
    if (result.Failed()) outcome = "FAIL";
    lines_.push_back({Concat(test.test_suite_name(), ": ", Sentence(test.name())), std::move(outcome)});
  }

  void OnTestProgramEnd(const testing::UnitTest& program) override {
    size_t width = 8;
    for (const Line& line : lines_) width = std::max(width, line.sentence.size());
    std::printf("%s\n\n| %-*s | outcome |\n| %s | --- |\n", title_.c_str(), static_cast<int>(width), "sentence",
                std::string(width, '-').c_str());
    for (const Line& line : lines_) {
      std::printf("| %-*s | %s |\n", static_cast<int>(width), line.sentence.c_str(), line.outcome.c_str());
    }
    std::printf("\n%d passed, %d failed\n", program.successful_test_count(), program.failed_test_count());
    std::fflush(stdout);
  }

 private:
  const std::string title_;
  const uint64_t seed_;
  std::string current_;
  std::vector<Line> lines_;
};

}  // namespace

void NoteRefused(std::string_view capability) { testing::Test::RecordProperty(kRefusedKey, std::string(capability)); }

void NoteNotMeasured(std::string_view reason) { testing::Test::RecordProperty(kNotMeasuredKey, std::string(reason)); }

std::unique_ptr<testing::TestEventListener> MakeTablePrinter(std::string title, uint64_t seed) {
  return std::make_unique<TablePrinter>(std::move(title), seed);
}

std::string Sentence(std::string_view test_name) {
  std::string sentence;
  bool previous_digit = false;
  for (const char c : test_name) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (!sentence.empty() && (upper || (digit && !previous_digit))) sentence += ' ';
    sentence += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    previous_digit = digit;
  }
  return sentence;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
