// core/describe/standard_types.h -- knows the standard's types that are not containers: by template, and by conversion.
//
// Threads   Compile-time, and conversions that are [any-thread].
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/describe/codec.h"

namespace manta::describe_internal {

// Wire types of the standard's types that are converted; user types name theirs in a Codec.
template <typename T>
struct StandardCodec;

template <typename Rep, typename Period>
struct StandardCodec<std::chrono::duration<Rep, Period>> {
  using Wire = Rep;
  using Duration = std::chrono::duration<Rep, Period>;
  static Wire ToWire(const Duration& duration) { return duration.count(); }
  static std::optional<Duration> FromWire(Wire count) { return Duration(count); }
};

template <typename Clock, typename Duration>
struct StandardCodec<std::chrono::time_point<Clock, Duration>> {
  using Wire = typename Duration::rep;
  using TimePoint = std::chrono::time_point<Clock, Duration>;
  static Wire ToWire(const TimePoint& time) { return time.time_since_epoch().count(); }
  static std::optional<TimePoint> FromWire(Wire count) { return TimePoint(Duration(count)); }
};

template <size_t kBits>
struct StandardCodec<std::bitset<kBits>> {
  using Wire = std::string;
  static Wire ToWire(const std::bitset<kBits>& bits) { return bits.to_string(); }
  static std::optional<std::bitset<kBits>> FromWire(const Wire& text) {
    if (text.size() != kBits || text.find_first_not_of("01") != Wire::npos) return std::nullopt;
    return std::bitset<kBits>(text);
  }
};

template <typename T>
concept HasStandardCodec = requires {
  typename StandardCodec<T>::Wire;
};

template <typename T>
struct CodecFor : StandardCodec<T> {};
template <HasCodec T>
struct CodecFor<T> : Codec<T> {};

template <typename T>
struct IsTuple : std::false_type {};
template <typename... T>
struct IsTuple<std::tuple<T...>> : std::true_type {};
template <typename A, typename B>
struct IsTuple<std::pair<A, B>> : std::true_type {};

template <typename T>
struct IsStdArray : std::false_type {};
template <typename T, size_t kCount>
struct IsStdArray<std::array<T, kCount>> : std::true_type {};

template <typename T>
struct IsComplex : std::false_type {};
template <typename T>
struct IsComplex<std::complex<T>> : std::true_type {};

template <typename T>
struct IsSmartPointer : std::false_type {};
template <typename T>
struct IsSmartPointer<std::shared_ptr<T>> : std::true_type {};
template <typename T>
struct IsSmartPointer<std::weak_ptr<T>> : std::true_type {};

template <typename T>
struct IsSpan : std::false_type {};
template <typename T, size_t kExtent>
struct IsSpan<std::span<T, kExtent>> : std::true_type {};
template <typename C, typename Traits>
struct IsSpan<std::basic_string_view<C, Traits>> : std::true_type {};

template <typename T>
struct IsUniqueArrayOrDeleter : std::false_type {};
template <typename T, typename D>
struct IsUniqueArrayOrDeleter<std::unique_ptr<T, D>>
    : std::bool_constant<std::is_array_v<T> || !std::is_same_v<D, std::default_delete<T>>> {};

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
