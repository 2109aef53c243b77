// Versions: a type that has grown, shrunk or changed its order since its bytes were written.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

struct Small {
  int32_t kept = 1;
  std::string name = "small";
  int64_t last = 2;
  bool operator==(const Small&) const = default;
};

// Small, with more fields before, between and after its own.
struct Large {
  Rich added_first;
  int32_t kept = 1;
  std::vector<Tree> added_list = {Tree{9, {}}};
  std::string name = "large";
  int64_t last = 2;
  Array<float> added_last = {7};
};

// Small, in another order.
struct Turned {
  int64_t last = 0;
  int32_t kept = 0;
  std::string name;
};

Large MakeLarge(int32_t kept) {
  Large large;
  large.added_first = MakeRich();
  large.kept = kept;
  large.name = "a name";
  large.last = -5;
  return large;
}

class Versions : public SerializerConformance {
 protected:
  // Whether the plugin says that its format evolves. If not, the caller checks that types are the same; reading must
  // be safe nevertheless.
  template <typename Written, typename Wanted>
  bool Evolves(const Written& written, Wanted wanted) {
    if (Plugin().Has(Serializer::kCapabilityEvolves)) return true;
    EXPECT_THAT(Read(Send(written), wanted), IsOkOrRefused());
    NoteRefused("evolves");
    return false;
  }
};

TEST_F(Versions, AFieldThatTheTypeHasNotIsSkipped) {
  if (!Evolves(MakeLarge(3), Small())) return;
  Small back;
  ASSERT_THAT(Read(Send(MakeLarge(3)), back), IsOk());
  EXPECT_EQ(back, (Small{3, "a name", -5}));
}

TEST_F(Versions, AFieldThatTheBytesHaveNotKeepsItsDefault) {
  if (!Evolves(Small(), Large())) return;
  Large back;
  ASSERT_THAT(Read(Send(Small{3, "a name", -5}), back), IsOk());
  EXPECT_EQ(back.kept, 3);
  EXPECT_EQ(back.name, "a name");
  EXPECT_EQ(back.last, -5);
  EXPECT_TRUE(back.added_first == Rich());
  EXPECT_EQ(back.added_list, (std::vector<Tree>{Tree{9, {}}}));
  EXPECT_EQ(back.added_last, (Array<float>{7}));
}

TEST_F(Versions, FieldsAreFoundInAnyOrder) {
  if (!Evolves(Small(), Turned())) return;
  Turned back;
  ASSERT_THAT(Read(Send(Small{3, "a name", -5}), back), IsOk());
  EXPECT_EQ(back.kept, 3);
  EXPECT_EQ(back.name, "a name");
  EXPECT_EQ(back.last, -5);
}

TEST_F(Versions, StructsInsideContainersEvolveToo) {
  using New = std::map<std::string, std::vector<Large>>;
  using Old = std::map<std::string, std::vector<Small>>;
  New value;
  value["a"].push_back(MakeLarge(1));
  value["a"].push_back(MakeLarge(2));
  value["b"];
  if (!Evolves(value, Old())) return;
  Old back;
  ASSERT_THAT(Read(Send(value), back), IsOk());
  EXPECT_EQ(back, (Old{{"a", {{1, "a name", -5}, {2, "a name", -5}}}, {"b", {}}}));
}

TEST_F(Versions, TruncatedFieldsThatAreSkippedAreInvalidArgument) {
  if (!Evolves(MakeLarge(3), Small())) return;
  const Sent sent = Send(MakeLarge(3));
  for (size_t size = 0; size < sent.stream.size(); ++size) {
    Small back;
    ASSERT_THAT(Read(std::span(sent.stream).first(size), back, sent.payloads), HasCode(kInvalidArgument)) << size;
  }
}

TEST_F(Versions, SelfDescribingBytesNameTheFields) {
  if (!Plugin().Has(Serializer::kCapabilitySelfDescribing)) {
    NoteNotMeasured("the plugin does not declare self_describing");
    return;
  }
  const Sent sent = Send(Small());
  for (const std::string_view name : {"kept", "name", "last"}) {
    const auto bytes = std::as_bytes(std::span(name));
    const auto end = sent.stream.end();
    EXPECT_NE(std::search(sent.stream.begin(), end, bytes.begin(), bytes.end()), end) << name;
  }
}

TEST_F(Versions, SelfDescribingBytesOfAnotherKindAreInvalidArgument) {
  if (!Plugin().Has(Serializer::kCapabilitySelfDescribing)) {
    NoteNotMeasured("the plugin does not declare self_describing");
    return;
  }
  uint64_t number = 0;
  EXPECT_THAT(Read(Send(std::string("seven")), number), HasCode(kInvalidArgument));
  std::vector<std::string> words;
  EXPECT_THAT(Read(Send(int32_t{7}), words), HasCode(kInvalidArgument));
  bool flag = false;
  EXPECT_THAT(Read(Send(std::vector<bool>{true}), flag), HasCode(kInvalidArgument));
  Small small;
  EXPECT_THAT(Read(Send(std::string("small")), small), HasCode(kInvalidArgument));
  int8_t byte = 0;
  EXPECT_THAT(Read(Send(int32_t{300}), byte), HasCode(kInvalidArgument)) << "300 does not fit into an int8";
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
