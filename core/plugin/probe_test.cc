// The probe programs here are shell scripts that tell what manta_probe would tell; manta_probe itself is tested with
// real libraries in tests/plugins_bad.
#include "core/plugin/probe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/text.h"
#include "core/plugin/file_descriptor.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr int64_t kAmpleMs = 60000;

size_t OpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

class ProbeTest : public testing::Test {
 protected:
  ProbeTest() : script_(std::string(std::getenv("TEST_TMPDIR")) + "/probe.sh"), descriptors_(OpenDescriptors()) {}

  // Whatever the probe does: no descriptor and no child is left.
  ~ProbeTest() override {
    EXPECT_EQ(OpenDescriptors(), descriptors_);
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }

  absl::Status Probe(const std::string& script, int64_t timeout_ms = kAmpleMs) {
    std::ofstream(script_) << "#!/bin/sh\n" << script << "\n";
    chmod(script_.c_str(), 0700);
    return ProbeLibrary("/lib/libx.so", {.probe_path = script_, .timeout_ms = timeout_ms});
  }
  std::string Refusal(const std::string& script, int64_t timeout_ms = kAmpleMs) {
    const absl::Status status = Probe(script, timeout_ms);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    return std::string(status.message());
  }

  const std::string script_;
  const size_t descriptors_;
};

TEST_F(ProbeTest, PassesWithThePathAsItsOnlyArgument) {
  EXPECT_TRUE(Probe("[ $# = 1 ] && [ \"$1\" = /lib/libx.so ] && printf 'loading\\nloaded\\npassed\\n' >&3").ok());
}

TEST_F(ProbeTest, ExitCode0IsNoVerdict) {
  EXPECT_EQ(Refusal("exit 0"),
            "exited with 0 in the probe before it was loaded: install this build's manta_probe again");
}

TEST_F(ProbeTest, APassedLibraryThatThenFailsIsRefused) {
  EXPECT_EQ(Refusal("printf 'loading\\nloaded\\npassed\\n' >&3; exit 4"),
            "exited with 4 in the probe while its manifest was read: rebuild it, with MANTA_PLUGIN only");
}

TEST_F(ProbeTest, ARefusalIsHandedOnWithItsCode) {
  EXPECT_EQ(Probe("printf 'loading\\nloaded\\nrefused 3 has no manifest: make one\\n' >&3; exit 1"),
            absl::InvalidArgumentError("has no manifest: make one"));
  EXPECT_EQ(Probe("printf 'refused 99 odd\\n' >&3; exit 1"), absl::FailedPreconditionError("odd"));
}

TEST_F(ProbeTest, DeathNamesSignalStepAndLastWords) {
  EXPECT_EQ(Refusal("printf 'loading\\n' >&3; echo one; echo two >&2; echo; kill -SEGV $$"),
            "died in the probe with signal 11 (Segmentation fault) while its constructors ran; it printed last: "
            "\"two\": mend its global objects, which are made when it is loaded");
}

TEST_F(ProbeTest, TimeIsLimitedForItAndForWhatItStarted) {
  // Both hold the FIFO open; its reader sees the end when both are gone.
  const std::string fifo = script_ + ".fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  {
    const FileDescriptor reader(open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    EXPECT_EQ(Refusal(Concat("exec 9>", fifo, "; printf 'loading\\n' >&3; sleep 1000 & sleep 1000"), 300),
              "did not finish loading in the probe within 300 ms while its constructors ran: mend its global objects, "
              "which are made when it is loaded");
    ASSERT_EQ(fcntl(reader.get(), F_SETFL, 0), 0);
    char byte = 0;
    EXPECT_EQ(read(reader.get(), &byte, 1), 0);
  }
}

TEST_F(ProbeTest, AProcessItLeavesBehindNeitherBlocksNorStays) {
  const std::string fifo = script_ + ".fifo2";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  {
    const FileDescriptor reader(open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    EXPECT_TRUE(Probe(Concat("exec 9>", fifo, "; sleep 1000 & printf 'passed\\n' >&3")).ok());
    ASSERT_EQ(fcntl(reader.get(), F_SETFL, 0), 0);
    char byte = 0;
    EXPECT_EQ(read(reader.get(), &byte, 1), 0);
  }
}

TEST_F(ProbeTest, AFloodOfOutputIsBounded) {
  EXPECT_EQ(Refusal("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo the end; exit 2"),
            "exited with 2 in the probe before it was loaded; it printed last: \"the end\": install this build's "
            "manta_probe again");
  EXPECT_TRUE(Probe("head -c 5000000 /dev/zero >&3; printf 'passed\\n' >&3; exit 0").code() ==
              absl::StatusCode::kFailedPrecondition);
}

TEST_F(ProbeTest, InheritsNothingButWhatLoadingNeeds) {
  setenv("MANTA_TEST_SECRET", "kept", 1);
  setenv("TEST_SECRET", "dropped", 1);
  setenv("LD_LIBRARY_PATH", "/nowhere", 1);
  const FileDescriptor inherited(fcntl(STDERR_FILENO, F_DUPFD, 50));  // Not closed on exec.
  EXPECT_TRUE(
      Probe("[ -z \"$TEST_SECRET\" ] && [ \"$LD_LIBRARY_PATH\" = /nowhere ] && [ \"$MANTA_TEST_SECRET\" = kept ] "
            "&& [ ! -e /proc/$$/fd/50 ] && ! read line && printf 'passed\\n' >&3")
          .ok());
  unsetenv("LD_LIBRARY_PATH");
}

TEST_F(ProbeTest, AMissingProbeIsNamed) {
  EXPECT_EQ(ProbeLibrary("/lib/libx.so", {.probe_path = "/nowhere/manta_probe"}),
            absl::FailedPreconditionError(
                "has to be probed first, and the probe program /nowhere/manta_probe cannot be started: No such file or "
                "directory: install manta_probe there, or move the plugin to a trusted directory"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
