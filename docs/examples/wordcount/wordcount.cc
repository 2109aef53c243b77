// docs/examples/wordcount/wordcount.cc -- counts the words of a folder's files: a task for each piece of a file, an
// actor that puts the pieces together in their order, and progress as it goes.
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"
#include "docs/examples/wordcount/words.h"

namespace {

namespace fs = std::filesystem;
using wordcount::Counts;

constexpr std::string_view kHelp =
    "wordcount -- counts the words of a folder's files, with a task for each piece and an actor that adds them up.\n"
    "\n"
    "usage: wordcount [--input=DIR] [--recursive] [--top=N] [--piece_bytes=N] [--quiet]\n"
    "                 [--help] [--version] [--manta_...]\n"
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

struct Wishes {
  std::string input;
  bool recursive = false;
  bool quiet = false;
  uint64_t top = 0;
  uint64_t piece_bytes = 0;
};

Wishes Parse(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  Wishes wishes = {.input = arguments.Text("--input", "DIR"),
                   .recursive = arguments.Flag("--recursive"),
                   .quiet = arguments.Flag("--quiet"),
                   .top = arguments.Number("--top", 10, 0),
                   .piece_bytes = arguments.Number("--piece_bytes", uint64_t{1} << 20, 1)};
  arguments.Finish();
  return wishes;
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Relative paths start where the user is, also under `bazel run`, which starts programs elsewhere.
fs::path FolderOf(Wishes& wishes) {
  if (!wishes.input.empty()) return fs::path(Variable("BUILD_WORKING_DIRECTORY")) / wishes.input;
  wishes.recursive = true;
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
  try {
    if (recursive) {
      AddFiles(fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied), files);
    } else {
      AddFiles(fs::directory_iterator(folder), files);
    }
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error("cannot read " + error.path1().native() + ": " + error.code().message());
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
  Wishes wishes = Parse(argc, argv);
  const manta::Runtime runtime = manta::Init(&argc, &argv);
  const fs::path folder = FolderOf(wishes);
  const std::vector<File> files = FilesOf(folder, wishes.recursive);
  uint64_t byte_count = 0;
  for (const File& file : files) byte_count += file.size_bytes;

  std::vector<std::string> failures;
  std::optional<manta::ProgressView> progress;
  if (!wishes.quiet) progress.emplace("counting bytes", byte_count);
  //(begin submit)
  constexpr size_t kPiecesAhead = 64;  // So many are read before they are needed; memory does not grow with the folder.
  const manta::ActorHandle<Total> total = manta::Actor<Total>().Remote();
  std::deque<manta::ObjectRef<uint64_t>> added;
  const auto take_first = [&] {
    try {
      const uint64_t bytes_so_far = *manta::Get(added.front());
      if (progress) progress->Show({.ready_count = bytes_so_far, .error_count = failures.size()});
    } catch (const manta::ObjectError& error) {  // A file that cannot be read is told at the end, and left out.
      const manta::ErrorPtr record = error.record();
      failures.push_back((record->cause != nullptr ? record->cause : record)->ToString());
    }
    added.pop_front();
  };
  for (const File& file : files) {
    for (uint64_t begin = 0; begin < file.size_bytes; begin += wishes.piece_bytes) {
      const uint64_t size_bytes = std::min(wishes.piece_bytes, file.size_bytes - begin);
      manta::ObjectRef<Counts> piece = manta::Task<CountPiece>().Remote(file.path, begin, size_bytes);
      added.push_back(total.Task<&Total::Add>().Remote(std::move(piece)));
      if (added.size() > kPiecesAhead) take_first();
    }
  }
  while (!added.empty()) take_first();
  const std::shared_ptr<const Counts> counts = manta::Get(total.Task<&Total::Finish>().Remote());
  //(end submit)
  progress.reset();
  for (const std::string& failure : failures) std::cerr << "wordcount: " << failure << "\n";

  uint64_t word_count = 0;
  for (const auto& [word, count] : counts->words) word_count += count;
  ShowTop(*counts, wishes.top);
  std::cout << word_count << " words, " << counts->words.size() << " different ones, in " << files.size()
            << " files of " << folder.lexically_normal().native() << "\n";
  return failures.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("wordcount", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
