#include "core/config/effective_config.h"

#include <charconv>
#include <memory>
#include <utility>

#include "core/base/text.h"
#include "core/config/bind_scalar.h"
#include "core/config/bound_tree.h"
#include "core/config/config_print.h"
#include "core/config/slot_merge.h"
#include "glog/logging.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace manta {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Tells protobuf's parser the types behind an Any: those of the schemas, as Bind found them.
class SchemaFinder : public google::protobuf::TextFormat::Finder {
 public:
  explicit SchemaFinder(const ConfigSchemas& schemas) : schemas_(schemas) {}

  const Descriptor* FindAnyType(const google::protobuf::Message&, const std::string&,
                                const std::string& name) const override {
    absl::StatusOr<const Descriptor*> type = schemas_.FindType(name);
    return type.ok() ? *type : nullptr;
  }

 private:
  const ConfigSchemas& schemas_;
};

class ErrorText : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, int, const std::string& message) override {
    if (text.empty()) text = message;
  }
  std::string text;
};

// What to do with a role whose default plugin is not known.
enum class MissingDefault { kIsError, kLeavesRoleEmpty };

class Resolver {
 public:
  Resolver(const ConfigSchemas& schemas, const PluginRegistry& registry, MissingDefault missing_default)
      : schemas_(schemas), registry_(registry), missing_default_(missing_default) {}

  // Finds the plugins of a slot, fills in what is not given, and makes the bytes.
  absl::StatusOr<EffectiveSlot> Slot(BoundMessage& slot, const Origin& origin, const std::string& path,
                                     std::string_view interface_name, std::string_view default_plugin, int depth) {
    if (depth > kSlotDepthMax) {
      return ConfigError(origin, path, " lies deeper than ", kSlotDepthMax, " plugins inside one another");
    }
    EffectiveSlot effective;
    effective.path = path;
    absl::Status status = Name(slot, origin, interface_name, default_plugin, effective);
    if (status.ok()) status = TypedConfig(slot, origin, effective);
    if (status.ok()) status = GivenRoles(slot, effective, depth);
    if (status.ok()) status = DefaultRoles(slot, effective, depth);
    if (!status.ok()) return status;
    return effective;
  }

 private:
  static BoundField& Field(BoundMessage& message, const char* name) {
    const FieldDescriptor* descriptor = message.type->FindFieldByName(name);
    CHECK(descriptor != nullptr) << message.type->full_name() << " has no field " << name;
    BoundField& field = message.fields[descriptor->number()];
    field.descriptor = descriptor;
    return field;
  }

  absl::Status Name(BoundMessage& slot, const Origin& origin, std::string_view interface_name,
                    std::string_view default_plugin, EffectiveSlot& effective) {
    const BoundValue* given = FindValue(slot, "name");
    effective.origin = given == nullptr ? origin : given->origin;
    if (given == nullptr) {
      if (default_plugin.empty()) return ConfigError(origin, effective.path, " names no plugin, wanted name: \"...\"");
      Field(slot, "name").values.push_back({{"default"}, QuotedForText(default_plugin, true), nullptr});
      given = FindValue(slot, "name");
    }
    const std::string name = SlotName(slot, "");
    effective.plugin = registry_.Find(interface_name, name);
    if (effective.plugin != nullptr) return absl::OkStatus();
    for (const PluginRecord* other : registry_.plugins()) {
      if (other->name != name) continue;
      return ConfigError(given->origin, effective.path, " is ", Quoted(name), ", a plugin for ", other->interface_name,
                         ", wanted one for ", interface_name);
    }
    return Annotate(registry_.Unknown(interface_name, name), given->origin.ToString());
  }

  absl::Status TypedConfig(BoundMessage& slot, const Origin& origin, EffectiveSlot& effective) {
    const std::string& wanted = effective.plugin->config_type;
    const BoundValue* given = FindValue(slot, "typed_config");
    if (given == nullptr) {
      if (wanted.empty()) return absl::OkStatus();
      absl::StatusOr<const Descriptor*> type = schemas_.FindType(wanted);
      if (!type.ok()) return Annotate(type.status(), origin.ToString());
      Field(slot, "typed_config")
          .values.push_back({{"default"}, "", std::make_unique<BoundMessage>(BoundMessage{*type, {}})});
      given = FindValue(slot, "typed_config");
    } else {
      effective.origin = given->origin;
      for (const auto& [number, field] : given->message->fields) {
        if (field.descriptor->is_repeated()) continue;
        effective.field_origins.emplace(field.descriptor->name(), field.values[0].origin);
      }
    }
    if (given->message->type->full_name() != wanted) {
      return ConfigError(given->origin, effective.path, ": typed_config holds ", given->message->type->full_name(),
                         ", but ", effective.plugin->name,
                         wanted.empty() ? " has nothing to configure: leave typed_config out"
                                        : Concat(" wants [", kTypeUrlPrefix, wanted, "]"));
    }
    absl::StatusOr<std::string> bytes = Serialize(*given->message);
    if (!bytes.ok()) return Annotate(bytes.status(), Concat(given->origin.ToString(), ": ", effective.path));
    effective.config = *std::move(bytes);
    return absl::OkStatus();
  }

  // By protobuf's own parser, from text that Bind has checked.
  absl::StatusOr<std::string> Serialize(const BoundMessage& message) {
    google::protobuf::DynamicMessageFactory factory;
    const std::unique_ptr<google::protobuf::Message> built(factory.GetPrototype(message.type)->New());
    SchemaFinder finder(schemas_);
    ErrorText error;
    google::protobuf::TextFormat::Parser parser;
    parser.SetFinder(&finder);
    parser.RecordErrorsTo(&error);
    parser.AllowPartialMessage(true);
    if (!parser.ParseFromString(PlainText(message), built.get())) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "protobuf refuses ", message.type->full_name(), ": ",
                        error.text);
    }
    if (!built->IsInitialized()) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, message.type->name(),
                        " lacks required fields: ", built->InitializationErrorString());
    }
    return built->SerializeAsString();
  }

  absl::Status GivenRoles(BoundMessage& slot, EffectiveSlot& effective, int depth) {
    BoundField& inner = Field(slot, "inner");
    for (BoundValue& entry : inner.values) {
      const std::string role = Unquoted(EntryKey(entry));
      const InnerRoleRecord* record = FindRole(*effective.plugin, role);
      if (record == nullptr) {
        std::vector<std::string> roles;
        for (const InnerRoleRecord& known : effective.plugin->inner_roles) roles.push_back(known.role);
        return ConfigError(entry.origin, effective.plugin->name, " has no inner role ", Quoted(role),
                           DidYouMean(role, roles), "; its roles: ", Listed(roles));
      }
      absl::Status status = Add(entry, *record, effective, depth);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status DefaultRoles(BoundMessage& slot, EffectiveSlot& effective, int depth) {
    for (const InnerRoleRecord& record : effective.plugin->inner_roles) {
      if (record.default_plugin.empty() || effective.inner.contains(record.role)) continue;
      if (missing_default_ == MissingDefault::kLeavesRoleEmpty &&
          registry_.Find(record.interface_name, record.default_plugin) == nullptr) {
        continue;
      }
      BoundField& inner = Field(slot, "inner");
      const Origin origin = {"default of " + effective.plugin->name};
      BoundValue entry{origin, "", std::make_unique<BoundMessage>(BoundMessage{inner.descriptor->message_type(), {}})};
      Field(*entry.message, "key").values.push_back({origin, QuotedForText(record.role, true), nullptr});
      auto made = std::make_unique<BoundMessage>(BoundMessage{slot.type, {}});
      Field(*made, "name").values.push_back({origin, QuotedForText(record.default_plugin, true), nullptr});
      Field(*entry.message, "value").values.push_back({origin, "", std::move(made)});
      AddEntry(inner, std::move(entry));
      absl::Status status = Add(inner.values.back(), record, effective, depth);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Add(BoundValue& entry, const InnerRoleRecord& record, EffectiveSlot& effective, int depth) {
    absl::StatusOr<EffectiveSlot> inner =
        Slot(EntryMessage(entry), entry.origin, Concat(effective.path, ".", record.role), record.interface_name,
             record.default_plugin, depth + 1);
    if (!inner.ok()) return inner.status();
    effective.inner.emplace(record.role, *std::move(inner));
    return absl::OkStatus();
  }

  static const InnerRoleRecord* FindRole(const PluginRecord& plugin, std::string_view role) {
    for (const InnerRoleRecord& record : plugin.inner_roles) {
      if (record.role == role) return &record;
    }
    return nullptr;
  }

  const ConfigSchemas& schemas_;
  const PluginRegistry& registry_;
  const MissingDefault missing_default_;
};

// Schedulers know at most 1,024 threads, spare ones included.
constexpr uint32_t kThreadsMax = 1024;

// More of one resource is not counted exactly.
constexpr double kResourceMax = 1e12;

template <typename Result = uint64_t>
Result Number(const std::string& text) {
  Result number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

absl::Status ReadResources(const BoundMessage& merged, EffectiveConfig& config) {
  const auto found = merged.fields.find(merged.type->FindFieldByName("resources")->number());
  if (found == merged.fields.end()) return absl::OkStatus();
  for (const BoundValue& entry : found->second.values) {
    const std::string name = Unquoted(EntryKey(entry));
    if (name.empty()) return ConfigError(entry.origin, "a resource has no name, wanted key: \"gpu\" or the like");
    const BoundValue& value = EntryScalar(entry);
    const auto amount = Number<double>(value.text);
    if (!(amount >= 0 && amount <= kResourceMax)) {
      return ConfigError(value.origin, "there is ", value.text, " of resource ", name, ", wanted 0 to ", kResourceMax);
    }
    config.resources[name] = amount;
  }
  return absl::OkStatus();
}

absl::Status ReadMemory(const BoundMessage& merged, EffectiveConfig& config) {
  if (const BoundValue* memory = FindValue(merged, "memory_bytes_max")) {
    config.memory_bytes_max = Number(memory->text);
    if (config.memory_bytes_max == 0) return ConfigError(memory->origin, "memory_bytes_max is 0, wanted at least 1");
  }
  const BoundValue* const high = FindValue(merged, "memory_high_percent");
  const BoundValue* const low = FindValue(merged, "memory_low_percent");
  if (high != nullptr) config.memory_high_percent = Number<uint32_t>(high->text);
  if (low != nullptr) config.memory_low_percent = Number<uint32_t>(low->text);
  if (config.memory_high_percent == 0 || config.memory_high_percent > 100) {
    return ConfigError(high->origin, "memory_high_percent is ", high->text, ", wanted 1 to 100");
  }
  if (config.memory_low_percent >= config.memory_high_percent) {
    return ConfigError((low != nullptr ? low : high)->origin, "memory_low_percent is ", config.memory_low_percent,
                       ", wanted less than memory_high_percent, ", config.memory_high_percent);
  }
  if (const BoundValue* timeout = FindValue(merged, "put_timeout_ms")) {
    config.put_timeout_ms = Number<uint32_t>(timeout->text);
  }
  return absl::OkStatus();
}

absl::Status ReadScalars(const BoundMessage& merged, EffectiveConfig& config) {
  if (absl::Status status = ReadMemory(merged, config); !status.ok()) return status;
  const auto read_threads = [&](std::string_view field, uint32_t& count) {
    const BoundValue* const value = FindValue(merged, field);
    if (value == nullptr) return absl::OkStatus();
    const uint64_t number = Number(value->text);
    if (number > kThreadsMax) {
      return ConfigError(value->origin, Concat(field, " is ", number, ", wanted at most ", kThreadsMax));
    }
    count = static_cast<uint32_t>(number);
    return absl::OkStatus();
  };
  if (absl::Status status = read_threads("worker_count", config.worker_count); !status.ok()) return status;
  if (absl::Status status = read_threads("spare_threads_max", config.spare_threads_max); !status.ok()) return status;
  if (absl::Status status = read_threads("threads_max", config.threads_max); !status.ok()) return status;
  if (const BoundValue* pending = FindValue(merged, "pending_tasks_max")) {
    config.pending_tasks_max = Number(pending->text);
    if (config.pending_tasks_max == 0) {
      return ConfigError(pending->origin, "pending_tasks_max is 0, wanted at least 1");
    }
  }
  if (absl::Status status = ReadResources(merged, config); !status.ok()) return status;
  if (const BoundValue* native = FindValue(merged, "native_values"))
    config.native_values_never = native->text == "NEVER";
  if (const BoundValue* bytes = FindValue(merged, "inline_bytes_max")) config.inline_bytes_max = Number(bytes->text);
  if (const BoundValue* inspector = FindValue(merged, "inspector")) config.inspector = inspector->text == "true";
  if (const BoundValue* timeline = FindValue(merged, "timeline")) {
    config.timeline = Unquoted(timeline->text);
    config.timeline_origin = timeline->origin;
  }
  if (const BoundValue* level = FindValue(merged, "log_level")) {
    config.log_level = level->text == "INFO"      ? LogLevel::kInfo
                       : level->text == "WARNING" ? LogLevel::kWarning
                                                  : LogLevel::kError;
  }
  const auto paths = merged.fields.find(merged.type->FindFieldByName("plugin_path")->number());
  if (paths == merged.fields.end()) return absl::OkStatus();
  for (const BoundValue& path : paths->second.values) config.plugin_path.push_back(Unquoted(path.text));
  return absl::OkStatus();
}

}  // namespace

const Origin& EffectiveSlot::OriginOfRefusal(std::string_view message) const {
  std::string_view word = message.substr(0, message.find_first_of(" :"));
  word.remove_prefix(word.rfind('.') + 1);  // All of it without a ".".
  const auto field = field_origins.find(std::string(word));
  return field == field_origins.end() ? origin : field->second;
}

absl::StatusOr<EffectiveConfig> ResolveConfig(const std::vector<ConfigLayer>& layers, const ConfigSchemas& schemas,
                                              const PluginRegistry& registry) {
  BoundMessage merged{&schemas.kernel_config(), {}};
  for (const ConfigLayer& layer : layers) {
    absl::StatusOr<BoundMessage> bound = Bind(layer.fields, schemas.kernel_config(), schemas);
    if (!bound.ok()) return bound.status();
    MergeKernelConfig(merged, *std::move(bound), registry);
  }
  EffectiveConfig config;
  if (absl::Status status = ReadScalars(merged, config); !status.ok()) return status;
  Resolver resolver(schemas, registry, MissingDefault::kIsError);
  for (auto& [number, field] : merged.fields) {
    if (field.descriptor->message_type() != &schemas.plugin_slot()) continue;
    BoundValue& value = field.values[0];
    const std::string& name = field.descriptor->name();
    absl::StatusOr<EffectiveSlot> slot = resolver.Slot(*value.message, value.origin, name, name, "", 1);
    if (!slot.ok()) return slot.status();
    config.slots.emplace(name, *std::move(slot));
  }
  config.text = Concat("# proto-file: core/config/kernel.proto    proto-message: ", merged.type->full_name(), "\n",
                       PrintText(merged));
  config.json = PrintJson(merged);
  return config;
}

absl::StatusOr<EffectiveSlot> ResolveSlotText(std::string_view text, std::string_view source,
                                              std::string_view interface_name, std::string_view default_plugin,
                                              const ConfigSchemas& schemas, const PluginRegistry& registry) {
  absl::StatusOr<std::vector<TextField>> fields = ParseTextTree(text, source);
  if (!fields.ok()) return fields.status();
  absl::StatusOr<BoundMessage> slot = Bind(*fields, schemas.plugin_slot(), schemas);
  if (!slot.ok()) return slot.status();
  const Origin origin = {std::string(source), 1, 1};
  return Resolver(schemas, registry, MissingDefault::kLeavesRoleEmpty)
      .Slot(*slot, origin, std::string(interface_name), interface_name, default_plugin, 1);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
