// core/describe/msgpack.h -- makes types with MSGPACK_DEFINE, MSGPACK_DEFINE_ARRAY or MSGPACK_DEFINE_MAP describable.
//
// Classes that msgpack-cxx already knows need no second list of their fields. The macros give them a function that
// hands each member to a packer; here the packer notes where the members are and what they are.
//
//   class Money {
//    public:
//     MSGPACK_DEFINE_MAP(cents_, currency_)    // kStruct with two named fields; MSGPACK_DEFINE: without names.
//    private: ...
//   };
//   #include "core/describe/msgpack.h"         // Wherever Money is described: beside Money is best.
//
// Shapes    kStruct. A base (MSGPACK_BASE) is a field. MANTA_DESCRIBE in the same class wins.
// Threads   As Describe.
// Limits    Members lie in the value, and hold no ObjectRef and no LocalOnly, which MANTA_DESCRIBE allows. The type has
//           a default value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/describe/describe.h"
#include "core/interface/type_descriptor.h"

namespace manta {
namespace describe_internal {

// A packer that packs nothing.
class FieldNoter {
 public:
  // Puts the fields' names into `names`.
  FieldNoter(const void* value, std::deque<std::string>& names)
      : value_(static_cast<const std::byte*>(value)), names_(names) {}

  void pack_array(uint32_t) {}
  void pack_map(uint32_t) { named_ = true; }

  template <typename T>
  void pack(const T& item) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      // A map alternates names and members; each name is kept, as long as the type lives.
      if (named_ && names_.size() == fields_.size()) {
        names_.emplace_back(item);
        return;
      }
    }
    static_assert(!kContainsRefs<T> && !kContainsLocalOnly<T>,
                  "manta: a MSGPACK_DEFINE type holds an ObjectRef or a LocalOnly, which would not be found: name its "
                  "fields with MANTA_DESCRIBE(Type, fields...)");
    const auto* const member = reinterpret_cast<const std::byte*>(std::addressof(item));
    fields_.push_back({.name = named_ ? std::string_view(names_.back()) : std::string_view(),
                       .offset_bytes = static_cast<uint64_t>(member - value_),
                       .type = &Describe<T>});
  }

  std::vector<FieldDescriptor> TakeFields() { return std::move(fields_); }

 private:
  const std::byte* const value_;
  bool named_ = false;  // Set by pack_map.
  std::deque<std::string>& names_;
  std::vector<FieldDescriptor> fields_;
};

template <typename T>
concept HasMsgpackDefine = std::is_class_v<T> && requires(const T& value, FieldNoter& noter) {
  value.msgpack_pack(noter);
};

}  // namespace describe_internal

template <typename T>
requires describe_internal::HasMsgpackDefine<T>
struct StructTraits<T> {
  static std::vector<FieldDescriptor> Fields() {
    static_assert(std::is_default_constructible_v<T>,
                  "manta: a MSGPACK_DEFINE type has no default value: give it one, or write a manta::Codec");
    const T value{};
    static std::deque<std::string>& names = *new std::deque<std::string>;  // Never destroyed, as descriptors are not.
    describe_internal::FieldNoter noter(&value, names);
    value.msgpack_pack(noter);
    return noter.TakeFields();
  }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
