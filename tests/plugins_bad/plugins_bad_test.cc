// What happens to bad plugins: each row of the tables says where one is caught, and the exact line that is told.
//
// In messages, DIR is the test's folder, MACHINE, OURS and UID are this machine, this build's fingerprint and this
// user. A library whose constructors ran in this process, instead of in the probe, fails the test by its marker.
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "core/base/sanitizer.h"
#include "core/base/text.h"
#include "core/interface/object_store.h"
#include "core/plugin/abi.h"
#include "core/plugin/fingerprint.h"
#include "core/plugin/plugin_factory.h"
#include "core/plugin/plugin_registry.h"
#include "gtest/gtest.h"
#include "tests/plugins_bad/workbench.h"
#include "tests/support/quiet_host.h"

namespace manta {
namespace {

namespace fs = std::filesystem;

constexpr char kProbe[] = "core/plugin/manta_probe";

class BadPlugins : public testing::Test {
 protected:
  BadPlugins() {
    umask(022);
    setenv("MANTA_TEST_MARKER", marker().c_str(), 1);
    // A crash in the probe ends it by its signal, also under a sanitizer.
    for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
      const char* options = std::getenv(name);
      setenv(name, Concat(options == nullptr ? "" : options, options == nullptr ? "" : ":", "handle_segv=0").c_str(),
             1);
    }
  }

  std::string marker() const { return bench_.File("marker"); }

  // The processes in which constructors of a bad library ran.
  std::vector<int> ConstructorsRanIn() const {
    std::ifstream file(marker());
    return {std::istream_iterator<int>(file), {}};
  }

  std::string Normalised(const absl::Status& status) const {
    std::string text(ToStd(status.message()));
    ReplaceAll(text, bench_.directory(), "DIR");
    ReplaceAll(text, fs::current_path().string(), "CWD");
    ReplaceAll(text, kFingerprint, "OURS");
    ReplaceAll(text, Concat("(uid ", geteuid(), ")"), "(uid UID)");
    ReplaceAll(text, Concat("chown ", geteuid()), "chown UID");
#if defined(__x86_64__)
    ReplaceAll(text, "x86-64", "MACHINE");
#elif defined(__aarch64__)
    ReplaceAll(text, "aarch64", "MACHINE");
#endif
    return text;
  }

  Workbench bench_;
};

// ---- Refused before any of their code runs ---------------------------------------------------------------------

struct Refusal {
  const char* what;
  std::function<std::string(const Workbench&)> make;  // The path to give to the registry.
  absl::StatusCode code;
  const char* message;
};

using Code = absl::StatusCode;

std::string InOpenDirectory(const Workbench& bench) {
  fs::create_directory(bench.File("open"));
  chmod(bench.File("open").c_str(), 0777);
  return bench.Copy("libidle.so", "open/libbad.so");
}

std::string LinkTo(const Workbench& bench, const std::string& target) {
  fs::create_symlink(target, bench.File("libbad.so"));
  return bench.File("libbad.so");
}

const Refusal kRefusedBeforeLoading[] = {
    {"missing file", [](const Workbench& bench) { return bench.File("libbad.so"); }, Code::kNotFound,
     "libbad.so: cannot be opened at DIR/libbad.so: No such file or directory"},
    {"a dangling link", [](const Workbench& bench) { return LinkTo(bench, bench.File("gone.so")); }, Code::kNotFound,
     "libbad.so: cannot be opened at DIR/libbad.so: No such file or directory"},
    {"name without a slash, found by the system's search only",
     [](const Workbench& bench) {
       bench.Copy("libidle.so", "libsearched.so");
       setenv("LD_LIBRARY_PATH", bench.directory().c_str(), 1);
       return std::string("libsearched.so");
     },
     Code::kNotFound, "libsearched.so: cannot be opened at libsearched.so: No such file or directory"},
    {"a directory",
     [](const Workbench& bench) {
       fs::create_directory(bench.File("libbad.so"));
       return bench.File("libbad.so");
     },
     Code::kInvalidArgument, "libbad.so: is a directory, not a regular file: name the library itself"},
    {"a FIFO",
     [](const Workbench& bench) {
       mkfifo(bench.File("libbad.so").c_str(), 0600);
       return bench.File("libbad.so");
     },
     Code::kInvalidArgument, "libbad.so: is a FIFO, not a regular file: name the library itself"},
    {"a device", [](const Workbench& bench) { return LinkTo(bench, "/dev/null"); }, Code::kInvalidArgument,
     "libbad.so: is a device, not a regular file: name the library itself"},
    {"writable by others",
     [](const Workbench& bench) {
       const std::string path = bench.Copy("libidle.so");
       chmod(path.c_str(), 0666);
       return path;
     },
     Code::kPermissionDenied, "libbad.so: DIR/libbad.so has mode 0666, others may write it: chmod go-w DIR/libbad.so"},
    {"writable by its group",
     [](const Workbench& bench) {
       const std::string path = bench.Copy("libidle.so");
       chmod(path.c_str(), 0664);
       return path;
     },
     Code::kPermissionDenied, "libbad.so: DIR/libbad.so has mode 0664, others may write it: chmod go-w DIR/libbad.so"},
    {"in a directory that others may write", InOpenDirectory, Code::kPermissionDenied,
     "libbad.so: directory DIR/open has mode 0777, others may exchange files in it: chmod go-w DIR/open"},
    {"a link out of a good directory", [](const Workbench& bench) { return LinkTo(bench, InOpenDirectory(bench)); },
     Code::kPermissionDenied,
     "libbad.so: directory DIR/open has mode 0777, others may exchange files in it: chmod go-w DIR/open"},
    {"empty", [](const Workbench& bench) { return bench.Write(""); }, Code::kInvalidArgument,
     "libbad.so: is empty: not a plugin library"},
    {"text", [](const Workbench& bench) { return bench.Write("GROUP ( libreal.so )\n"); }, Code::kInvalidArgument,
     "libbad.so: is no ELF file: not a plugin library"},
    {"cut inside its header", [](const Workbench& bench) { return bench.Patched([](auto& b) { b.resize(20); }); },
     Code::kInvalidArgument, "libbad.so: is truncated: 20 bytes, an ELF header has 64: build or copy it again"},
    {"cut in the middle", [](const Workbench& bench) { return bench.Patched([](auto& b) { b.resize(4096); }); },
     Code::kInvalidArgument,
     "libbad.so: is truncated: its section headers lie beyond its 4096 bytes: build or copy it again"},
    {"for another machine",
     [](const Workbench& bench) {
       return bench.Patched([](auto& b) {
         b[18] = 21;
         b[19] = 0;
       });
     },
     Code::kInvalidArgument, "libbad.so: built for ppc64, this machine is MACHINE: build it for this machine"},
    {"of 32 bits", [](const Workbench& bench) { return bench.Patched([](auto& b) { b[4] = 1; }); },
     Code::kInvalidArgument, "libbad.so: is no 64-bit ELF file: build it for MACHINE"},
    {"big-endian", [](const Workbench& bench) { return bench.Patched([](auto& b) { b[5] = 2; }); },
     Code::kInvalidArgument, "libbad.so: is no little-endian ELF file: build it for MACHINE"},
    {"a program", [](const Workbench& bench) { return bench.Patched([](auto& b) { b[16] = 2; }); },
     Code::kInvalidArgument, "libbad.so: is no shared library (ELF type 2, wanted 3): link it with -shared"},
    {"stripped of its sections",
     [](const Workbench& bench) { return bench.Patched([](auto& b) { b[60] = b[61] = 0; }); }, Code::kInvalidArgument,
     "libbad.so: has no .note.manta section: not a Manta plugin, or stripped of its sections"},
    {"an ordinary library", [](const Workbench& bench) { return bench.Copy("libordinary.so"); }, Code::kInvalidArgument,
     "libbad.so: has no .note.manta section: not a Manta plugin, or stripped of its sections"},
    {"two notes", [](const Workbench& bench) { return bench.Copy("libtwo_notes.so"); }, Code::kInvalidArgument,
     "libbad.so: has 328 bytes in .note.manta, one note has 164: one library holds one MANTA_PLUGIN"},
    {"a note that somebody else made",
     [](const Workbench& bench) { return bench.PatchedNote([](auto& note) { note.type = 2; }); },
     Code::kInvalidArgument, "libbad.so: has a malformed .note.manta section: only MANTA_PLUGIN makes a right one"},
    {"a text without end",
     [](const Workbench& bench) {
       return bench.PatchedNote([](auto& note) { std::memset(note.interface_name, 'x', sizeof note.interface_name); });
     },
     Code::kInvalidArgument, "libbad.so: has a .note.manta section with a text that does not end or is not printable"},
    {"ABI of the next major version",
     [](const Workbench& bench) { return bench.PatchedNote([](auto& note) { note.abi_major = 2; }); },
     Code::kFailedPrecondition,
     "libbad.so: built for plugin ABI 2.0, kernel has 1.0: use a newer Manta, or rebuild the plugin"},
    {"ABI of the last major version",
     [](const Workbench& bench) { return bench.PatchedNote([](auto& note) { note.abi_major = 0; }); },
     Code::kFailedPrecondition, "libbad.so: built for plugin ABI 0.0, kernel has 1.0: rebuild the plugin"},
    {"ABI of the next minor version",
     [](const Workbench& bench) { return bench.PatchedNote([](auto& note) { note.abi_minor = 1; }); },
     Code::kFailedPrecondition,
     "libbad.so: built for plugin ABI 1.1, kernel has 1.0: use a newer Manta, or rebuild the plugin"},
    {"an unknown interface",
     [](const Workbench& bench) {
       return bench.PatchedNote([](auto& note) { std::memcpy(note.interface_name, "object_stone", 12); });
     },
     Code::kFailedPrecondition,
     "libbad.so: implements \"object_stone\", an interface this kernel does not know; known: object_store, eviction, "
     "scheduler, serializer, ref_counter; "
     "did you mean \"object_store\"?"},
    {"the next version of an interface",
     [](const Workbench& bench) { return bench.PatchedNote([](auto& note) { note.interface_version = 2; }); },
     Code::kFailedPrecondition,
     "libbad.so: implements object_store version 2, kernel has version 1: use a newer Manta, or rebuild the plugin"},
    {"another compiler",
     [](const Workbench& bench) {
       return bench.PatchedNote(
           [](auto& note) { SetFingerprint(note, kFingerprint.substr(0, kFingerprint.find('/')), "icc-21"); });
     },
     Code::kFailedPrecondition, "libbad.so: built with icc-21/REST, kernel with OURS: rebuild the plugin"},
    {"the other ABI of the C++ library",
     [](const Workbench& bench) {
       return bench.PatchedNote([](auto& note) { SetFingerprint(note, "libstdc++abi1", "libstdc++abi0"); });
     },
     Code::kFailedPrecondition,
     "libbad.so: built with COMPILER/libstdc++abi0/ABSEIL, kernel with OURS: rebuild the plugin"},
    {"another Abseil",
     [](const Workbench& bench) {
       return bench.PatchedNote([](auto& note) { SetFingerprint(note, OurAbseil(), "absl19990101"); });
     },
     Code::kFailedPrecondition,
     "libbad.so: built with TOOLCHAIN/absl19990101/SANITIZER, kernel with OURS: rebuild the plugin"},
    {"another sanitizer",
     [](const Workbench& bench) {
       return bench.PatchedNote(
           [](auto& note) { SetFingerprint(note, kFingerprint.substr(kFingerprint.rfind('/')), "/msan"); });
     },
     Code::kFailedPrecondition, "libbad.so: built with BUILD/msan, kernel with OURS: rebuild the plugin"},
};

// Parts of our fingerprint, as the table names them.
std::string Expected(const char* message) {
  const std::string ours(kFingerprint);
  const size_t first = ours.find('/');
  const size_t second = ours.find('/', first + 1);
  std::string text = message;
  ReplaceAll(text, "icc-21/REST", "icc-21" + ours.substr(first));
  ReplaceAll(text, "COMPILER/libstdc++abi0/ABSEIL", ours.substr(0, first) + "/libstdc++abi0" + ours.substr(second));
  ReplaceAll(text, "TOOLCHAIN/absl19990101/SANITIZER",
             ours.substr(0, second) + "/absl19990101" + ours.substr(ours.rfind('/')));
  ReplaceAll(text, "BUILD/msan", ours.substr(0, ours.rfind('/')) + "/msan");
  return text;
}

TEST_F(BadPlugins, RefusedBeforeAnyOfTheirCodeRuns) {
  for (const Refusal& bad : kRefusedBeforeLoading) {
    SCOPED_TRACE(bad.what);
    Workbench bench;
    PluginRegistry registry({.probe_path = kProbe});
    const std::string path = bad.make(bench);
    const absl::Status status = registry.AddLibrary(path, Trust::kProbeFirst);
    EXPECT_EQ(status.code(), bad.code);
    std::string message = Normalised(status);
    ReplaceAll(message, bench.directory(), "DIR");
    EXPECT_EQ(message, Expected(bad.message));
    EXPECT_EQ(registry.plugins().size(), 0u);
    ASSERT_EQ(registry.refused().size(), 1u);
    EXPECT_EQ(registry.refused()[0].path, path);
    EXPECT_EQ(ConstructorsRanIn(), std::vector<int>());
  }
}

// ---- Died in the probe, or refused by it -----------------------------------------------------------------------

struct ProbeRefusal {
  const char* library;
  absl::StatusCode code;
  const char* message;
  int64_t timeout_ms = 20000;  // Far more than a probe takes; a library that never ends is given less.
};

const ProbeRefusal kRefusedByTheProbe[] = {
    {"libconstructor_throws.so", Code::kFailedPrecondition,
     "libbad.so: died in the probe with signal 6 (Aborted) while its constructors ran; it printed last: "
     "\"what():  no license found\": mend its global objects, which are made when it is loaded"},
    {"libconstructor_exits.so", Code::kFailedPrecondition,
     "libbad.so: exited with 3 in the probe while its constructors ran: mend its global objects, which are made when "
     "it is loaded"},
    {"libconstructor_exits_with_0.so", Code::kFailedPrecondition,
     "libbad.so: exited with 0 in the probe while its constructors ran: mend its global objects, which are made when "
     "it is loaded"},
    {"libconstructor_crashes.so", Code::kFailedPrecondition,
     "libbad.so: died in the probe with signal 11 (Segmentation fault) while its constructors ran: mend its global "
     "objects, which are made when it is loaded"},
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // Their allocators say it in other words, or not.
    {"libconstructor_frees_twice.so", Code::kFailedPrecondition,
     "libbad.so: died in the probe with signal 6 (Aborted) while its constructors ran; it printed last: \"free(): "
     "double free detected in tcache 2\": mend its global objects, which are made when it is loaded"},
#endif
    {"libconstructor_never_ends.so", Code::kFailedPrecondition,
     "libbad.so: did not finish loading in the probe within 300 ms while its constructors ran: mend its global "
     "objects, which are made when it is loaded",
     300},
    {"libunresolved.so", Code::kFailedPrecondition,
     "libbad.so: cannot be loaded: undefined symbol: manta_test_symbol_that_nobody_has: link all that it needs into "
     "it"},
    {"libno_manifest.so", Code::kInvalidArgument,
     "libbad.so: exports no manta_plugin_manifest: link it with manta_plugin(), or export what MANTA_PLUGIN defines"},
    {"libmanifest_shorter.so", Code::kInvalidArgument,
     "libbad.so: has a manifest of 24 bytes (struct_bytes), this kernel takes 32: rebuild the plugin"},
    {"libmanifest_longer.so", Code::kInvalidArgument,
     "libbad.so: has a manifest of 40 bytes (struct_bytes), this kernel takes 32: rebuild the plugin"},
    {"libentry_shorter.so", Code::kInvalidArgument,
     "libbad.so: has a plugin entry of 56 bytes (struct_bytes), this kernel takes 64: rebuild the plugin"},
    {"libno_plugins.so", Code::kInvalidArgument,
     "libbad.so: has a manifest of 0 plugins, wanted are 1 to 64: rebuild it, with MANTA_PLUGIN only"},
    {"libother_note.so", Code::kInvalidArgument,
     "libbad.so: has a manifest whose note is not the one in its file: rebuild it, with MANTA_PLUGIN only"},
    {"libname_malformed.so", Code::kInvalidArgument,
     "libbad.so: plugin 0 is named \"Heap-Store\", wanted is a reverse path of [a-z0-9_] words, like "
     "\"example.object_store.mine\""},
    {"libunknown_capability.so", Code::kInvalidArgument,
     "libbad.so: test.object_store.idle declares capabilities 9, object_store version 1 names only 7: leave the others "
     "out, or use a newer Manta"},
    {"libno_schema.so", Code::kInvalidArgument,
     "libbad.so: test.object_store.idle has the config type test.v1.Config, but the library no schema: give "
     "config_proto to manta_plugin(), or link embed_schema's output"},
    {"libno_create.so", Code::kInvalidArgument,
     "libbad.so: test.object_store.idle has no create function: MANTA_PLUGIN gives one"},
};

TEST_F(BadPlugins, RefusedByTheProbeAndNeverLoadedHere) {
  for (const ProbeRefusal& bad : kRefusedByTheProbe) {
    SCOPED_TRACE(bad.library);
    Workbench bench;
    PluginRegistry registry({.probe_path = kProbe, .probe_timeout_ms = bad.timeout_ms});
    const absl::Status status = registry.AddLibrary(bench.Copy(bad.library), Trust::kProbeFirst);
    EXPECT_EQ(status.code(), bad.code);
    EXPECT_EQ(Normalised(status), bad.message);
    for (int process : ConstructorsRanIn()) EXPECT_NE(process, getpid());
  }
  EXPECT_FALSE(ConstructorsRanIn().empty());  // The marker works.
}

TEST_F(BadPlugins, OneProtoInTwoLibrariesDiesInTheProbe) {
  // Not copied: it finds the other library by its place in the build tree.
  PluginRegistry registry({.probe_path = kProbe, .probe_timeout_ms = 20000});
  const absl::Status status = registry.AddLibrary(std::string(kPlugins) + "libduplicate_proto.so", Trust::kProbeFirst);
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_EQ(
      Normalised(status),
      "libduplicate_proto.so: died in the probe with signal 6 (Aborted) while its constructors ran; it printed last: "
      "\"what():  CHECK failed: GeneratedDatabase()->Add(encoded_file_descriptor, size):\": mend its global objects, "
      "which are made when it is loaded");
  for (int process : ConstructorsRanIn()) EXPECT_NE(process, getpid());
}

TEST_F(BadPlugins, AMissingProbeIsNamed) {
  const std::string library = bench_.Copy("libidle.so");
  PluginRegistry none({.probe_path = ""});
  EXPECT_EQ(Normalised(none.AddLibrary(library, Trust::kProbeFirst)),
            "libbad.so: has to be probed first, and no probe program was given: name manta_probe's path, or move the "
            "plugin to a trusted directory");
  PluginRegistry wrong({.probe_path = bench_.File("manta_probe")});
  EXPECT_EQ(Normalised(wrong.AddLibrary(library, Trust::kProbeFirst)),
            "libbad.so: has to be probed first, and the probe program DIR/manta_probe cannot be started: No such file "
            "or directory: install manta_probe there, or move the plugin to a trusted directory");
  EXPECT_EQ(ConstructorsRanIn(), std::vector<int>());
}

TEST_F(BadPlugins, ManifestsAreRefusedWithoutAProbeToo) {
  for (const ProbeRefusal& bad : kRefusedByTheProbe) {
    if (std::string_view(bad.library).starts_with("libconstructor")) continue;  // Would end this process.
    SCOPED_TRACE(bad.library);
    Workbench bench;
    PluginRegistry registry({});
    EXPECT_EQ(Normalised(registry.AddLibrary(bench.Copy(bad.library), Trust::kTrusted)), bad.message);
    EXPECT_TRUE(registry.plugins().empty());
  }
}

// ---- Refused beside another ------------------------------------------------------------------------------------

TEST_F(BadPlugins, OneNameInTwoLibrariesKeepsTheFirst) {
  PluginRegistry registry({.probe_path = kProbe, .probe_timeout_ms = 20000});
  const std::string first = bench_.Copy("libidle.so", "libfirst.so");
  ASSERT_TRUE(registry.AddLibrary(first, Trust::kProbeFirst).ok());
  const absl::Status status = registry.AddLibrary(bench_.Copy("libsame_name.so"), Trust::kProbeFirst);
  EXPECT_EQ(status.code(), Code::kAlreadyExists);
  EXPECT_EQ(Normalised(status),
            "libbad.so: brings test.object_store.idle, which DIR/libfirst.so has brought already: remove one of the "
            "two, or rename the plugin");
  ASSERT_NE(registry.Find("object_store", "test.object_store.idle"), nullptr);
  EXPECT_EQ(registry.Find("object_store", "test.object_store.idle")->library_path, first);

  // The same file again, by another path, is no second library.
  fs::create_symlink(first, bench_.File("liblink.so"));
  EXPECT_TRUE(registry.AddLibrary(bench_.File("liblink.so"), Trust::kProbeFirst).ok());
  EXPECT_EQ(registry.plugins().size(), 1u);
}

TEST_F(BadPlugins, OfTwoInterfaceVersionsTheKernelsOwnIsKept) {
  PluginRegistry registry({.probe_path = kProbe, .probe_timeout_ms = 20000});
  bench_.PatchedNote([](auto& note) { note.interface_version = 2; });
  fs::rename(bench_.File("libbad.so"), bench_.File("libnewer.so"));
  bench_.Copy("libidle.so", "libours.so");
  ASSERT_TRUE(registry.AddDirectory(bench_.directory(), Trust::kProbeFirst).ok());
  ASSERT_EQ(registry.plugins().size(), 1u);
  EXPECT_EQ(registry.plugins()[0]->interface_version, 1u);
  ASSERT_EQ(registry.refused().size(), 1u);
  EXPECT_EQ(Normalised(registry.refused()[0].reason),
            "libnewer.so: implements object_store version 2, kernel has version 1: use a newer Manta, or rebuild the "
            "plugin");
}

// ---- Caught by the factory -------------------------------------------------------------------------------------

struct CreateFailure {
  const char* plugin;
  absl::StatusCode code;
  const char* message;
  bool logged = true;
};

const CreateFailure kCaughtByTheFactory[] = {
    {"test.create.gives_null", Code::kInternal,
     "plugin test.create.gives_null broke its contract: create returned ok and no plugin"},
    {"test.create.throws_standard", Code::kInternal,
     "plugin test.create.throws_standard broke its contract: create threw std::out_of_range \"index 7 of 3\", and must "
     "not throw"},
    {"test.create.throws_int", Code::kInternal,
     "plugin test.create.throws_int broke its contract: create threw int, and must not throw"},
    {"test.create.error_without_message", Code::kInternal,
     "plugin test.create.error_without_message broke its contract: create returned UNKNOWN (\"\"): an error needs a "
     "message"},
    {"test.create.error_and_plugin", Code::kInternal,
     "plugin test.create.error_and_plugin broke its contract: create returned INVALID_ARGUMENT (\"capacity_bytes is "
     "0\") and a plugin, which is lost: give one only with ok"},
    {"test.create.refuses", Code::kInvalidArgument, "plugin test.create.refuses: capacity_bytes is 0: give at least 64",
     /*logged=*/false},
};

TEST_F(BadPlugins, CaughtByTheFactory) {
  PluginRegistry registry({});
  ASSERT_TRUE(registry.AddLibrary(bench_.Copy("libcreate.so"), Trust::kTrusted).ok());
  for (const CreateFailure& bad : kCaughtByTheFactory) {
    SCOPED_TRACE(bad.plugin);
    const PluginRecord* record = registry.Find("object_store", bad.plugin);
    ASSERT_NE(record, nullptr);
    const QuietHost host;
    const absl::Status status = CreatePlugin<ObjectStore>(*record, host, {}).status();
    EXPECT_EQ(status.code(), bad.code);
    EXPECT_EQ(Normalised(status), bad.message);
    EXPECT_EQ(host.lines().size(), bad.logged ? 1u : 0u);
  }
}

// ---- Caught by the guard ---------------------------------------------------------------------------------------

struct MethodFailure {
  const char* plugin;
  std::function<absl::Status(ObjectStore&)> call;
  const char* found;  // After "plugin NAME broke its contract: ".
};

const ObjectId kId = ObjectId::ForTest(7);

const MethodFailure kCaughtByTheGuard[] = {
    {"test.store.throws_in_seal", [](ObjectStore& store) { return store.Seal(kId); },
     "Seal threw std::logic_error \"seal twice?\", and must not throw"},
    {"test.store.unaligned_span", [](ObjectStore& store) { return store.Create(kId, 64, {}).status(); },
     "Create returned data 4 bytes off a multiple of 64"},
    {"test.store.short_span", [](ObjectStore& store) { return store.Create(kId, 64, {}).status(); },
     "Create returned 63 bytes, asked for 64"},
    {"test.store.unaligned_view", [](ObjectStore& store) { return store.Get(kId).status(); },
     "Get returned data 8 bytes off a multiple of 64"},
    {"test.store.undocumented_code", [](ObjectStore& store) { return store.Get(kId).status(); },
     "Get returned DEADLINE_EXCEEDED (\"too busy\"), which its interface does not name for it"},
    {"test.store.lies_about_capabilities", [](ObjectStore& store) { return store.Cache(kId); },
     "Cache returned UNIMPLEMENTED (\"no cache\"), which its interface does not name for it"},
    {"test.store.throws_int_in_stats",
     [](ObjectStore& store) {
       EXPECT_EQ(store.Stats().capacity_bytes, 0u);  // Cannot fail: it answers nothing.
       return absl::InternalError("");
     },
     "Stats threw int, and must not throw"},
};

TEST_F(BadPlugins, CaughtByTheGuardAndNeverCalledAgain) {
  PluginRegistry registry({});
  ASSERT_TRUE(registry.AddLibrary(bench_.Copy("libstore.so"), Trust::kTrusted).ok());
  for (const MethodFailure& bad : kCaughtByTheGuard) {
    SCOPED_TRACE(bad.plugin);
    const PluginRecord* record = registry.Find("object_store", bad.plugin);
    ASSERT_NE(record, nullptr);
    const QuietHost host;
    auto store = CreatePlugin<ObjectStore>(*record, host, {});
    ASSERT_TRUE(store.ok());
    const absl::Status status = bad.call(**store);
    EXPECT_EQ(status.code(), Code::kInternal);
    if (!status.message().empty()) {
      EXPECT_EQ(Normalised(status), Concat("plugin ", bad.plugin, " broke its contract: ", bad.found));
    }
    const absl::Status again = (*store)->Release(kId);
    EXPECT_EQ(again.code(), Code::kFailedPrecondition);
    EXPECT_EQ(Normalised(again),
              Concat("plugin ", bad.plugin, " is no longer used: it broke its contract: ", bad.found));
    ASSERT_EQ(host.lines().size(), 1u);
    EXPECT_EQ(host.lines()[0].find("plugin.broke_contract method="), 0u) << host.lines()[0];
  }
}

#if !defined(__SANITIZE_THREAD__)  // Its allocator does not look.
// Once it is loaded nothing stands between it and the memory of this process.
TEST_F(BadPlugins, AStoreThatFreesMemoryTwiceEndsTheProcess) {
  PluginRegistry registry({});
  ASSERT_TRUE(registry.AddLibrary(bench_.Copy("libstore.so"), Trust::kTrusted).ok());
  const QuietHost host;
  auto store = CreatePlugin<ObjectStore>(*registry.Find("object_store", "test.store.frees_twice"), host, {});
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE((*store)->Create(kId, 8, {}).ok());
  // Both in one: nothing else may get that memory in between.
  EXPECT_DEATH(EXPECT_TRUE((*store)->Delete(kId).ok() && (*store)->Release(kId).ok()),
               kAddressSanitizer ? "attempting double-free" : "^free\\(\\): double free detected in tcache 2\n$");
  EXPECT_TRUE((*store)->Delete(kId).ok());  // Here nothing has been freed yet.
}
#endif

// ---- Left to conformance, and what is fine ---------------------------------------------------------------------

// The suite does: idle_conformance_test. There is no line to tell here: what is caught is a list of sentences that
// fail, and idle_failures.bzl is that table, name by name.
TEST_F(BadPlugins, AStoreThatKeepsNothingIsForConformanceToCatch) {
  PluginRegistry registry({.probe_path = kProbe, .probe_timeout_ms = 20000});
  ASSERT_TRUE(registry.AddLibrary(bench_.Copy("libidle.so"), Trust::kProbeFirst).ok());
  const QuietHost host;
  auto store = CreatePlugin<ObjectStore>(*registry.Find("object_store", "test.object_store.idle"), host, {});
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE((*store)->Create(kId, 8, {}).ok());
  ASSERT_TRUE((*store)->Seal(kId).ok());
  EXPECT_EQ((*store)->Get(kId).status().code(), Code::kNotFound);  // A lie, but each call by itself is well-formed.
  EXPECT_TRUE(host.lines().empty());
}

TEST_F(BadPlugins, UnloadingWhileInUseDoesNothing) {
  const QuietHost host;
  std::unique_ptr<ObjectStore> store;
  const std::string library = bench_.Copy("libidle.so");
  {
    PluginRegistry registry({});
    ASSERT_TRUE(registry.AddLibrary(library, Trust::kTrusted).ok());
    auto made = CreatePlugin<ObjectStore>(*registry.plugins()[0], host, {});
    ASSERT_TRUE(made.ok());
    store = *std::move(made);
  }
  fs::remove(library);
  EXPECT_EQ(store->Stats().capacity_bytes, 1u << 20);  // Its code is still there.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
