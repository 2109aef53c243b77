#include "docs/examples/common/arguments.h"

#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <system_error>

namespace example {

uint64_t Arguments::Number(std::string_view name, uint64_t otherwise, uint64_t least) {
  uint64_t number = otherwise;
  for (size_t i = 0; i < words_.size();) {
    const std::string_view word = words_[i];
    if (!word.starts_with(name) || word.size() == name.size() || word[name.size()] != '=') {
      ++i;
      continue;
    }
    const std::string_view text = word.substr(name.size() + 1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least) {
      throw UsageError{std::string(name) + " is \"" + std::string(text) + "\", and should be a number from " +
                       std::to_string(least) + " on"};
    }
    words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return number;
}

void Arguments::Finish() const {
  if (!words_.empty()) throw UsageError{"unknown argument \"" + words_.front() + "\"; --help shows what there is"};
}

int Main(std::string_view name, std::string_view help, int argc, char** argv,
         const std::function<int(int argc, char** argv)>& run) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    if (std::string_view(argv[i]) == "--help" || std::string_view(argv[i]) == "-h") {
      std::cout << help;
      return EXIT_SUCCESS;
    }
  }
  try {
    return run(argc, argv);
  } catch (const UsageError& error) {
    std::cerr << name << ": " << error.message << "\n";
    return kUsageExitCode;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}

}  // namespace example

// SPDX-License-Identifier: Apache-2.0
