// Fuzzes the config loader: any text gives a checked configuration or a sentence, in bounded memory; and what we
// accept, protobuf's own parser accepts, too.
//
//   ./bazelw build --config=fuzz //tests/fuzz:config_text_fuzzer
//   bazel-bin/tests/fuzz/config_text_fuzzer -runs=1000000 -max_len=4096 DIRECTORY tests/fuzz/corpus/config_text
//
// The first byte chooses the type: the kernel's config, or google.protobuf.FileDescriptorProto, which has a field of
// nearly each kind and is recursive.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/config/bound_tree.h"
#include "core/config/config_print.h"
#include "core/config/config_schemas.h"
#include "core/config/text_tree.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void RequireSentence(const absl::Status& status) {
  const std::string message(manta::ToStd(status.message()));
  Require(status.code() == absl::StatusCode::kInvalidArgument);
  Require(message.starts_with("fuzz:") && message.find('\n') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const manta::ConfigSchemas schemas;
  if (size == 0) return 0;
  const google::protobuf::Descriptor& type =
      data[0] == 'k' ? schemas.kernel_config() : *google::protobuf::FileDescriptorProto::descriptor();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

  const auto tree = manta::ParseTextTree(text, "fuzz");
  if (!tree.ok()) {
    RequireSentence(tree.status());
    return 0;
  }
  absl::StatusOr<manta::BoundMessage> bound = manta::Bind(*tree, type, schemas);
  if (!bound.ok()) {
    RequireSentence(bound.status());
    return 0;
  }
  // Protobuf agrees, and our printed form means the same.
  google::protobuf::DynamicMessageFactory factory;
  const std::unique_ptr<google::protobuf::Message> plain(factory.GetPrototype(&type)->New());
  const std::unique_ptr<google::protobuf::Message> again(factory.GetPrototype(&type)->New());
  google::protobuf::TextFormat::Parser parser;
  parser.AllowPartialMessage(true);
  Require(parser.ParseFromString(manta::PlainText(*bound), plain.get()));
  const std::string printed = manta::PrintText(*bound);
  const auto printed_tree = manta::ParseTextTree(printed, "printed");
  if (!printed_tree.ok()) {
    // Defaults make text longer; only that may be too much.
    Require(printed.size() > manta::kConfigTextBytesMax);
    return 0;
  }
  absl::StatusOr<manta::BoundMessage> printed_bound = manta::Bind(*printed_tree, type, schemas);
  Require(printed_bound.ok());
  Require(manta::PrintJson(*bound).size() > 0);
  // Merged over itself, a configuration with neither lists nor defaults changed is the same text.
  manta::Merge(*bound, *manta::Bind(*tree, type, schemas));
  Require(parser.ParseFromString(manta::PlainText(*bound), again.get()));
  Require(plain->SerializeAsString() == again->SerializeAsString());
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
