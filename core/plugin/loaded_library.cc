#include "core/plugin/loaded_library.h"

#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <string_view>
#include <system_error>

#include "core/base/text.h"

namespace manta {
namespace {

// Boost.DLL hands mode bits on as they are, but has no name for this one.
constexpr auto kLoadMode = static_cast<boost::dll::load_mode::type>(
    static_cast<unsigned>(boost::dll::load_mode::rtld_now) | static_cast<unsigned>(boost::dll::load_mode::rtld_local) |
    static_cast<unsigned>(RTLD_NODELETE));

// The loader's last error without the library's path, which the caller names already; dlerror clears it.
std::string LoaderError(const std::string& path) {
  const char* text = dlerror();
  if (text == nullptr) return "the system gives no reason";
  std::string_view reason = text;
  if (reason.starts_with(path + ": ")) reason.remove_prefix(path.size() + 2);
  return std::string(reason);
}

}  // namespace

absl::StatusOr<const abi::PluginManifest*> LoadManifest(const std::string& path) {
  std::error_code error;
  const boost::dll::shared_library library(boost::dll::fs::path(path), kLoadMode, error);
  if (error) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "cannot be loaded: ", LoaderError(path),
                      ": link all that it needs into it");
  }
  if (!library.has(abi::kManifestSymbol)) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "exports no ", abi::kManifestSymbol,
                      ": link it with manta_plugin(), or export what MANTA_PLUGIN defines");
  }
  return &library.get<const abi::PluginManifest>(abi::kManifestSymbol);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
