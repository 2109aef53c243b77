// tests/third_party/third_party_test.cc -- uses each third-party library once, through the label that the project uses.

#include <benchmark/benchmark.h>
#include <glog/logging.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/dll.hpp>
#include <msgpack.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "tests/third_party/sample.pb.h"

namespace {

TEST(AbseilTest, StatusCarriesCodeAndMessage) {
  absl::flat_hash_map<std::string, int> sizes = {{"one", 1}};
  absl::StatusOr<int> missing = absl::NotFoundError(absl::StrCat("size ", sizes.size() + 1));
  EXPECT_EQ(sizes["one"], 1);
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(missing.status().message(), "size 2");
}

TEST(ProtobufTest, TextFormatFillsGeneratedMessages) {
  manta::tests::third_party::v1::Sample sample;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString("name: 'a' created { seconds: 7 }", &sample));
  EXPECT_EQ(sample.name(), "a");
  EXPECT_EQ(sample.created().seconds(), 7);
  EXPECT_FALSE(google::protobuf::TextFormat::ParseFromString("nmae: 'a'", &sample));
}

TEST(GlogDeathTest, FailedChecksNameTheirValues) { EXPECT_DEATH(CHECK_EQ(1 + 1, 3), "2 vs. 3"); }

TEST(GoogleMockTest, MatchersAndMocksWork) {
  testing::MockFunction<int(int)> square;
  EXPECT_CALL(square, Call(testing::Gt(2))).WillOnce(testing::Return(9));
  EXPECT_EQ(square.Call(3), 9);
}

TEST(BoostDllTest, ImportsSymbolsFromASharedLibrary) {
  boost::dll::shared_library math("libm.so.6", boost::dll::load_mode::search_system_folders);
  ASSERT_TRUE(math.has("floor"));
  EXPECT_FALSE(math.has("no_such_symbol"));
  EXPECT_EQ(math.get<double(double)>("floor")(2.5), 2.0);
}

TEST(MsgpackTest, ValuesSurviveARoundTrip) {
  const std::vector<int> values = {1, -2, 300000};
  msgpack::sbuffer bytes;
  msgpack::pack(bytes, values);
  EXPECT_EQ(msgpack::unpack(bytes.data(), bytes.size()).get().as<std::vector<int>>(), values);
  EXPECT_THROW(msgpack::unpack(bytes.data(), bytes.size() - 1), msgpack::insufficient_bytes);
}

TEST(Cli11Test, RefusesUnknownOptions) {
  CLI::App app;
  int count = 0;
  app.add_option("--count", count);
  app.parse("--count 3");
  EXPECT_EQ(count, 3);
  EXPECT_THROW(app.parse("--cuont 3"), CLI::ExtrasError);
}

TEST(NlohmannJsonTest, ValuesSurviveARoundTrip) {
  const nlohmann::json value = {{"numbers", {1, -2, 300000}}, {"text", "a\nb"}};
  EXPECT_EQ(value.dump(), "{\"numbers\":[1,-2,300000],\"text\":\"a\\nb\"}");
  EXPECT_EQ(nlohmann::json::parse(value.dump()), value);
  nlohmann::json broken;
  EXPECT_THROW(broken = nlohmann::json::parse("[1,]"), nlohmann::json::parse_error);
}

TEST(XxhashTest, HashesAsPublished) {
  EXPECT_EQ(XXH3_64bits(nullptr, 0), 0x2d06800538d394c2u);
  EXPECT_NE(XXH3_64bits("a", 1), XXH3_64bits("b", 1));
}

class CountingReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override { iterations += runs.at(0).iterations; }
  int64_t iterations = 0;
};

TEST(BenchmarkTest, RunsARegisteredBenchmark) {
  benchmark::RegisterBenchmark("Five", [](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(state.iterations());
  })->Iterations(5);
  CountingReporter reporter;
  EXPECT_EQ(benchmark::RunSpecifiedBenchmarks(&reporter), 1u);
  EXPECT_EQ(reporter.iterations, 5);
}

RC_GTEST_PROP(RapidCheckTest, ReversingTwiceChangesNothing, (const std::vector<int>& values)) {
  std::vector<int> reversed(values.rbegin(), values.rend());
  std::reverse(reversed.begin(), reversed.end());
  RC_ASSERT(reversed == values);
}

TEST(RapidCheckTest, FindsACounterexample) {
  rc::detail::TestParams params;
  params.seed = 1;
  const rc::detail::TestResult result =
      rc::detail::checkTestable([](int value) { RC_ASSERT(value < 10); }, rc::detail::TestMetadata(), params);
  rc::detail::FailureResult failure;
  ASSERT_TRUE(result.match(failure));
  EXPECT_THAT(failure.counterExample.at(0).second, testing::HasSubstr("10"));
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
