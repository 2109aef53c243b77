// tests/plugins_bad/workbench.h -- makes bad plugins of good ones, in a folder of the test's own.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>

#include "core/plugin/abi.h"
#include "core/plugin/fingerprint.h"

namespace manta {

// Where the tests find the plugins.
inline constexpr char kPlugins[] = "tests/plugins_bad/";

inline void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The folder, and what is made in there.
class Workbench {
 public:
  Workbench() {
    std::string made = std::string(std::getenv("TEST_TMPDIR")) + "/bad_XXXXXX";
    if (mkdtemp(made.data()) == nullptr) std::abort();
    directory_ = std::filesystem::canonical(made).string();
  }
  ~Workbench() { std::filesystem::remove_all(directory_); }

  const std::string& directory() const { return directory_; }
  std::string File(const std::string& name) const { return directory_ + "/" + name; }

  // Copies a built library; the copy is only ours to write.
  std::string Copy(const std::string& library, const std::string& name = "libbad.so") const {
    const std::string copy = File(name);
    std::filesystem::copy_file(kPlugins + library, copy, std::filesystem::copy_options::overwrite_existing);
    chmod(copy.c_str(), 0600);
    return copy;
  }

  std::string Write(std::string_view content) const {
    std::ofstream(File("libbad.so"), std::ios::binary) << content;
    chmod(File("libbad.so").c_str(), 0600);
    return File("libbad.so");
  }

  // Changes bytes of a copy of the good library.
  std::string Patched(const std::function<void(std::string& bytes)>& patch) const {
    const std::string copy = Copy("libidle.so");
    std::ifstream file(copy, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    patch(bytes);
    return Write(bytes);
  }

  // The same, of its note.
  std::string PatchedNote(const std::function<void(abi::PluginNote& note)>& patch) const {
    return Patched([&](std::string& bytes) {
      const size_t at =
          bytes.find(std::string_view(abi::kNoteMagic, sizeof abi::kNoteMagic)) - offsetof(abi::PluginNote, magic);
      abi::PluginNote note;
      std::memcpy(&note, bytes.data() + at, sizeof note);
      patch(note);
      std::memcpy(bytes.data() + at, &note, sizeof note);
    });
  }

 private:
  std::string directory_;
};

// Puts `other` for a part of our fingerprint into a note.
inline void SetFingerprint(abi::PluginNote& note, std::string_view part, std::string_view other) {
  std::string text(kFingerprint);
  ReplaceAll(text, part, other);
  std::memset(note.fingerprint, 0, sizeof note.fingerprint);
  std::memcpy(note.fingerprint, text.data(), text.size());
}

// The third part of "compiler/C++ library/Abseil/sanitizer".
inline std::string_view OurAbseil() {
  const size_t end = kFingerprint.rfind('/');
  const size_t begin = kFingerprint.rfind('/', end - 1) + 1;
  return kFingerprint.substr(begin, end - begin);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
