// manta_probe LIBRARY -- loads one plugin library and reads its manifest, in place of the kernel.
//
// Started by core/plugin/probe.cc, which reads on descriptor 3 how far it came. Run by hand it prints the same there:
//   manta_probe libmine.so 3>&1
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/plugin/byte_source.h"
#include "core/plugin/elf_note.h"
#include "core/plugin/loaded_library.h"
#include "core/plugin/manifest_check.h"
#include "core/plugin/note_check.h"
#include "core/plugin/path_check.h"
#include "core/plugin/probe_protocol.h"

namespace manta {
namespace {

constexpr std::string_view kUsage =
    "usage: manta_probe LIBRARY\n"
    "\n"
    "Loads one plugin library and reads its manifest, for a kernel that does not trust it; the kernel starts it and "
    "reads\n"
    "on descriptor 3 how far it came. By hand: manta_probe ./libmine.so 3>&1. `manta plugins check` says more.\n"
    "\n"
    "Exit codes: 0 it is a good plugin, 1 it is refused, 2 wrong arguments.\n";

// False: not all of it was written.
bool Print(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count <= 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

// When nobody listens, the exit code still tells.
void Tell(std::string_view text) { static_cast<void>(Print(kProbeVerdictDescriptor, text)); }

absl::Status Probe(const char* path) {
  const absl::StatusOr<PluginFile> file = OpenPluginFile(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<abi::PluginNote> note = ReadPluginNote(FileSource(file->descriptor.get(), file->size_bytes));
  if (!note.ok()) return note.status();
  absl::Status status = CheckNote(*note);
  if (!status.ok()) return status;
  Tell(kProbeLoading);
  const absl::StatusOr<const abi::PluginManifest*> manifest = LoadManifest(file->resolved_path);
  if (!manifest.ok()) return manifest.status();
  Tell(kProbeLoaded);
  return ReadManifest(**manifest, *note, file->resolved_path).status();
}

int Main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {  // By a person: the kernel names a file by its full path.
    const bool asked = argc == 2 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h");
    return Print(asked ? STDOUT_FILENO : STDERR_FILENO, kUsage) && asked ? 0 : 2;
  }
  // Ends with its parent, and leaves no core file behind: a crash in here is an answer.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const absl::Status status = Probe(argv[1]);
  if (status.ok()) {
    Tell(kProbePassed);
    return 0;
  }
  std::string message(ToStd(status.message()));
  std::replace(message.begin(), message.end(), '\n', ' ');
  Tell(Concat(kProbeRefused, static_cast<int>(status.code()), " ", message, "\n"));
  return 1;
}

}  // namespace
}  // namespace manta

// Destructors of the library are not asked: the kernel will never run them either.
int main(int argc, char** argv) { _exit(manta::Main(argc, argv)); }

// SPDX-License-Identifier: Apache-2.0
