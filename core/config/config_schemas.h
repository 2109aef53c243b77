// core/config/config_schemas.h -- knows the types that config text may use: the kernel's, and what plugins bring.
//
// Each library's schema lives in a pool of its own, so that two plugins whose proto files have the same name do not
// meet. What must be unique is a config type's full name: it stands in the text and chooses the schema.
//
// Threads   [one-at-a-time] while schemas are added.
// Memory    Descriptors live as long as the ConfigSchemas.
// Errors    Messages name the type, the libraries, and the types that are known.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/plugin/plugin_record.h"
#include "google/protobuf/descriptor.h"

namespace manta {

inline constexpr std::string_view kTypeUrlPrefix = "type.googleapis.com/";

class ConfigSchemas {
 public:
  ConfigSchemas();
  ~ConfigSchemas();
  ConfigSchemas(const ConfigSchemas&) = delete;
  ConfigSchemas& operator=(const ConfigSchemas&) = delete;

  // Takes in a plugin's schema. One that is malformed, or that brings a type another library has brought with
  // another schema, spoils that type alone: FindType says so when it is used.
  void Add(const PluginRecord& plugin);

  // The message of that full name.
  //   kInvalidArgument  no plugin brings it, its schema is malformed, or two libraries disagree about it.
  absl::StatusOr<const google::protobuf::Descriptor*> FindType(std::string_view full_name) const;

  const google::protobuf::Descriptor& kernel_config() const { return *kernel_config_; }
  const google::protobuf::Descriptor& plugin_slot() const { return *plugin_slot_; }

 private:
  struct Pool;
  struct Type {
    std::string library_path;
    std::string schema;
    absl::StatusOr<const google::protobuf::Descriptor*> descriptor;
  };

  std::vector<std::unique_ptr<Pool>> pools_;
  std::map<std::string, Type, std::less<>> types_;
  const google::protobuf::Descriptor* kernel_config_ = nullptr;
  const google::protobuf::Descriptor* plugin_slot_ = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
