// docs/examples/wordcount/wordcount.cc -- counts the words of a folder's files: a task for each piece of a file, an
// actor that puts the pieces together in their order, and progress as it goes.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "docs/examples/wordcount/words.h"

namespace {

namespace fs = std::filesystem;
using wordcount::Counts;

constexpr int kUsageExitCode = 2;

constexpr std::string_view kHelp =
    "wordcount -- counts the words of a folder's files, with a task for each piece and an actor that adds them up.\n"
    "\n"
    "usage: wordcount [--input=DIR] [--recursive] [--top=N] [--piece_bytes=N] [--quiet] [--help] [--manta_...]\n"
    "\n"
    "  --input=DIR        the files of DIR itself, as DIR/* names them: no hidden ones, no folders.\n"
    "                     Without it: all files of this repository (under `bazel run`), or of the current folder\n"
    "  --recursive        the files of all folders below DIR, too; hidden ones are left out\n"
    "  --top=N            shows the N most frequent words, 10 unless given\n"
    "  --piece_bytes=N    bytes that one task counts, 1048576 unless given\n"
    "  --quiet            no progress\n"
    "  --manta_help       lists everything that can be configured\n"
    "\n"
    "Words are those of `LC_ALL=C wc -w`: the total is what `cat DIR/* | LC_ALL=C wc -w` prints.\n"
    "\n"
    "Exit codes: 0 all went well, 1 something could not be read, 2 wrong arguments.\n";

struct Arguments {
  std::string input;
  bool recursive = false;
  bool quiet = false;
  uint64_t top = 10;
  uint64_t piece_bytes = uint64_t{1} << 20;
};

// What people asked for, and what went wrong with it.
struct UsageError {
  std::string message;
};

uint64_t NumberOf(std::string_view name, std::string_view text, uint64_t least) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) {
    throw UsageError{std::string(name) + " is \"" + std::string(text) + "\", and should be a number from " +
                     std::to_string(least) + " on"};
  }
  return number;
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view name = argument.substr(0, argument.find('='));
    const std::string_view value = name.size() < argument.size() ? argument.substr(name.size() + 1) : "";
    const bool has_value = name.size() < argument.size();
    if (name == "--input" && has_value) {
      if (value.empty()) throw UsageError{"--input names no folder: write --input=DIR"};
      arguments.input = value;
    } else if (name == "--top" && has_value) {
      arguments.top = NumberOf(name, value, 0);
    } else if (name == "--piece_bytes" && has_value) {
      arguments.piece_bytes = NumberOf(name, value, 1);
    } else if (argument == "--recursive") {
      arguments.recursive = true;
    } else if (argument == "--quiet") {
      arguments.quiet = true;
    } else {
      throw UsageError{"unknown argument \"" + std::string(argument) + "\"; --help shows what there is"};
    }
  }
  return arguments;
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Relative paths start where the user is, also under `bazel run`, which starts programs elsewhere.
fs::path FolderOf(Arguments& arguments) {
  if (!arguments.input.empty()) return fs::path(Variable("BUILD_WORKING_DIRECTORY")) / arguments.input;
  arguments.recursive = true;
  const std::string repository = Variable("BUILD_WORKSPACE_DIRECTORY");
  return repository.empty() ? fs::current_path() : fs::path(repository);
}

struct File {
  std::string path;
  uint64_t size_bytes = 0;
};

bool Hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

template <typename Entries>
void AddFiles(Entries entries, std::vector<File>& files) {
  for (auto entry = fs::begin(entries); entry != fs::end(entries); ++entry) {
    if constexpr (requires { entry.disable_recursion_pending(); }) {
      if (Hidden(entry->path())) entry.disable_recursion_pending();
    }
    std::error_code error;  // What goes while the folder is read, or leads nowhere, is none of its files.
    if (!entry->is_regular_file(error) || Hidden(entry->path())) continue;
    const uint64_t size_bytes = entry->file_size(error);
    if (!error) files.push_back({entry->path(), size_bytes});
  }
}

// In the order of their names, byte by byte: as LC_ALL=C sorts DIR/*.
std::vector<File> FilesOf(const fs::path& folder, bool recursive) {
  std::vector<File> files;
  if (recursive) {
    AddFiles(fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied), files);
  } else {
    AddFiles(fs::directory_iterator(folder), files);
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

//(begin task)
// One piece of a file. Runs on any worker; what it returns is moved to whoever asked.
Counts CountPiece(const std::string& path, uint64_t begin, uint64_t size_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::string text(size_bytes, '\0');
  if (!file) throw std::system_error(errno, std::generic_category(), path);
  file.seekg(static_cast<std::streamoff>(begin));
  file.read(text.data(), static_cast<std::streamsize>(size_bytes));
  if (!file) throw std::runtime_error(path + " has changed while it was read");
  return wordcount::CountWords(text);
}
//(end task)

//(begin actor)
// Puts pieces together. Its calls run in the order in which they were made, although pieces are counted in any order:
// so a word that begins in one and ends in the next is one word.
class Total {
 public:
  uint64_t Add(const Counts& next) {
    wordcount::Append(total_, next);
    return total_.byte_count;
  }

  Counts Finish() {
    wordcount::Finish(total_);
    return std::move(total_);
  }

 private:
  Counts total_;
};
//(end actor)

// Tells how far it is: at most once for each tenth of the bytes.
class ProgressLine {
 public:
  ProgressLine(uint64_t byte_count, bool quiet) : byte_count_(byte_count), quiet_(quiet) {}

  void Reached(uint64_t bytes) {
    const uint64_t tenth = byte_count_ == 0 ? 10 : bytes * 10 / byte_count_;
    if (quiet_ || tenth <= told_) return;
    told_ = tenth;
    std::cerr << "wordcount: " << std::setw(3) << tenth * 10 << "% of " << byte_count_ << " bytes\n";
  }

 private:
  const uint64_t byte_count_;
  const bool quiet_;
  uint64_t told_ = 0;
};

// Bytes that cannot be printed are shown as numbers.
std::string Shown(const std::string& word) {
  std::ostringstream text;
  for (const char c : word) {
    if (c > ' ' && c < 0x7f) {
      text << c;
    } else {
      text << "\\x" << std::hex << std::setw(2) << std::setfill('0') << (static_cast<unsigned>(c) & 0xffu);
    }
  }
  return text.str();
}

void ShowTop(const Counts& counts, uint64_t top) {
  std::vector<std::pair<std::string_view, uint64_t>> words(counts.words.begin(), counts.words.end());
  const size_t shown = std::min<size_t>(top, words.size());
  std::partial_sort(
      words.begin(), words.begin() + static_cast<std::ptrdiff_t>(shown), words.end(),
      [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  for (size_t i = 0; i < shown; ++i) {
    std::cout << std::setw(10) << words[i].second << "  " << Shown(std::string(words[i].first)) << "\n";
  }
}

int Run(int argc, char** argv) {
  const manta::Runtime runtime = manta::Init(&argc, &argv);
  Arguments arguments = Parse(argc, argv);
  const fs::path folder = FolderOf(arguments);
  const std::vector<File> files = FilesOf(folder, arguments.recursive);
  uint64_t byte_count = 0;
  for (const File& file : files) byte_count += file.size_bytes;

  ProgressLine progress(byte_count, arguments.quiet);
  int exit_code = EXIT_SUCCESS;
  //(begin submit)
  constexpr size_t kPiecesAhead = 64;  // So many are read before they are needed; memory does not grow with the folder.
  const manta::ActorHandle<Total> total = manta::Actor<Total>().Remote();
  std::deque<manta::ObjectRef<uint64_t>> added;
  const auto take_first = [&] {
    try {
      progress.Reached(*manta::Get(added.front()));
    } catch (const manta::ObjectError& error) {  // A file that cannot be read is told, and left out.
      std::cerr << "wordcount: "
                << (error.record()->cause != nullptr ? *error.record()->cause : *error.record()).ToString() << "\n";
      exit_code = EXIT_FAILURE;
    }
    added.pop_front();
  };
  for (const File& file : files) {
    for (uint64_t begin = 0; begin < file.size_bytes; begin += arguments.piece_bytes) {
      const uint64_t size_bytes = std::min(arguments.piece_bytes, file.size_bytes - begin);
      manta::ObjectRef<Counts> piece = manta::Task<CountPiece>().Remote(file.path, begin, size_bytes);
      added.push_back(total.Task<&Total::Add>().Remote(std::move(piece)));
      if (added.size() > kPiecesAhead) take_first();
    }
  }
  while (!added.empty()) take_first();
  const std::shared_ptr<const Counts> counts = manta::Get(total.Task<&Total::Finish>().Remote());
  //(end submit)

  uint64_t word_count = 0;
  for (const auto& [word, count] : counts->words) word_count += count;
  ShowTop(*counts, arguments.top);
  std::cout << word_count << " words, " << counts->words.size() << " different ones, in " << files.size()
            << " files of " << folder.lexically_normal().native() << "\n";
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    if (std::string_view(argv[i]) == "--help" || std::string_view(argv[i]) == "-h") {
      std::cout << kHelp;
      return EXIT_SUCCESS;
    }
  }
  try {
    return Run(argc, argv);
  } catch (const UsageError& error) {
    std::cerr << "wordcount: " << error.message << "\n";
    return kUsageExitCode;
  } catch (const manta::Error& error) {
    std::cerr << "wordcount: " << error.what() << "\n";
  } catch (const fs::filesystem_error& error) {
    std::cerr << "wordcount: cannot read " << error.path1().native() << ": " << error.code().message() << "\n";
  }
  return EXIT_FAILURE;
}

// SPDX-License-Identifier: Apache-2.0
