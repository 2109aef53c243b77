#include "core/config/config_layers.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "core/base/text.h"
#include "core/config/embedded.h"

namespace manta {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kVariablePrefix = "MANTA_";

std::string Absolute(std::string_view path, std::string_view folder) {
  const std::filesystem::path joined = std::filesystem::path(folder) / path;
  std::string normal = joined.lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal;
}

std::string VariableOf(std::string_view field) {
  std::string variable(kVariablePrefix);
  for (char c : field) variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

TextValue StringValue(std::string_view text, const Origin& origin) {
  TextValue value;
  value.kind = TextValue::Kind::kString;
  value.origin = origin;
  value.text = text;
  return value;
}

TextField OneValue(std::string_view name, TextValue value) {
  TextField field;
  field.name = name;
  field.origin = value.origin;
  field.values.push_back(std::move(value));
  return field;
}

// Collects one layer from values that are given whole, by environment or flags.
class WholeLayer {
 public:
  explicit WholeLayer(const Descriptor& type) : type_(type) {}

  // A list grows; anything else is replaced.
  absl::Status Set(const std::string& name, std::string_view text, const std::string& source) {
    const FieldDescriptor& field = *type_.FindFieldByName(name);
    if (field.is_map()) return SetAmounts(name, text, source);
    absl::StatusOr<TextValue> value = Value(field, text, source);
    if (!value.ok()) return value.status();
    if (!field.is_repeated()) {
      std::erase_if(layer_.fields, [&](const TextField& given) { return given.name == name; });
    }
    value->origin = {source};
    layer_.fields.push_back(OneValue(name, *std::move(value)));
    return absl::OkStatus();
  }

  // The folders in a list with ":" between them; empty ones are left out.
  void SetPath(std::string_view list, std::string_view folder, const std::string& source) {
    while (!list.empty()) {
      const size_t colon = std::min(list.find(':'), list.size());
      if (colon > 0) {
        absl::Status added = Set("plugin_path", Absolute(list.substr(0, colon), folder), source);
        (void)added;  // Text is always a value of a text field.
      }
      list.remove_prefix(std::min(colon + 1, list.size()));
    }
  }

  // "gpu:2,disk:0.5": a map of amounts by name.
  absl::Status SetAmounts(const std::string& name, std::string_view list, const std::string& source) {
    TextField map;
    map.name = name;
    map.origin = {source};
    while (!list.empty()) {
      const size_t comma = std::min(list.find(','), list.size());
      const std::string_view item = list.substr(0, comma);
      list.remove_prefix(std::min(comma + 1, list.size()));
      const size_t colon = item.rfind(':');
      if (colon == std::string_view::npos) {
        return MakeStatus(absl::StatusCode::kInvalidArgument, source, ": found ", Quoted(item),
                          ", wanted NAME:AMOUNT[,NAME:AMOUNT...]");
      }
      absl::StatusOr<TextValue> amount = ParseTextScalar(item.substr(colon + 1), source);
      if (!amount.ok()) {
        return MakeStatus(absl::StatusCode::kInvalidArgument, source, ": found ", Quoted(item.substr(colon + 1)),
                          ", wanted an amount of ", item.substr(0, colon));
      }
      amount->origin = {source};
      TextValue entry;
      entry.origin = {source};
      entry.fields.push_back(OneValue("key", StringValue(item.substr(0, colon), {source})));
      entry.fields.push_back(OneValue("value", *std::move(amount)));
      map.values.push_back(std::move(entry));
    }
    layer_.fields.push_back(std::move(map));
    return absl::OkStatus();
  }

  ConfigLayer Take() { return std::move(layer_); }

 private:
  static absl::StatusOr<TextValue> Value(const FieldDescriptor& field, std::string_view text,
                                         const std::string& source) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return StringValue(text, {source});
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      TextValue slot;
      slot.origin = {source};
      slot.fields.push_back(OneValue("name", StringValue(text, {source})));
      return slot;
    }
    absl::StatusOr<TextValue> value = ParseTextScalar(text, source);
    if (!value.ok()) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, source, ": found ", Quoted(text), ", wanted one value");
    }
    value->origin = {source};
    return value;
  }

  const Descriptor& type_;
  ConfigLayer layer_;
};

// Makes the folders that a layer of text names absolute.
absl::Status ResolvePluginPath(ConfigLayer& layer, std::string_view folder) {
  for (TextField& field : layer.fields) {
    if (field.name != "plugin_path" || field.bracketed) continue;
    for (TextValue& value : field.values) {
      if (value.kind != TextValue::Kind::kString) continue;  // Bind refuses it, with a better message.
      if (value.text.empty()) return ConfigError(value.origin, "plugin_path is \"\", wanted a folder");
      value.text = Absolute(value.text, folder);
    }
  }
  return absl::OkStatus();
}

class Reader {
 public:
  Reader(const ConfigSources& sources, const ConfigSchemas& schemas, Disk& disk)
      : sources_(sources), type_(schemas.kernel_config()), disk_(disk) {}

  absl::StatusOr<std::vector<ConfigLayer>> Read() {
    absl::Status status = Defaults();
    if (status.ok()) status = CheckCommandLine();
    if (status.ok()) status = File();
    if (status.ok()) status = Environment();
    if (status.ok()) status = Options();
    if (status.ok()) status = CommandLine();
    if (!status.ok()) return status;
    return std::move(layers_);
  }

 private:
  absl::Status Text(std::string_view text, std::string_view source, std::string_view folder) {
    absl::StatusOr<std::vector<TextField>> fields = ParseTextTree(text, source);
    if (!fields.ok()) return fields.status();
    ConfigLayer layer{*std::move(fields)};
    if (absl::Status status = ResolvePluginPath(layer, folder); !status.ok()) return status;
    layers_.push_back(std::move(layer));
    return absl::OkStatus();
  }

  absl::Status Defaults() {
    if (absl::Status status = Text(KernelDefaults(), "default", "/"); !status.ok()) return status;
    for (TextField& field : layers_.back().fields) MakeWhole(field);
    WholeLayer layer(type_);
    if (absl::Status status = layer.Set("memory_bytes_max", Concat(sources_.memory_bytes_max_default),
                                        "default: half of the memory this process may use");
        !status.ok()) {
      return status;
    }
    layers_.push_back(layer.Take());
    return absl::OkStatus();
  }

  // Lines of the default layer mean nothing to a user.
  static void MakeWhole(TextField& field) {
    field.origin.line = 0;
    for (TextValue& value : field.values) {
      value.origin.line = 0;
      for (TextField& inner : value.fields) MakeWhole(inner);
    }
  }

  absl::Status CheckCommandLine() const {
    std::vector<std::string> known = {"config", "help", "set"};
    for (int i = 0; i < type_.field_count(); ++i) known.push_back(type_.field(i)->name());
    for (const CommandLineSetting& setting : sources_.command_line) {
      if (std::find(known.begin(), known.end(), setting.name) == known.end()) {
        std::vector<std::string> flags;
        for (const std::string& name : known) flags.push_back("--manta_" + name);
        const std::string flag = "--manta_" + setting.name;
        return MakeStatus(absl::StatusCode::kInvalidArgument, "unknown argument ", Quoted(flag),
                          DidYouMean(flag, flags), "; known: ", Listed(flags));
      }
      if (!setting.value.has_value() && setting.name != "help") {
        return MakeStatus(absl::StatusCode::kInvalidArgument, "--manta_", setting.name,
                          " has no value, wanted --manta_", setting.name, "=VALUE");
      }
    }
    return absl::OkStatus();
  }

  absl::Status File() {
    std::optional<std::string> path;
    std::string named_by;
    if (const std::string value = Variable("MANTA_CONFIG"); !value.empty()) {
      path = value;
      named_by = "MANTA_CONFIG";
    }
    if (sources_.options.config_file.has_value()) {
      path = sources_.options.config_file;
      named_by = "options.config_file";
    }
    for (const CommandLineSetting& setting : sources_.command_line) {
      if (setting.name != "config") continue;
      path = setting.value;
      named_by = "--manta_config";
    }
    if (!path.has_value()) return absl::OkStatus();
    if (path->empty()) return MakeStatus(absl::StatusCode::kInvalidArgument, named_by, " is empty, wanted a file");
    const std::string absolute = Absolute(*path, sources_.working_directory);
    absl::StatusOr<std::string> text = ReadAll(absolute);
    if (!text.ok()) return Annotate(text.status(), Concat(named_by, ": cannot read the config file ", Quoted(*path)));
    return Text(*text, *path, std::filesystem::path(absolute).parent_path().string());
  }

  absl::StatusOr<std::string> ReadAll(const std::string& path) {
    absl::StatusOr<std::unique_ptr<manta::File>> file = disk_.Open(path, OpenMode::kRead);
    if (!file.ok()) return file.status();
    absl::StatusOr<uint64_t> size_bytes = (*file)->SizeBytes();
    if (!size_bytes.ok()) return size_bytes.status();
    if (*size_bytes > kConfigTextBytesMax) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "it has ", *size_bytes, " bytes, at most ",
                        kConfigTextBytesMax, " are allowed");
    }
    std::string text(*size_bytes, '\0');
    if (absl::Status status = (*file)->ReadAt(0, std::as_writable_bytes(std::span(text))); !status.ok()) return status;
    return text;
  }

  absl::Status Environment() {
    WholeLayer layer(type_);
    for (int i = 0; i < type_.field_count(); ++i) {
      const std::string& name = type_.field(i)->name();
      const std::string variable = VariableOf(name);
      const std::string value = Variable(variable);
      if (value.empty()) continue;
      if (absl::Status status = Whole(layer, name, value, variable); !status.ok()) return status;
    }
    layers_.push_back(layer.Take());
    const std::string fragment = Variable("MANTA_SET");
    if (fragment.empty()) return absl::OkStatus();
    return Text(fragment, "MANTA_SET", sources_.working_directory);
  }

  absl::Status Options() {
    WholeLayer layer(type_);
    for (const std::string& folder : sources_.options.plugin_path) {
      if (folder.empty()) return absl::InvalidArgumentError("options.plugin_path holds \"\", wanted a folder");
      absl::Status status =
          layer.Set("plugin_path", Absolute(folder, sources_.working_directory), "options.plugin_path");
      if (!status.ok()) return status;
    }
    layers_.push_back(layer.Take());
    return Fragments(sources_.options.set, "options.set");
  }

  absl::Status CommandLine() {
    WholeLayer layer(type_);
    std::vector<std::string> fragments;
    for (const CommandLineSetting& setting : sources_.command_line) {
      if (setting.name == "config" || setting.name == "help") continue;
      if (setting.name == "set") {
        fragments.push_back(*setting.value);
        continue;
      }
      absl::Status status = Whole(layer, setting.name, *setting.value, "--manta_" + setting.name);
      if (!status.ok()) return status;
    }
    layers_.push_back(layer.Take());
    return Fragments(fragments, "--manta_set");
  }

  absl::Status Whole(WholeLayer& layer, const std::string& name, std::string_view value, const std::string& source) {
    if (name != "plugin_path") return layer.Set(name, value, source);
    layer.SetPath(value, sources_.working_directory, source);
    return absl::OkStatus();
  }

  // Fragments of one source are told apart by their number, if there are several.
  absl::Status Fragments(const std::vector<std::string>& fragments, const std::string& source) {
    for (size_t i = 0; i < fragments.size(); ++i) {
      const std::string name = fragments.size() == 1 ? source : Concat(source, "#", i + 1);
      if (absl::Status status = Text(fragments[i], name, sources_.working_directory); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::string Variable(const std::string& name) const {
    const auto found = sources_.environment.find(name);
    return found == sources_.environment.end() ? "" : found->second;
  }

  const ConfigSources& sources_;
  const Descriptor& type_;
  Disk& disk_;
  std::vector<ConfigLayer> layers_;
};

}  // namespace

absl::StatusOr<std::vector<ConfigLayer>> ReadLayers(const ConfigSources& sources, const ConfigSchemas& schemas,
                                                    Disk& disk) {
  return Reader(sources, schemas, disk).Read();
}

std::vector<std::string> SuspectVariables(const ConfigSources& sources, const ConfigSchemas& schemas) {
  std::vector<std::string> known = {"CONFIG", "SET"};
  for (int i = 0; i < schemas.kernel_config().field_count(); ++i) {
    known.push_back(VariableOf(schemas.kernel_config().field(i)->name()).substr(kVariablePrefix.size()));
  }
  std::vector<std::string> sentences;
  for (const auto& [variable, value] : sources.environment) {
    if (!variable.starts_with(kVariablePrefix)) continue;
    // Without what all of them share, which would make any two of them alike.
    const std::string name = variable.substr(kVariablePrefix.size());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (DidYouMean(name, known).empty()) continue;
    std::vector<std::string> variables;
    for (const std::string& other : known) variables.push_back(Concat(kVariablePrefix, other));
    sentences.push_back(Concat("there is no variable ", variable, DidYouMean(variable, variables)));
  }
  return sentences;
}

absl::StatusOr<std::vector<PluginFolder>> PluginPath(const std::vector<ConfigLayer>& layers) {
  std::vector<PluginFolder> folders;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    for (const TextField& field : layer->fields) {
      if (field.name != "plugin_path" || field.bracketed) continue;
      for (const TextValue& value : field.values) {
        if (value.kind != TextValue::Kind::kString) {
          return ConfigError(value.origin, "plugin_path is no text, wanted a folder in quotes");
        }
        folders.push_back({value.text, value.origin});
      }
    }
  }
  return folders;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
