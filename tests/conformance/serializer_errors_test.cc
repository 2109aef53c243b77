// The codes of core/interface/serializer.h, each in every way that leads to it.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/describe/codec.h"
#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/serializer_types.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

struct Secret {
  int32_t open = 1;
  std::vector<LocalOnly<int32_t>> closed;
};

class WriteErrors : public SerializerConformance {
 protected:
  template <typename T>
  absl::Status Write(const T& value) {
    EncodedValue sink;
    return serializer().Write(Describe<T>(), &value, sink);
  }
};

TEST_F(WriteErrors, ATypeThatContainsALocalOnlyIsUnimplemented) {
  EXPECT_THAT(Write(LocalOnly<int32_t>(1)), HasCode(kUnimplemented));
  EXPECT_THAT(Write(Secret()), HasCode(kUnimplemented));
  EXPECT_THAT(Write(std::optional<Secret>()), HasCode(kUnimplemented));
  Secret secret;
  EXPECT_THAT(Read(Send(int32_t{1}), secret), HasCode(kUnimplemented));
}

TEST_F(WriteErrors, AVariantWithoutAValueIsInvalidArgument) {
  std::vector<std::variant<std::monostate, std::string, Picky>> value(2, "there");
  EXPECT_THAT(Write(value), IsOk());
  try {
    value[1].emplace<Picky>(-1);
  } catch (int32_t) {
  }
  ASSERT_TRUE(value[1].valueless_by_exception());
  EXPECT_THAT(Write(value), HasCode(kInvalidArgument));
}

TEST_F(WriteErrors, ACodecThatFailsIsInvalidArgument) {
  EXPECT_THAT(Write(std::vector<Text>{Text("goes"), Text("throws")}), HasCode(kInvalidArgument));
}

TEST_F(WriteErrors, AMessageThatFailsIsInvalidArgument) {
  EXPECT_THAT(Write(std::vector<Note>{{"goes"}, {"fails"}}), HasCode(kInvalidArgument));
}

TEST_F(WriteErrors, AValueThatNestsTooDeepIsInvalidArgument) {
  for (const int levels : {200, 20'000}) {
    Chain chain;
    for (int i = 0; i < levels; ++i) {
      Chain longer;
      longer.next = std::make_unique<Chain>(std::move(chain));
      chain = std::move(longer);
    }
    EXPECT_THAT(Write(chain), HasCode(kInvalidArgument)) << levels << " levels";
    while (chain.next != nullptr) chain = Chain(std::move(*std::unique_ptr<Chain>(std::move(chain.next))));
  }
}

TEST_F(WriteErrors, AFullSinkIsResourceExhausted) {
  const Rich value = MakeRich();
  const Sent whole = Send(value);
  std::vector<std::byte> room(whole.stream.size());
  std::vector<std::span<const std::byte>> payloads(whole.payloads.size());
  std::vector<ObjectId> references(whole.references.size());
  for (size_t size = 0; size < room.size(); size += 1 + size / 40) {
    // Its own block: writing past the end is found by a sanitizer.
    const auto block = std::make_unique<std::byte[]>(size);
    FixedSink sink({block.get(), size}, payloads, references);
    EXPECT_THAT(serializer().Write(Describe<Rich>(), &value, sink), HasCode(kResourceExhausted)) << size << " bytes";
  }
  room.resize(2 * room.size());
  if (!payloads.empty()) {
    FixedSink no_payloads(room, {}, references);
    EXPECT_THAT(serializer().Write(Describe<Rich>(), &value, no_payloads), HasCode(kResourceExhausted));
  }
  FixedSink no_references(room, payloads, {});
  EXPECT_THAT(serializer().Write(Describe<Rich>(), &value, no_references), HasCode(kResourceExhausted));
}

TEST_F(WriteErrors, AFailedWriteChangesNothingForTheNext) {
  EXPECT_FALSE(Write(std::vector<Text>{Text("throws")}).ok());
  ExpectComesBack(std::vector<Text>{Text("goes")});
}

class ReadErrors : public SerializerConformance {};

TEST_F(ReadErrors, WhatACodecRefusesIsInvalidArgument) {
  const Sent sent = Send(std::vector<Angle>{Angle(1), Angle(-1)});
  std::vector<Angle> back;
  EXPECT_THAT(Read(sent, back), HasCode(kInvalidArgument));
}

TEST_F(ReadErrors, WhatAMessageRefusesIsInvalidArgument) {
  std::vector<Note> back;
  EXPECT_THAT(Read(Send(std::vector<Note>{{"!"}, {"?"}}), back), HasCode(kInvalidArgument));
}

TEST_F(ReadErrors, AnEmptyStreamIsInvalidArgument) {
  int32_t number = 0;
  EXPECT_THAT(Read({}, number), HasCode(kInvalidArgument));
  Rich rich;
  EXPECT_THAT(Read({}, rich), HasCode(kInvalidArgument));
}

TEST_F(ReadErrors, ValuesNestAtMostDepthMaxDeep) {
  Tree tree;
  for (int32_t level = 0; level < 20; ++level) tree = Tree{level, {tree}};
  const Sent sent = Send(tree);
  Tree back;
  EXPECT_THAT(Read(sent, back, {.depth_max = 5}), HasCode(kInvalidArgument));
  EXPECT_THAT(Read(sent, back, {.depth_max = 100}), IsOk());
  EXPECT_TRUE(back == tree);
}

TEST_F(ReadErrors, MoreThanDecodeBytesMaxIsResourceExhausted) {
  constexpr uint64_t kLimit = 100'000;
  const Sent sent = Send(std::vector<std::string>(1'000, std::string(1'000, 'w')));
  std::vector<std::string> back;
  EXPECT_THAT(Read(sent, back, {.decode_bytes_max = kLimit}), HasCode(kResourceExhausted));
  EXPECT_LE(read_bytes(), 2 * kLimit);
  EXPECT_THAT(Read(sent, back, {.decode_bytes_max = 16'000'000}), IsOk());
  EXPECT_EQ(back.size(), 1'000u);

  // A few bytes of the stream for 2,000 bytes of memory each.
  std::vector<std::optional<std::array<double, 250>>> sparse(1'000);
  const Sent sent_sparse = Send(sparse);
  EXPECT_THAT(Read(sent_sparse, sparse, {.decode_bytes_max = kLimit}), HasCode(kResourceExhausted));
  EXPECT_LE(read_bytes(), 2 * kLimit);
  EXPECT_THAT(Read(sent_sparse, sparse, {.decode_bytes_max = 16'000'000}), IsOk());
}

TEST_F(ReadErrors, AValueIsStillValidAfterAnError) {
  const Sent sent = Send(MakeRich());
  Rich value = MakeRich();
  EXPECT_FALSE(Read(std::span(sent.stream).first(sent.stream.size() / 2), value, sent.payloads).ok());
  Send(value);  // It can be written, destroyed and assigned.
  value = MakeRich();
  ExpectComesBack(value);
}

TEST_F(ReadErrors, MessagesSayWhere) {
  const Sent sent = Send(MakeRich());
  Rich value;
  const absl::Status status = Read(std::span(sent.stream).first(sent.stream.size() / 2), value, sent.payloads);
  EXPECT_THAT(status.ToString(), testing::ContainsRegex("byte [0-9]+|field \\w+"));
}

TEST_F(ReadErrors, BytesOfAnotherTypeAreRefusedOrMakeAValue) {
  const auto read_as = [this](const Sent& sent, auto value) { EXPECT_THAT(Read(sent, value), IsOkOrRefused()); };
  for (const Sent& sent :
       {Send(std::string("a text")), Send(uint64_t{7}), Send(std::vector<double>{1, 2}),
        Send(std::map<std::string, bool>{{"a", true}}), Send(Tree{1, {{2, {}}}}), Send(MakeRich())}) {
    read_as(sent, int8_t{});
    read_as(sent, double{});
    read_as(sent, bool{});
    read_as(sent, std::string());
    read_as(sent, std::vector<std::string>());
    read_as(sent, std::map<int32_t, Point>());
    read_as(sent, std::set<std::string>());
    read_as(sent, std::variant<std::monostate, Tree, std::string>());
    read_as(sent, std::optional<Text>());
    read_as(sent, Note());
    read_as(sent, Array<double>());
    read_as(sent, Tree());
    read_as(sent, Rich());
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
