// api/actor_arguments.h -- decides, for a constructor, which references it takes and of which it reads the values.
//
//   Model(manta::Array<float> weights, manta::ObjectRef<Log> log);
//   manta::Actor<Model>().Remote(weights_ref, log_ref);     // Reads the first, takes the second: as the class has it.
//
// A constructor has no address, so its parameters cannot be looked at: what fits is tried. References as they are come
// first, then the values of all, then those of some.
//
// For Manta's own headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "api/object_ref.h"
#include "api/task.h"
#include "core/runtime/argument.h"

namespace manta::api_internal {

template <typename... T>
struct TypeList {};

// An argument whose value is read, if it is a reference and `kRead`; else it is as it is.
template <bool kRead, typename A>
struct ConstructorArgument {
  static constexpr bool kIsReference = ObjectReference<std::remove_cvref_t<A>>;
  static constexpr auto Choose() {
    if constexpr (kIsReference && kRead) {
      return std::type_identity<const typename ReferenceAccess<std::remove_cvref_t<A>>::Value&>();
    } else {
      return std::type_identity<std::decay_t<A>>();
    }
  }
  using Parameter = typename decltype(Choose())::type;
};

template <typename C, typename... A>
struct ConstructorArguments {
  using Indices = std::index_sequence_for<A...>;
  static constexpr uint64_t kNone = UINT64_MAX;

  // Whether C can be made when the values of those in `kRead`, a bit for each, are read.
  template <uint64_t kRead, size_t... kIndex>
  static constexpr bool Fits(std::index_sequence<kIndex...>) {
    return std::is_constructible_v<C, typename ConstructorArgument<(kRead >> kIndex & 1) != 0, A>::Parameter...>;
  }
  template <size_t... kIndex>
  static constexpr uint64_t References(std::index_sequence<kIndex...>) {
    return (uint64_t{0} | ... | (ConstructorArgument<true, A>::kIsReference ? uint64_t{1} << kIndex : 0));
  }
  template <uint64_t kRead, uint64_t kReferences>
  static constexpr uint64_t FirstThatFits() {
    if constexpr (Fits<kRead>(Indices())) {
      return kRead;
    } else if constexpr (kRead == 0) {
      return kNone;
    } else {
      return FirstThatFits<((kRead - 1) & kReferences), kReferences>();
    }
  }
  static constexpr uint64_t Choose() {
    if constexpr (Fits<0>(Indices())) {
      return 0;
    } else {
      constexpr uint64_t kReferences = References(Indices());
      return FirstThatFits<kReferences, kReferences>();
    }
  }
  static constexpr uint64_t kRead = Choose();
  static constexpr bool kFits = kRead != kNone;

  // How each is kept until the constructor runs. REQUIRES: kFits.
  template <size_t... kIndex>
  static auto KeptAs(std::index_sequence<kIndex...>) {
    return TypeList<typename runtime_internal::ArgumentFor<
        typename ConstructorArgument<(kRead >> kIndex & 1) != 0, A>::Parameter, A>::type...>();
  }
  static auto Kept() { return KeptAs(Indices()); }
};

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
