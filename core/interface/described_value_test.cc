#include "core/interface/described_value.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

// Holds more than it shows.
class Hidden {
 public:
  explicit Hidden(double radians) : shown_(radians) {}

 private:
  Angle shown_;
  std::string not_shown_;
  MANTA_DESCRIBE(Hidden, shown_)
};

TEST(DescribedValueTest, WhatShowsAllItsPartsCanBeMade) {
  EXPECT_TRUE(IsBuildable(Describe<int32_t>()));
  EXPECT_TRUE(IsBuildable(Describe<Rich>()));
  EXPECT_TRUE(IsBuildable(Describe<Angle>()));
  EXPECT_TRUE(IsBuildable(Describe<Sector>()));
  EXPECT_TRUE((IsBuildable(Describe<std::array<Sector, 2>>())));
  EXPECT_TRUE(IsBuildable(Describe<std::vector<Hidden>>()));  // An empty one.
  EXPECT_FALSE(IsBuildable(Describe<Hidden>()));
  EXPECT_FALSE((IsBuildable(Describe<std::array<Hidden, 2>>())));
  EXPECT_FALSE((IsBuildable(Describe<std::variant<Angle, int32_t>>())));
}

struct Counted {
  Counted() { ++count; }
  ~Counted() { --count; }
  inline static int count = 0;
  char size[200];
};

TEST(DescribedValueTest, ATemporaryDestroysWhatWasMadeInItOnce) {
  const TypeDescriptor& text = Describe<std::string>();
  TypeDescriptor counted;  // Too large for the stack.
  counted.size_bytes = sizeof(Counted);
  counted.alignment_bytes = 128;
  counted.destroy = [](void* value) noexcept { static_cast<Counted*>(value)->~Counted(); };
  {
    TemporaryValue never_made(counted);
    TemporaryValue made(counted);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(made.memory()) % 128, 0u);
    new (made.memory()) Counted();
    made.set_made();
    TemporaryValue ended(counted);
    new (ended.memory()) Counted();
    ended.set_made();
    ended.Destroy();
    EXPECT_EQ(Counted::count, 1);
    TemporaryValue small(text);
    ASSERT_TRUE(text.construct(small.memory()));
    small.set_made();
    *static_cast<std::string*>(small.memory()) = std::string(100, 'x');
  }
  EXPECT_EQ(Counted::count, 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
