// References inside values: noted when written, bound when read.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/serializer_fixture.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Link To(uint64_t number) { return Link{ObjectId::ForTest(number)}; }
constexpr ObjectId Id(uint64_t number) { return ObjectId::ForTest(number); }

struct Nested {
  Link here = To(1);
  std::vector<std::map<std::string, std::optional<Link>>> deep = {
      {{"a", To(2)}, {"b", std::nullopt}}, {}, {{"c", To(3)}}};
  std::unique_ptr<Link> owned = std::make_unique<Link>(To(4));
  std::variant<std::monostate, Link> choice = To(5);
  std::string text = "and text";
};

class References : public SerializerConformance {};

TEST_F(References, AreNotedWhenWritten) {
  EXPECT_THAT(Send(To(7)).references, ElementsAre(Id(7)));
  EXPECT_THAT(Send(Nested()).references, UnorderedElementsAre(Id(1), Id(2), Id(3), Id(4), Id(5)));
  EXPECT_THAT(Send(std::vector<Link>()).references, IsEmpty());
  EXPECT_THAT(Send(std::string(16, 'r')).references, IsEmpty());
}

TEST_F(References, AreBoundToWhatTheyReferredTo) {
  const Sent sent = Send(Nested());
  Nested back = {.here = To(0), .deep = {}, .owned = nullptr, .choice = {}, .text = ""};
  ASSERT_THAT(Read(sent, back), IsOk());
  EXPECT_EQ(back.here.id, Id(1));
  ASSERT_EQ(back.deep.size(), 3u);
  EXPECT_EQ(back.deep[0].at("a"), To(2));
  EXPECT_EQ(back.deep[0].at("b"), std::nullopt);
  EXPECT_EQ(back.deep[2].at("c"), To(3));
  ASSERT_NE(back.owned, nullptr);
  EXPECT_EQ(*back.owned, To(4));
  EXPECT_EQ(std::get<Link>(back.choice), To(5));
  EXPECT_THAT(binder().bound, UnorderedElementsAre(Id(1), Id(2), Id(3), Id(4), Id(5)));
}

TEST_F(References, EveryPatternOfAnIdComesBack) {
  const Link value = {ObjectId(/*worker=*/UINT64_MAX, /*sequence=*/(uint64_t{1} << 48) - 1, /*return_index=*/0xfffe)};
  Link back;
  ASSERT_THAT(Read(Send(value), back), IsOk());
  EXPECT_EQ(back, value);
}

TEST_F(References, ABinderThatRefusesIsInvalidArgument) {
  const Sent sent = Send(std::vector<Link>{To(1), To(2)});
  binder().refuses = true;
  std::vector<Link> back;
  EXPECT_THAT(Read(sent, back), HasCode(kInvalidArgument));
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
