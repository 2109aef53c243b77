#include "tests/conformance/support/suite.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <span>

#include "core/base/output.h"
#include "core/base/text.h"
#include "core/plugin/abi.h"
#include "core/plugin/fingerprint.h"
#include "gtest/gtest.h"
#include "tests/conformance/support/suite_report.h"
#include "tests/conformance/support/suite_watchdog.h"

namespace manta::conformance {
namespace {

struct Run {
  SuiteOptions options;
  std::unique_ptr<PluginUnderTest> plugin;
};

Run& CurrentRun() {
  static Run run;
  return run;
}

constexpr int kUsageExitCode = 2;

// What a test takes at most, a hundred times over.
constexpr std::chrono::seconds kTestMax{120};
constexpr std::chrono::seconds kSlowTestMax{3600};

}  // namespace

int RunSuite(const SuiteSpec& suite, int argc, char** argv) {
  Run& run = CurrentRun();
  absl::StatusOr<SuiteOptions> options = ParseSuiteOptions(std::span(argv, argc).subspan(argc > 0 ? 1 : 0));
  if (!options.ok()) {
    std::cerr << suite.interface_name << ": " << options.status().message() << "\n";
    return kUsageExitCode;
  }
  run.options = *std::move(options);
  if (run.options.help) {
    std::cout << SuiteUsage(suite.interface_name);
    return EndOutput(suite.interface_name, 0, kUsageExitCode);
  }
  if (run.options.version) {
    std::cout << Concat(suite.interface_name, " version ", suite.interface_version, ", plugin ABI ", abi::kMajor, ".",
                        abi::kMinor, ", fingerprint ", kFingerprint, "\n");
    return EndOutput(suite.interface_name, 0, kUsageExitCode);
  }
  absl::StatusOr<std::unique_ptr<PluginUnderTest>> plugin =
      PluginUnderTest::Load(run.options, suite.interface_name, suite.interface_version);
  if (!plugin.ok()) {
    std::cerr << plugin.status().message() << "\n";
    return kUsageExitCode;
  }
  run.plugin = *std::move(plugin);
  if (absl::Status tried = suite.try_out == nullptr ? absl::OkStatus() : suite.try_out(*run.plugin); !tried.ok()) {
    std::cerr << tried.message() << "\n";
    return kUsageExitCode;
  }

  testing::InitGoogleTest(&argc, argv);
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(MakeTablePrinter(Concat("Conformance of ", run.plugin->record().name, " to ", suite.interface_name,
                                           " version ", suite.interface_version),
                                    run.options.seed)
                       .release());
  listeners.Append(new SuiteWatchdog(run.options.slow ? kSlowTestMax : kTestMax));
  return EndOutput(suite.interface_name, RUN_ALL_TESTS(), kUsageExitCode);
}

const SuiteOptions& Options() { return CurrentRun().options; }
const PluginUnderTest& Plugin() { return *CurrentRun().plugin; }

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
