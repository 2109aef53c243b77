#include "core/describe/protobuf.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/describe/describe.h"
#include "core/describe/protobuf_test.pb.h"
#include "core/describe/protobuf_test_lite.pb.h"

namespace manta {
namespace {

using describe_test::LiteNote;
using describe_test::Note;
using describe_test::Strict;
using describe_test::Text;

struct Letter {
  int32_t number = 0;
  Note note;
  std::vector<LiteNote> lite_notes;
};

template <typename M>
std::vector<std::byte> BytesOf(const M& message) {
  const MessageOps& ops = *Describe<M>().message;
  std::vector<std::byte> bytes(ops.size_bytes(&message));
  EXPECT_TRUE(ops.write(&message, bytes));
  return bytes;
}

Note MakeNote() {
  Note note;
  note.set_text("text");
  for (int64_t i = 0; i < 100; ++i) note.add_numbers(i - 50);
  for (int i = 0; i < 100; ++i) (*note.mutable_counts())[std::to_string(i)] = i;
  note.mutable_inner()->set_text("inner");
  return note;
}

TEST(DescribeProtobufTest, AMessageWritesAndReadsItsOwnBytes) {
  const TypeDescriptor& type = Describe<Note>();
  EXPECT_EQ(type.kind, TypeKind::kMessage);
  EXPECT_EQ(type.name, "manta::describe_test::Note");
  EXPECT_EQ(type.message->format, "protobuf");
  const Note note = MakeNote();
  const std::vector<std::byte> bytes = BytesOf(note);
  Note back;
  back.add_numbers(7);  // Is gone afterwards.
  ASSERT_TRUE(type.message->read(&back, bytes));
  EXPECT_EQ(back.DebugString(), note.DebugString());
  EXPECT_TRUE(BytesOf(Note()).empty());
  EXPECT_TRUE(type.message->read(&back, {}));
  EXPECT_EQ(back.numbers_size(), 0);
}

TEST(DescribeProtobufTest, LiteMessagesDoToo) {
  LiteNote note;
  note.set_text("lite");
  LiteNote back;
  ASSERT_TRUE(Describe<LiteNote>().message->read(&back, BytesOf(note)));
  EXPECT_EQ(back.text(), "lite");
}

TEST(DescribeProtobufTest, MessagesAreFieldsAndElements) {
  const TypeDescriptor& type = Describe<Letter>();
  ASSERT_EQ(type.fields.size(), 3u);
  EXPECT_EQ(type.fields[1].name, "note");
  EXPECT_EQ(&type.fields[1].type(), &Describe<Note>());
  EXPECT_EQ(type.fields[2].type().element().kind, TypeKind::kMessage);
}

TEST(DescribeProtobufTest, EqualMessagesGiveEqualBytes) {
  const std::vector<std::byte> bytes = BytesOf(MakeNote());
  for (int i = 0; i < 10; ++i) {
    Note other;  // Its map is filled in another order.
    for (int j = 99; j >= 0; --j) (*other.mutable_counts())[std::to_string((j + i) % 100)] = (j + i) % 100;
    other.MergeFrom(MakeNote());
    EXPECT_EQ(BytesOf(other), bytes);
  }
}

TEST(DescribeProtobufTest, UnknownFieldsAreKept) {
  Text text;
  ASSERT_TRUE(Describe<Text>().message->read(&text, BytesOf(MakeNote())));
  Note back;
  ASSERT_TRUE(Describe<Note>().message->read(&back, BytesOf(text)));
  EXPECT_EQ(back.DebugString(), MakeNote().DebugString());
}

TEST(DescribeProtobufTest, MalformedBytesAreRefused) {
  const std::vector<std::byte> bytes = BytesOf(MakeNote());
  int refused_count = 0;
  for (size_t size = 1; size < bytes.size(); ++size) {
    Note back;
    refused_count += !Describe<Note>().message->read(&back, std::span(bytes).first(size));
  }
  EXPECT_GT(refused_count, 100);  // A cut between two fields makes a message, too.
}

TEST(DescribeProtobufTest, WhatIsRequiredMustBeThere) {
  const MessageOps& ops = *Describe<Strict>().message;
  Strict strict;
  EXPECT_FALSE(ops.read(&strict, {}));
  EXPECT_FALSE(ops.write(&strict, {}));
  strict.set_number(5);
  Strict back;
  ASSERT_TRUE(ops.read(&back, BytesOf(strict)));
  EXPECT_EQ(back.number(), 5);
}

TEST(DescribeProtobufTest, ABufferOfAnotherSizeIsRefused) {
  const MessageOps& ops = *Describe<Note>().message;
  const Note note = MakeNote();
  std::vector<std::byte> bytes(ops.size_bytes(&note) + 1);
  EXPECT_FALSE(ops.write(&note, bytes));
  EXPECT_FALSE(ops.write(&note, std::span(bytes).first(bytes.size() - 2)));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
