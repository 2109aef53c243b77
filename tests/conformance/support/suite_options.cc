#include "tests/conformance/support/suite_options.h"

#include <charconv>
#include <optional>

#include "core/base/text.h"

namespace manta::conformance {
namespace {

// The text after "--name=", or nothing when `argument` is another option.
std::optional<std::string_view> Value(std::string_view argument, std::string_view name) {
  if (!argument.starts_with("--")) return std::nullopt;
  argument.remove_prefix(2);
  if (!argument.starts_with(name)) return std::nullopt;
  argument.remove_prefix(name.size());
  if (!argument.starts_with('=')) return std::nullopt;
  return argument.substr(1);
}

absl::StatusOr<uint64_t> ParseSeed(std::string_view text) {
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return seed;
  return MakeStatus(absl::StatusCode::kInvalidArgument, "--seed=", Quoted(text), ": wanted is a number below 2^64");
}

const std::vector<std::string>& KnownOptions() {
  static const std::vector<std::string> known = {"--config", "--help", "--plugin", "--plugin_path",
                                                 "--seed",   "--slow", "--version"};
  return known;
}

}  // namespace

absl::StatusOr<SuiteOptions> ParseSuiteOptions(std::span<const char* const> arguments) {
  SuiteOptions options;
  for (const std::string_view argument : arguments) {
    if (argument.starts_with("--gtest_")) continue;
    if (argument == "--help" || argument == "-h") {
      options.help = true;
    } else if (argument == "--version") {
      options.version = true;
    } else if (argument == "--slow") {
      options.slow = true;
    } else if (const auto config = Value(argument, "config")) {
      options.config_path = *config;
    } else if (const auto name = Value(argument, "plugin")) {
      options.plugin_name = *name;
    } else if (const auto path = Value(argument, "plugin_path")) {
      options.plugin_paths.emplace_back(*path);
    } else if (const auto seed = Value(argument, "seed")) {
      absl::StatusOr<uint64_t> parsed = ParseSeed(*seed);
      if (!parsed.ok()) return parsed.status();
      options.seed = *parsed;
    } else if (argument.starts_with('-')) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "unknown option ", Quoted(argument),
                        DidYouMean(argument.substr(0, argument.find('=')), KnownOptions()),
                        " (options are written --name=value; --help lists them)");
    } else if (!options.library_path.empty()) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "two libraries, ", Quoted(options.library_path), " and ",
                        Quoted(argument), ": give one");
    } else {
      options.library_path = argument;
    }
  }
  if (!options.help && !options.version && options.library_path.empty()) {
    return MakeStatus(absl::StatusCode::kInvalidArgument,
                      "no library: give the plugin's .so file (--help lists all arguments)");
  }
  return options;
}

std::string SuiteUsage(std::string_view interface_name) {
  return Concat("usage: ", interface_name, " LIBRARY.so [options]\n\n",
                "Checks a plugin against each sentence of core/interface/", interface_name, ".h.\n\n",
                "  --config=FILE       a slot (manta.config.v1.PluginSlot, text) in place of the plugin's defaults\n"
                "  --plugin=NAME       which plugin, when the library holds several of this interface\n"
                "  --plugin_path=DIR   where plugins for its inner roles are; may be given more than once\n"
                "  --seed=N            what random calls are drawn from (1); a failure prints it\n"
                "  --slow              the long tests as well\n"
                "  --version           prints what plugins it fits: interface, ABI, fingerprint\n"
                "  --gtest_filter=...  GoogleTest's options: --gtest_list_tests, --gtest_output=json:FILE, ...\n\n"
                "Exit codes: 0 conforms, 1 does not, 2 wrong usage, the library cannot be loaded, or nothing\n"
                "written of what was to be printed.\n");
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
