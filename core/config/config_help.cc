#include "core/config/config_help.h"

#include <cctype>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/config/bound_tree.h"
#include "core/config/embedded.h"
#include "glog/logging.h"

namespace manta {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr size_t kWidth = 96;

// The words of `text` in lines of at most kWidth letters, each after six blanks.
std::string Wrapped(std::string_view text) {
  std::string wrapped;
  std::string line;
  auto flush = [&] {
    if (!line.empty()) wrapped += Concat("      ", line, "\n");
    line.clear();
  };
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (line.size() + 1 + word.size() > kWidth) flush();
    line += Concat(line.empty() ? "" : " ", word);
  }
  flush();
  return wrapped;
}

std::string Upper(std::string_view name) {
  std::string upper;
  for (char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

std::string ValueName(const FieldDescriptor& field) {
  if (field.is_map()) return "NAME:AMOUNT[,NAME:AMOUNT...]";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return "PLUGIN";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return "FOLDER[:FOLDER...]";
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return "NUMBER";
  std::string names;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    names += Concat(i == 0 ? "" : "|", field.enum_type()->value(i)->name());
  }
  return names;
}

// What holds when nobody sets the field, or "".
std::string Default(const FieldDescriptor& field, const BoundMessage& defaults) {
  if (const BoundValue* value = FindValue(defaults, field.name())) {
    const BoundValue* name = value->message == nullptr ? value : FindValue(*value->message, "name");
    if (name != nullptr) return name->text;
  }
  return field.has_default_value() && field.enum_type() != nullptr ? field.default_value_enum()->name() : "";
}

std::string Entry(std::string_view argument, std::string_view help, std::string_view fallback,
                  std::string_view variable) {
  std::string facts = variable.empty() ? "" : Concat("Environment: ", variable, ".");
  if (!fallback.empty()) facts = Concat("Default: ", fallback, ". ", facts);
  return Concat("  ", argument, "\n", Wrapped(help), Wrapped(facts));
}

}  // namespace

std::string ConfigHelp(const ConfigSchemas& schemas) {
  const Descriptor& type = schemas.kernel_config();
  absl::StatusOr<std::vector<TextField>> text = ParseTextTree(KernelDefaults(), "defaults.textproto");
  CHECK(text.ok()) << text.status();
  absl::StatusOr<BoundMessage> defaults = Bind(*text, type, schemas);
  CHECK(defaults.ok()) << defaults.status();

  std::string help =
      "Manta's arguments. A later source wins: defaults, config file, environment, the program's options,\n"
      "--manta_FIELD=VALUE, --manta_set=TEXT. Everything after \"--\" is left to the program.\n\n";
  help +=
      Entry("--manta_config=FILE", "A config file: protobuf text of manta.config.v1.KernelConfig.", "", "MANTA_CONFIG");
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    google::protobuf::SourceLocation location;
    const bool documented = field.GetSourceLocation(&location);
    CHECK(documented && !location.leading_comments.empty()) << field.full_name() << " has no comment in kernel.proto";
    help += Entry(Concat("--manta_", field.name(), "=", ValueName(field)), location.leading_comments,
                  Default(field, *defaults), "MANTA_" + Upper(field.name()));
  }
  help += Entry("--manta_set=TEXT",
                "A fragment of config text, put over all of the above; may be given several times. For example "
                "--manta_set='object_store { name: \"manta.object_store.heap\" }'.",
                "", "MANTA_SET");
  help += Entry("--manta_help", "Prints this.", "", "");
  return help;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
