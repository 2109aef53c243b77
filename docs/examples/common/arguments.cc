#include "docs/examples/common/arguments.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <system_error>

#include "api/error.h"
#include "api/version.h"
#include "core/base/output.h"
#include "core/base/text.h"

namespace example {
namespace {

constexpr std::string_view kHelpHint = "; --help shows what there is";

int Guarded(std::string_view name, int argc, char** argv, const std::function<int(int argc, char** argv)>& run) {
  try {
    return run(argc, argv);
  } catch (const UsageError& error) {
    std::cerr << name << ": " << error.message << "\n";
    return kUsageExitCode;
  } catch (const manta::Error& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return error.code() == absl::StatusCode::kInvalidArgument ? kUsageExitCode : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}

// What is asked before anything else, or nothing.
std::optional<std::string> Answer(std::string_view name, std::string_view help, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") break;
    if (argument == "--help" || argument == "-h") return std::string(help);
    if (argument == "--version") return manta::Concat(name, ", Manta ", manta::kVersion, "\n");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Arguments::Take(std::string_view name, std::string_view what) {
  known_.emplace_back(name);
  std::optional<std::string> text;
  std::erase_if(words_, [&](std::string_view word) {
    if (word == name) throw UsageError{manta::Concat(name, " has no value: write ", name, "=", what)};
    if (!word.starts_with(name) || word[name.size()] != '=') return false;
    text = word.substr(name.size() + 1);
    return true;
  });
  return text;
}

uint64_t Arguments::Number(std::string_view name, uint64_t otherwise, uint64_t least) {
  const std::optional<std::string> text = Take(name, "N");
  if (!text.has_value()) return otherwise;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < least) {
    throw UsageError{manta::Concat(name, " is ", manta::Quoted(*text), ", and should be a number from ", least, " on")};
  }
  return number;
}

std::string Arguments::Text(std::string_view name, std::string_view what) {
  const std::optional<std::string> text = Take(name, what);
  if (text.has_value() && text->empty()) throw UsageError{manta::Concat(name, " is empty: write ", name, "=", what)};
  return text.value_or("");
}

bool Arguments::Flag(std::string_view name) {
  known_.emplace_back(name);
  return std::erase(words_, name) > 0;
}

void Arguments::Finish() {
  std::erase_if(words_, [](const std::string& word) { return word.starts_with("--manta_"); });
  FinishWithoutInit();
}

void Arguments::FinishWithoutInit() const {
  if (words_.empty()) return;
  const std::string& word = words_.front();
  const std::string near = manta::DidYouMean(word.substr(0, word.find('=')), known_);
  throw UsageError{manta::Concat("unknown argument ", manta::Quoted(word), near.empty() ? kHelpHint : near)};
}

int Main(std::string_view name, std::string_view help, int argc, char** argv,
         const std::function<int(int argc, char** argv)>& run) {
  int code = EXIT_SUCCESS;
  if (const std::optional<std::string> answer = Answer(name, help, argc, argv)) {
    std::cout << *answer;
  } else {
    code = Guarded(name, argc, argv, run);
  }
  return manta::EndOutput(name, code);
}

}  // namespace example

// SPDX-License-Identifier: Apache-2.0
