// core/plugin/fingerprint.h -- says with what a binary was built, so that only alike binaries meet.
//
// C++ objects cross the plugin boundary, so both sides must agree on their layout. What decides it is named here
// as one string, "gcc-12/libstdc++abi1/absl20220623/plain", by both sides, from the same macros.
//
// Shapes    compiler and its major version / C++ library and its ABI / Abseil release / sanitizer.
//           UndefinedBehaviorSanitizer changes no layout and counts as plain.
#pragma once

#include <string_view>

#include "absl/base/config.h"

#define MANTA_FINGERPRINT_TEXT(x) #x
#define MANTA_FINGERPRINT_VALUE(x) MANTA_FINGERPRINT_TEXT(x)

namespace manta {

inline constexpr std::string_view kFingerprint =
#if defined(__clang__)
    "clang-" MANTA_FINGERPRINT_VALUE(__clang_major__)
#else
    "gcc-" MANTA_FINGERPRINT_VALUE(__GNUC__)
#endif
#if defined(__GLIBCXX__)
        "/libstdc++abi" MANTA_FINGERPRINT_VALUE(_GLIBCXX_USE_CXX11_ABI)
#else
        "/libc++abi" MANTA_FINGERPRINT_VALUE(_LIBCPP_ABI_VERSION)
#endif
#if defined(ABSL_LTS_RELEASE_VERSION)
            "/absl" MANTA_FINGERPRINT_VALUE(ABSL_LTS_RELEASE_VERSION)
#else
            "/abslhead"
#endif
#if defined(__SANITIZE_ADDRESS__)
                "/asan";
#elif defined(__SANITIZE_THREAD__)
            "/tsan";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    "/asan";
#elif __has_feature(thread_sanitizer)
    "/tsan";
#else
    "/plain";
#endif
#else
    "/plain";
#endif

}  // namespace manta

#undef MANTA_FINGERPRINT_VALUE
#undef MANTA_FINGERPRINT_TEXT

// SPDX-License-Identifier: Apache-2.0
