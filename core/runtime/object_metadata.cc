#include "core/runtime/object_metadata.h"

#include <cstring>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr uint32_t kVersion = 1;

struct Header {
  uint32_t version = kVersion;
  uint32_t format_bytes = 0;
  uint32_t type_name_bytes = 0;
  uint32_t reference_count = 0;
  uint64_t type_signature = 0;
};
static_assert(sizeof(Header) == 24 && sizeof(ObjectId) == 16);

}  // namespace

std::vector<std::byte> EncodeMetadata(const ObjectMetadata& metadata) {
  const Header header = {.format_bytes = static_cast<uint32_t>(metadata.format.size()),
                         .type_name_bytes = static_cast<uint32_t>(metadata.type_name.size()),
                         .reference_count = static_cast<uint32_t>(metadata.references.size()),
                         .type_signature = metadata.type_signature};
  std::vector<std::byte> bytes(sizeof(header) + metadata.references.size_bytes() + metadata.format.size() +
                               metadata.type_name.size());
  std::byte* to = bytes.data();
  const auto append = [&to](const void* from, size_t size_bytes) {
    if (size_bytes != 0) std::memcpy(to, from, size_bytes);
    to += size_bytes;
  };
  append(&header, sizeof(header));
  append(metadata.references.data(), metadata.references.size_bytes());
  append(metadata.format.data(), metadata.format.size());
  append(metadata.type_name.data(), metadata.type_name.size());
  return bytes;
}

absl::StatusOr<ObjectMetadata> ParseMetadata(std::span<const std::byte> bytes, std::vector<ObjectId>& references) {
  Header header;
  if (bytes.size() < sizeof(header)) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "metadata of ", bytes.size(), " bytes, wanted are at least ",
                      sizeof(header), ": the object holds no described value");
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.version != kVersion) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "metadata of version ", header.version, ", wanted is ",
                      kVersion, ": the object holds no described value, or one of another Manta");
  }
  const uint64_t reference_bytes = uint64_t{header.reference_count} * sizeof(ObjectId);
  const uint64_t wanted_bytes = sizeof(header) + reference_bytes + header.format_bytes + header.type_name_bytes;
  if (bytes.size() != wanted_bytes) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "metadata of ", bytes.size(), " bytes, its parts are ",
                      wanted_bytes, ": the object holds no described value");
  }
  const std::byte* from = bytes.data() + sizeof(header);
  references.assign(header.reference_count, ObjectId());
  if (reference_bytes != 0) std::memcpy(references.data(), from, reference_bytes);
  const auto* const texts = reinterpret_cast<const char*>(from + reference_bytes);
  return ObjectMetadata{.format = {texts, header.format_bytes},
                        .type_name = {texts + header.format_bytes, header.type_name_bytes},
                        .type_signature = header.type_signature,
                        .references = references};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
