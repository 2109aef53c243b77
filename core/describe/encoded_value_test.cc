#include "core/describe/encoded_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "core/base/buffer.h"

namespace manta {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::span<const std::byte> Bytes(const std::vector<uint8_t>& bytes) { return std::as_bytes(std::span(bytes)); }

std::vector<uint8_t> Copy(std::span<const std::byte> bytes) {
  std::vector<uint8_t> copy(bytes.size());
  if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

// An aligned run in a block of exactly its size, so that reading past it is found.
Buffer RunOf(const EncodedValue& encoded) {
  BufferBuilder builder(encoded.run_bytes());
  encoded.WriteRun(builder.bytes());
  return std::move(builder).Seal();
}

TEST(EncodedValueTest, StreamGrowsAndKeepsWhatWasAppended) {
  EncodedValue encoded;
  std::vector<uint8_t> wanted;
  for (int i = 0; i < 3000; ++i) {
    std::byte* const byte = encoded.Append(1);
    ASSERT_NE(byte, nullptr);
    *byte = static_cast<std::byte>(i);
    wanted.push_back(static_cast<uint8_t>(i));
  }
  EXPECT_EQ(Copy(encoded.stream()), wanted);
  EXPECT_NE(encoded.Append(0), nullptr);
  EXPECT_FALSE(encoded.full());
}

TEST(EncodedValueTest, NoBytesFitIntoEverySink) {
  EncodedValue encoded;
  EXPECT_NE(encoded.Append(0), nullptr);
  EXPECT_TRUE(encoded.Append(std::span<const std::byte>()));
  EncodedValue none(0);
  EXPECT_NE(none.Append(0), nullptr);
  EXPECT_EQ(none.Append(1), nullptr);
  FixedSink fixed({});
  EXPECT_NE(fixed.Append(0), nullptr);
  EXPECT_EQ(fixed.Append(1), nullptr);
}

TEST(EncodedValueTest, ClearKeepsItsMemory) {
  EncodedValue encoded;
  std::byte* const first = encoded.Append(400);
  encoded.AddPayload({});
  encoded.AddReference(ObjectId::ForTest(1));
  encoded.Clear();
  EXPECT_TRUE(encoded.stream().empty());
  EXPECT_TRUE(encoded.payloads().empty());
  EXPECT_TRUE(encoded.references().empty());
  EXPECT_EQ(encoded.Append(400), first);
}

TEST(EncodedValueTest, FullAtItsLimitAndForGood) {
  EncodedValue encoded(5);
  EXPECT_NE(encoded.Append(3), nullptr);
  EXPECT_EQ(encoded.Append(3), nullptr);
  EXPECT_TRUE(encoded.full());
  EXPECT_EQ(encoded.Append(1), nullptr);  // Would have fitted.
  encoded.Clear();
  EXPECT_NE(encoded.Append(5), nullptr);
  EXPECT_EQ(encoded.Append(UINT64_MAX), nullptr);
}

TEST(EncodedValueTest, MemoryThatIsNotToBeHadMakesItFull) {
  EncodedValue encoded;
  EXPECT_NE(encoded.Append(8), nullptr);
  EXPECT_EQ(encoded.Append(UINT64_MAX - 4), nullptr);
  EXPECT_TRUE(encoded.full());
}

TEST(EncodedValueTest, PayloadsAndReferencesAreListedInOrder) {
  EncodedValue encoded;
  const std::vector<uint8_t> first = {1}, second = {2, 3};
  EXPECT_EQ(encoded.AddPayload(Bytes(first)), 0u);
  EXPECT_EQ(encoded.AddPayload(Bytes(second)), 1u);
  EXPECT_EQ(encoded.payloads()[1].data(), Bytes(second).data());  // Not copied.
  encoded.AddReference(ObjectId::ForTest(4));
  encoded.AddReference(ObjectId::ForTest(4));
  EXPECT_THAT(encoded.references(), ElementsAre(ObjectId::ForTest(4), ObjectId::ForTest(4)));
}

TEST(FixedSinkTest, TakesWhatFitsAndNothingAfterwards) {
  std::array<std::byte, 4> stream;
  std::array<std::span<const std::byte>, 1> payloads;
  std::array<ObjectId, 1> references;
  const std::vector<uint8_t> payload = {1};
  FixedSink sink(stream, payloads, references);
  EXPECT_EQ(sink.Append(4), stream.data());
  EXPECT_EQ(sink.AddPayload(Bytes(payload)), 0u);
  sink.AddReference(ObjectId::ForTest(1));
  EXPECT_FALSE(sink.full());
  EXPECT_EQ(sink.Append(1), nullptr);
  EXPECT_TRUE(sink.full());
  EXPECT_EQ(sink.stream().size(), 4u);
}

TEST(FixedSinkTest, APayloadOrReferenceTooManyMakesItFull) {
  std::array<std::byte, 4> stream;
  FixedSink without_payloads(stream);
  without_payloads.AddPayload({});
  EXPECT_TRUE(without_payloads.full());
  EXPECT_EQ(without_payloads.Append(1), nullptr);
  FixedSink without_references(stream);
  without_references.AddReference(ObjectId::ForTest(1));
  EXPECT_TRUE(without_references.full());
  EXPECT_EQ(without_references.Append(1), nullptr);
  EXPECT_TRUE(without_references.references().empty());
}

TEST(EncodedRunTest, RunsOfEverySizeComeBack) {
  for (const size_t stream_bytes : {0, 1, 7, 8, 9, 63, 64, 65, 1000}) {
    for (size_t payload_count = 0; payload_count < 4; ++payload_count) {
      for (const size_t payload_bytes : {0, 1, 8, 63, 64, 65, 4096}) {
        EncodedValue encoded;
        std::memset(encoded.Append(stream_bytes), 0xab, stream_bytes);
        const std::vector<uint8_t> payload(payload_bytes, 0xcd);
        for (size_t i = 0; i < payload_count; ++i) encoded.AddPayload(Bytes(payload));
        const Buffer run = RunOf(encoded);
        EncodedRun parsed;
        ASSERT_TRUE(parsed.Parse(run.bytes()).ok());
        EXPECT_EQ(Copy(parsed.stream()), std::vector<uint8_t>(stream_bytes, 0xab));
        ASSERT_EQ(parsed.payloads().size(), payload_count);
        for (const auto& part : parsed.payloads()) {
          EXPECT_EQ(Copy(part), payload);
          EXPECT_EQ(reinterpret_cast<uintptr_t>(part.data()) % 64, 0u);
        }
      }
    }
  }
}

TEST(EncodedRunTest, EveryShorterRunIsRefusedOrHasItsPartsInside) {
  EncodedValue encoded;
  std::memset(encoded.Append(10), 0xff, 10);
  const std::vector<uint8_t> payload(100, 0xff);
  encoded.AddPayload(Bytes(payload));
  const Buffer run = RunOf(encoded);
  size_t refused_count = 0;
  for (size_t size = 0; size < run.size(); ++size) {
    const Buffer shorter = Buffer::CopyOf(run.bytes().first(size));
    EncodedRun parsed;
    const absl::Status status = parsed.Parse(shorter.bytes());
    if (status.ok()) {  // It ends in padding, which is the table of an empty value.
      EXPECT_TRUE(parsed.stream().empty() && parsed.payloads().empty()) << size;
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << size << " " << status;
      ++refused_count;
    }
  }
  EXPECT_GE(refused_count, run.size() - 8);
}

TEST(EncodedRunTest, NumbersThatLieAreRefused) {
  EncodedValue encoded;
  std::memset(encoded.Append(16), 0, 16);
  const std::vector<uint8_t> payload(128, 0);
  encoded.AddPayload(Bytes(payload));
  encoded.AddPayload(Bytes(payload));
  const Buffer run = RunOf(encoded);
  const std::array<uint64_t, 8> lies = {0, 1, 3, 127, 129, run.size(), uint64_t{1} << 61, UINT64_MAX};
  for (size_t number = 0; number < 4; ++number) {
    for (const uint64_t lie : lies) {
      BufferBuilder builder(run.size());
      std::memcpy(builder.bytes().data(), run.data(), run.size());
      std::memcpy(builder.bytes().data() + run.size() - 32 + 8 * number, &lie, 8);
      const Buffer lying = std::move(builder).Seal();
      EncodedRun parsed;
      const absl::Status status = parsed.Parse(lying.bytes());
      // Padding hides how long the stream and the first payload are, up to 64 bytes: shorter ones are runs too.
      if (status.ok()) {
        EXPECT_TRUE(number == 0 || number == 1 || number == 2) << lie;
        EXPECT_EQ(parsed.payloads().size(), 2u);
      } else {
        EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
        EXPECT_THAT(status.ToString(), HasSubstr("no encoded value"));
      }
    }
  }
}

TEST(EncodedRunTest, AMisalignedRunIsRefused) {
  EncodedValue encoded;
  std::vector<std::byte> memory(encoded.run_bytes() + 64);
  const size_t to_aligned = (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64;
  const std::span<std::byte> misaligned(memory.data() + (to_aligned + 8) % 64, encoded.run_bytes());
  encoded.WriteRun(misaligned);
  EncodedRun parsed;
  EXPECT_THAT(parsed.Parse(misaligned).ToString(), HasSubstr("no multiple of 64"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
