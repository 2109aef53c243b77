#include "core/base/thread_stack.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdint>
#include <cstring>

namespace manta {
namespace {

[[gnu::noinline]] uint64_t Deeper(int levels) {
  volatile char frame[4096];
  std::memset(const_cast<char*>(frame), levels, sizeof(frame));
  return levels == 0 ? ThreadStackBytesLeft() : Deeper(levels - 1) + (frame[0] == 127 ? 1 : 0);
}

TEST(ThreadStackTest, FallsByWhatIsUsed) {
  const uint64_t before = Deeper(0);
  const uint64_t after = Deeper(20);
  EXPECT_GE(before - after, 20u * 4096);
  EXPECT_LE(before - after, 20u * 64 * 1024);
}

TEST(ThreadStackTest, KnowsTheSizeOfAThreadsStack) {
  constexpr uint64_t kStackBytes = uint64_t{8} << 20;  // A sanitizer takes most of a megabyte for itself.
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kStackBytes), 0);
  uint64_t left = 0;
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, &attributes,
                [](void* out) -> void* {
                  *static_cast<uint64_t*>(out) = ThreadStackBytesLeft();
                  return nullptr;
                },
                &left),
            0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
  EXPECT_LT(left, kStackBytes);
  EXPECT_GT(left, kStackBytes / 2);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
