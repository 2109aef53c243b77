#include "core/config/config_schemas.h"

#include <utility>

#include "core/base/text.h"
#include "core/config/embedded.h"
#include "glog/logging.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"

namespace manta {
namespace {

using google::protobuf::Descriptor;

// Keeps the first thing that a pool has to say about a schema.
class FirstError : public google::protobuf::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (text_.empty()) text_ = Concat(file, ": ", element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string BaseName(std::string_view path) { return std::string(path.substr(path.find_last_of('/') + 1)); }

}  // namespace

// The pool reads from the database, and writes to errors, as types are looked up.
struct ConfigSchemas::Pool {
  google::protobuf::SimpleDescriptorDatabase database;
  FirstError errors;
  google::protobuf::DescriptorPool pool{&database, &errors};

  absl::StatusOr<const Descriptor*> Load(std::string_view schema, const std::string& type) {
    google::protobuf::FileDescriptorSet files;
    if (!files.ParseFromArray(schema.data(), static_cast<int>(schema.size()))) {
      return absl::InvalidArgumentError("its config schema is no FileDescriptorSet: rebuild the plugin");
    }
    std::map<std::string, std::string> seen;
    for (const google::protobuf::FileDescriptorProto& file : files.file()) {
      const auto [known, added] = seen.emplace(file.name(), file.SerializeAsString());
      if (added) {
        if (!database.Add(file)) {
          return MakeStatus(absl::StatusCode::kInvalidArgument, "its config schema contradicts itself in ", file.name(),
                            ": rebuild the plugin");
        }
      } else if (known->second != file.SerializeAsString()) {
        return MakeStatus(absl::StatusCode::kInvalidArgument, "its config schema holds two files named ", file.name(),
                          ": rebuild the plugin");
      }
    }
    const Descriptor* found = pool.FindMessageTypeByName(type);
    if (found == nullptr) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "its config schema has no message ", type,
                        errors.text().empty() ? "" : " (", errors.text(), errors.text().empty() ? "" : ")",
                        ": check config_type in MANTA_PLUGIN and rebuild the plugin");
    }
    return found;
  }
};

ConfigSchemas::ConfigSchemas() {
  auto pool = std::make_unique<Pool>();
  absl::StatusOr<const Descriptor*> loaded = pool->Load(KernelSchema(), "manta.config.v1.KernelConfig");
  CHECK(loaded.ok()) << loaded.status();
  kernel_config_ = *loaded;
  plugin_slot_ = pool->pool.FindMessageTypeByName("manta.config.v1.PluginSlot");
  CHECK(plugin_slot_ != nullptr) << "the kernel's schema has no PluginSlot";
  pools_.push_back(std::move(pool));
}

ConfigSchemas::~ConfigSchemas() = default;

void ConfigSchemas::Add(const PluginRecord& plugin) {
  if (plugin.config_type.empty()) return;
  std::string schema(reinterpret_cast<const char*>(plugin.config_schema.data()), plugin.config_schema.size());
  const auto known = types_.find(plugin.config_type);
  if (known != types_.end()) {
    if (known->second.schema != schema && known->second.descriptor.ok()) {
      known->second.descriptor =
          MakeStatus(absl::StatusCode::kInvalidArgument, plugin.config_type, " means different things in ",
                     BaseName(known->second.library_path), " and ", BaseName(plugin.library_path),
                     ": leave one of them out of the plugin path, or rename the type");
    }
    return;
  }
  auto pool = std::make_unique<Pool>();
  absl::StatusOr<const Descriptor*> loaded = pool->Load(schema, plugin.config_type);
  if (!loaded.ok()) {
    loaded = Annotate(loaded.status(), Concat(BaseName(plugin.library_path), ": ", plugin.name));
  }
  types_.emplace(plugin.config_type, Type{plugin.library_path, std::move(schema), std::move(loaded)});
  pools_.push_back(std::move(pool));
}

absl::StatusOr<const Descriptor*> ConfigSchemas::FindType(std::string_view full_name) const {
  const auto found = types_.find(full_name);
  if (found != types_.end()) return found->second.descriptor;
  std::vector<std::string> known;
  for (const auto& [name, type] : types_) known.push_back(name);
  return MakeStatus(absl::StatusCode::kInvalidArgument, "no plugin has a config type ", Quoted(full_name),
                    DidYouMean(full_name, known), "; known: ", Listed(known));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
