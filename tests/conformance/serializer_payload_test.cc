// Payloads: what large plain runs promise, and who keeps them.
#include <memory>
#include <string>
#include <vector>

#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

const std::byte* At(const void* address) { return static_cast<const std::byte*>(address); }

bool LiesIn(const void* address, std::span<const std::byte> bytes) {
  return At(address) >= bytes.data() && At(address) < bytes.data() + bytes.size();
}

struct Mixed {
  std::string before = "before";
  Array<float> first = {1, 2, 3};
  std::vector<Array<int32_t>> more = {{4}, {}, {5, 6}};
  Buffer bytes = Buffer::CopyOf(std::as_bytes(std::span("seven eight", 11)));
  std::string after = "after";

  bool operator==(const Mixed& other) const {
    return before == other.before && first == other.first && more == other.more && after == other.after &&
           std::ranges::equal(bytes.bytes(), other.bytes.bytes());
  }
};

class Payloads : public SerializerConformance {
 protected:
  // Whether the format has payloads; a blob is one, then.
  bool FormatHasPayloads() {
    if (!Send(Array<float>{1, 2}).payloads.empty()) return true;
    NoteNotMeasured("the format has no payloads");
    return false;
  }
};

TEST_F(Payloads, BlobsComeBackWithWhatIsAroundThem) { ExpectComesBack(Mixed()); }

TEST_F(Payloads, BlobsAreBorrowedFromTheValue) {
  if (!FormatHasPayloads()) return;
  const Array<float> value = {1, 2, 3};
  EncodedValue sink;
  ASSERT_THAT(serializer().Write(Describe<Array<float>>(), &value, sink), IsOk());
  ASSERT_EQ(sink.payloads().size(), 1u);
  EXPECT_EQ(sink.payloads()[0].data(), At(value.data()));
  EXPECT_EQ(sink.payloads()[0].size(), 3 * sizeof(float));
}

TEST_F(Payloads, LargePlainRunsAreBorrowedFromTheValue) {
  if (!FormatHasPayloads()) return;
  std::vector<int32_t> value(Serializer::kPayloadBytesMin / sizeof(int32_t), 1);
  const auto payloads_of = [&] {
    EncodedValue sink;
    EXPECT_THAT(serializer().Write(Describe<std::vector<int32_t>>(), &value, sink), IsOk());
    return std::vector(sink.payloads().begin(), sink.payloads().end());
  };
  ASSERT_EQ(payloads_of().size(), 1u);
  EXPECT_EQ(payloads_of()[0].data(), At(value.data()));
  value.pop_back();
  EXPECT_EQ(payloads_of().size(), 0u) << "a run of " << value.size() * sizeof(int32_t) << " bytes is a payload";
}

TEST_F(Payloads, ABlobLooksAtItsPayloadInPlaceAndKeepsIt) {
  if (!FormatHasPayloads()) return;
  const Sent sent = Send(Array<float>{1, 2, 3});
  {
    Array<float> copy;
    {
      Array<float> back;
      ASSERT_THAT(Read(sent, back), IsOk());
      EXPECT_EQ(At(back.data()), sent.payloads[0].data());
      EXPECT_GT(keeper().held_count, 0);
      copy = back;
    }
    EXPECT_GT(keeper().held_count, 0) << "a copy still looks at the payload";
    EXPECT_EQ(copy, (Array<float>{1, 2, 3}));
  }
  EXPECT_EQ(keeper().held_count, 0);
}

TEST_F(Payloads, OthersThanBlobsDoNotLookAtThePayload) {
  const std::vector<std::string> value = {std::string(10'000, 'x'), std::string(10, 'y')};
  const Sent sent = Send(value);
  std::vector<std::string> back;
  ASSERT_THAT(Read(sent, back), IsOk());
  EXPECT_EQ(keeper().held_count, 0);
  for (const auto& payload : sent.payloads) EXPECT_FALSE(LiesIn(back[0].data(), payload));
  EXPECT_EQ(back, value);
}

TEST_F(Payloads, WithoutAKeeperBlobsAreCopies) {
  const Mixed value;
  Mixed back;
  {
    const Sent sent = Send(value);
    EXPECT_THAT(serializer().Read(Describe<Mixed>(), sent.source(nullptr), {}, &binder(), &back), IsOk());
    for (const auto& payload : sent.payloads) EXPECT_FALSE(LiesIn(back.first.data(), payload));
  }
  EXPECT_TRUE(back == value) << "it looks at payloads that are gone";
}

TEST_F(Payloads, NoKeeperIsHeldAfterAnError) {
  const Sent sent = Send(Mixed());
  for (size_t size = 0; size < sent.stream.size(); ++size) {
    {
      Mixed back;
      EXPECT_FALSE(Read(std::span(sent.stream).first(size), back, sent.payloads).ok());
    }
    ASSERT_EQ(keeper().held_count, 0) << "the first " << size << " bytes";
  }
}

TEST_F(Payloads, AMissingPayloadIsInvalidArgument) {
  if (!FormatHasPayloads()) return;
  const Sent sent = Send(Mixed());
  for (size_t count = 0; count < sent.payloads.size(); ++count) {
    Mixed back;
    EXPECT_THAT(Read(sent.stream, back, std::span(sent.payloads).first(count)), HasCode(kInvalidArgument))
        << count << " of " << sent.payloads.size() << " payloads";
  }
}

TEST_F(Payloads, APayloadOfAnotherSizeIsInvalidArgument) {
  if (!FormatHasPayloads()) return;
  const Sent sent = Send(Array<float>{1, 2, 3});
  for (const size_t size : {0u, 1u, 4u, 11u}) {
    const std::span<const std::byte> cut[] = {sent.payloads[0].first(size)};
    Array<float> back;
    EXPECT_THAT(Read(sent.stream, back, cut), HasCode(kInvalidArgument)) << size << " bytes for 3 float32";
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
