// docs/examples/own_store/own_store.cc -- runs one program twice: with the store that comes with Manta, and with one of
// its own, which config puts in its place.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "own_store -- runs a program with the default object store, and again with the example's own, by config alone.\n"
    "\n"
    "usage: own_store [--values=N] [--help] [--version] [--manta_...]\n"
    "\n"
    "  --values=N     values that pass through the store, 1000 unless given\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Every value goes through serializer and store (native_values: NEVER). The example's own store counts what it is\n"
    "asked for.\n"
    "\n"
    "Exit codes: 0 all went well, 1 Manta reported an error, 2 wrong arguments.\n";

//(begin program)
uint64_t Length(const std::string& text) { return text.size(); }

// What a program does; it knows nothing of stores.
uint64_t RunProgram(uint64_t count) {
  std::vector<manta::ObjectRef<uint64_t>> lengths;
  for (uint64_t i = 0; i < count; ++i) {
    const manta::ObjectRef<std::string> text = manta::Put(std::string(i % 100, 'x'));
    lengths.push_back(manta::Task<Length>().Remote(text));
  }
  uint64_t sum = 0;
  for (const manta::ObjectRef<uint64_t>& length : lengths) sum += *manta::Get(length);
  return sum;
}
//(end program)

std::string StoreOf(const manta::Runtime& runtime) {
  for (const manta::PluginInUse& plugin : runtime.plugins()) {
    if (plugin.slot == "object_store") return std::string(plugin.name);
  }
  return "";
}

//(begin show)
// What a plugin counts stands among the runtime's metrics.
void Show(const manta::Runtime& runtime, uint64_t sum) {
  std::cout << StoreOf(runtime) << ": " << sum << "\n";
  std::istringstream metrics(runtime.MetricsText());
  for (std::string line; std::getline(metrics, line);) {
    if (line.starts_with("manta_counted_store_")) std::cout << "  " << line << "\n";
  }
}
//(end show)

int Run(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  const uint64_t count = arguments.Number("--values", 1000, 1);
  arguments.Finish();

  //(begin config)
  // Beside the program lies libcounted_store.so; a folder of plugins could be given with --manta_plugin_path as well.
  const std::string beside_program = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  manta::Options options = {.plugin_path = {beside_program}, .strict = true};
  uint64_t sum = 0;
  {
    const manta::Runtime runtime = manta::Init(&argc, &argv, options);
    sum = RunProgram(count);
    Show(runtime, sum);
  }

  options.set = {"object_store { name: 'example.object_store.counted' }"};
  const manta::Runtime runtime = manta::Init(options);
  const uint64_t again = RunProgram(count);
  Show(runtime, again);
  //(end config)
  return sum == again ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("own_store", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
