// core/describe/protobuf.h -- makes protobuf messages describable: they write and read their own bytes.
//
//   #include "core/describe/protobuf.h"     // And values may hold messages, of the full or the lite runtime.
//
// Shapes    kMessage, of the format "protobuf". The same message gives the same bytes (maps in order of their keys).
//           Unknown fields are kept; a message that lacks required fields can neither be written nor read.
// Threads   [any-thread].
// Memory    A message is at most 2 GiB, as protobuf limits it.
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>

#include <climits>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/describe/kind.h"
#include "core/interface/type_descriptor.h"

namespace manta {
namespace describe_internal {

// The message is MessageLite and not its own type: one set of functions serves all.
struct ProtobufThunks {
  using Message = google::protobuf::MessageLite;

  template <typename M>
  static uint64_t SizeBytes(const void* message) noexcept {
    return AsLite<M>(message).ByteSizeLong();
  }

  template <typename M>
  static bool Write(const void* message, std::span<std::byte> out) noexcept {
    return WriteLite(AsLite<M>(message), out);
  }

  template <typename M>
  static bool Read(void* message, std::span<const std::byte> bytes) noexcept {
    return ReadLite(*static_cast<M*>(message), bytes);
  }

 private:
  template <typename M>
  static const Message& AsLite(const void* message) {
    return *static_cast<const M*>(message);
  }

  static bool WriteLite(const Message& message, std::span<std::byte> out) {
    if (out.size() > INT_MAX || !message.IsInitialized()) return false;
    try {
      google::protobuf::io::ArrayOutputStream array(out.data(), static_cast<int>(out.size()));
      google::protobuf::io::CodedOutputStream stream(&array);
      stream.SetSerializationDeterministic(true);
      message.SerializeWithCachedSizes(&stream);
      return !stream.HadError() && stream.ByteCount() == static_cast<int>(out.size());
    } catch (...) {
      return false;
    }
  }

  static bool ReadLite(Message& message, std::span<const std::byte> bytes) {
    if (bytes.size() > INT_MAX) return false;
    try {
      // Not ParseFromArray, which logs an error when required fields are missing.
      return message.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())) && message.IsInitialized();
    } catch (...) {
      return false;
    }
  }
};

}  // namespace describe_internal

template <typename M>
requires std::derived_from<M, google::protobuf::MessageLite>
struct MessageTraits<M> {
  using Thunks = describe_internal::ProtobufThunks;
  static constexpr MessageOps kOps = {
      .format = "protobuf", .size_bytes = &Thunks::SizeBytes<M>, .write = &Thunks::Write<M>, .read = &Thunks::Read<M>};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
