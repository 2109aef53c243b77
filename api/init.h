// api/init.h -- starts Manta in a program.
//
//   int main(int argc, char** argv) {
//     manta::Runtime runtime = manta::Init(&argc, &argv);   // Takes its --manta_* arguments out of argv.
//     ...
//   }                                                        // Stops here, or at runtime.Shutdown().
//
// What runs is decided by configuration: defaults < file < environment < Options < --manta_FIELD=VALUE <
// --manta_set=TEXT. --manta_help lists all of it.
//
// Shapes    Several runtimes may live in one process; each has its own plugins' objects.
// Threads   Init, Shutdown, moves and the destructor [one-at-a-time]; the rest [any-thread].
// Memory    References live until Shutdown.
// Errors    Error is thrown; its message says where the wrong value stands and what is wanted.
// Crashes   Release every pinned object before Shutdown.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/error.h"
#include "core/interface/object_store.h"
#include "core/kernel/plugin_in_use.h"
#include "core/runtime/memory_pressure.h"
#include "core/runtime/runtime_counts.h"
#include "core/runtime/stored_value.h"

namespace manta {

class Kernel;
class RuntimeShell;

// What a program decides in its source; the user's --manta_* arguments still win. Relative paths start at the user's
// directory, also under `bazel run`.
struct Options {
  std::optional<std::string> config_file = std::nullopt;  // Protobuf text; --manta_config replaces it.
  std::vector<std::string> plugin_path = {};  // Folders with plugins; each is tried in a process of its own.
  std::vector<std::string> set = {};          // Fragments of config text, in order.
  bool strict = false;                        // native_values: NEVER. Finds what works in one process only.
};

class Runtime {
 public:
  explicit Runtime(std::unique_ptr<Kernel> kernel);  // Init makes runtimes.
  Runtime(Runtime&&) noexcept;
  Runtime& operator=(Runtime&&) noexcept;
  ~Runtime();

  // The configured store. Throws kFailedPrecondition after Shutdown, as plugins() and config() do.
  ObjectStore& object_store() const;

  // Makes a value the object `id` of the store, by the configured serializer.
  template <typename T>
  void Put(ObjectId id, const T& value) {
    ThrowIfError(WriteStoredValue(stored_values(), id, StoredTypeOf<T>(), &value));
  }

  // The value of the object `id`. Throws kInvalidArgument when it was put as another type. An Array or a Buffer in it
  // looks at the object, and pins it: Shutdown does not end the plugins before the last of them is gone.
  template <typename T>
  T Get(ObjectId id) {
    T value{};
    ThrowIfError(ReadStoredValue(stored_values(), id, StoredTypeOf<T>(), {}, nullptr, &value));
    return value;
  }

  // What has happened so far: tasks, objects, threads.
  RuntimeCounts counts() const;

  // What stores and native values use of memory_bytes_max, and how short that makes memory.
  MemoryState memory() const;

  // Has the program told when memory becomes short, and when it is not any more: a chance to let go of what it can make
  // again. Called at each change of pressure, and at once if it is not low; on a thread of its own, which may wait and
  // take its time; until Shutdown, so that what it uses has to live as long. What it throws is logged.
  void OnMemoryPressure(std::function<void(const MemoryState& state)> callback);

  // The runtime's metrics, the plugins' and the program's (api/metrics.h), as Prometheus reads them.
  std::string MetricsText() const;

  // Writes what the threads of this process have done lately to a file that Perfetto opens. --manta_timeline=FILE does
  // it at Shutdown. Throws when the file cannot be written.
  void WriteTimeline(const std::string& path) const;

  // Those in use, outer ones before the ones inside them.
  std::vector<PluginInUse> plugins() const;

  // The configuration in effect, as config text; a comment after each value says where it comes from.
  std::string_view config() const;

  // Stops everything, in the reverse order of starting: waits end with an error, tasks that have not started are
  // dropped, those that run are waited for. Values that somebody has a pointer to stay. Returns what has happened by
  // then; a second call does nothing, and returns nothing but zeros.
  RuntimeCounts Shutdown();

 private:
  friend class RuntimeScope;
  Kernel& kernel() const;
  StoredValueParts stored_values() const;

  std::unique_ptr<Kernel> kernel_;
};

// As long as it lives, calls of this thread outside tasks are meant for this runtime, and not for the default one.
class RuntimeScope {
 public:
  explicit RuntimeScope(const Runtime& runtime);
  RuntimeScope(const RuntimeScope&) = delete;
  RuntimeScope& operator=(const RuntimeScope&) = delete;
  ~RuntimeScope();

 private:
  RuntimeShell* const outer_;
};

// Starts a runtime from configuration alone. The first that lives is the process's default one: Put, Task and Actor are
// meant for it.
[[nodiscard]] Runtime Init(const Options& options = {});

// The same, with the user's --manta_* arguments, which are taken out of argv. --manta_help prints and exits.
[[nodiscard]] Runtime Init(int* argc, char*** argv, const Options& options = {});

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
