// api/split.h -- gives each of several results of a task a reference of its own.
//
//   std::tuple<int, std::string> Measure(const Probe& probe);
//   auto [value, unit] = manta::Task<Measure>().RemoteSplit(probe);       // ObjectRef<int>, ObjectRef<std::string>.
//   auto [rest, count] = counter.Task<&Counter::Take>().RemoteSplit(5);   // The same for methods.
//
// With Remote the tuple is one object, which lives as long as any reader needs any part of it.
//
// Shapes    The function returns a std::tuple, std::pair or std::array, or an absl::StatusOr of one; the references
//           come in a std::tuple, or in a std::array.
// Memory    Each result is an object: read, passed on and freed by itself.
// Errors    If the task fails, all its results are that error. Cancel of one ends the task, and so all.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "api/object_ref.h"
#include "core/runtime/split_part.h"

namespace manta::api_internal {

template <typename T>
inline constexpr bool kIsSplittable = false;
template <typename... T>
inline constexpr bool kIsSplittable<std::tuple<T...>> = true;
template <typename A, typename B>
inline constexpr bool kIsSplittable<std::pair<A, B>> = true;
template <typename T, size_t kCount>
inline constexpr bool kIsSplittable<std::array<T, kCount>> = true;

// What is split: a function may return a StatusOr of it.
template <typename Result>
struct SplitOf {
  using type = Result;
};
template <typename T>
struct SplitOf<absl::StatusOr<T>> {
  using type = T;
};

template <typename Result>
constexpr void CheckSplittable() {
  static_assert(kIsSplittable<Result>, "manta: only a std::tuple, std::pair or std::array can be split: use Remote");
}

template <typename T>
inline constexpr bool kIsArray = false;
template <typename T, size_t kCount>
inline constexpr bool kIsArray<std::array<T, kCount>> = true;

template <typename Tuple, size_t... kIndex>
auto MakeParts(TaskState& task, std::optional<Tuple>& results, std::index_sequence<kIndex...>) {
  if constexpr (kIsArray<Tuple>) {
    return std::array{ObjectRef<typename Tuple::value_type>::Adopt(SplitPart<Tuple, kIndex>::New(task, results))...};
  } else {
    return std::tuple{
        ObjectRef<std::tuple_element_t<kIndex, Tuple>>::Adopt(SplitPart<Tuple, kIndex>::New(task, results))...};
  }
}

// References to what the task behind `block` will return. Before it is submitted.
template <typename Tuple, typename Block>
auto SplitRefs(Block& block) {
  return MakeParts<Tuple>(block, block.function().results, std::make_index_sequence<std::tuple_size_v<Tuple>>());
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
