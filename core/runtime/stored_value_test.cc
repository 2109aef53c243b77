#include "core/runtime/stored_value.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/interface/basic_object_store.h"
#include "core/interface/basic_serializer.h"
#include "core/runtime/object_metadata.h"
#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using testing::ElementsAre;
using testing::HasSubstr;
using Code = absl::StatusCode;

class AlignedMemory final : public ObjectMemory {
 public:
  std::byte* Allocate(uint64_t size_bytes) override {
    return static_cast<std::byte*>(std::aligned_alloc(64, (size_bytes + 63) / 64 * 64));
  }
  void Free(std::byte* memory, uint64_t) override { std::free(memory); }
};

class EightByteNumbers final : public BasicSerializer {
 public:
  explicit EightByteNumbers(std::string_view format = "eight") : format_(format) {}
  std::string_view format() const override { return format_; }
  bool PutNumber(uint64_t number, SerialSink& sink) override {
    return sink.Append(std::as_bytes(std::span(&number, 1)));
  }
  bool TakeNumber(std::span<const std::byte>& stream, uint64_t& number) override {
    if (stream.size() < sizeof(number)) return false;
    std::memcpy(&number, stream.data(), sizeof(number));
    stream = stream.subspan(sizeof(number));
    return true;
  }

 private:
  std::string_view format_;
};

// Other parts under one name, as a type of another build has.
struct Grown {
  int32_t number = 0;
  std::string text;
};

constexpr ObjectId kId = ObjectId::ForTest(1);

class StoredValueTest : public testing::Test {
 protected:
  static constexpr uint64_t kCapacityBytes = 1 << 20;

  template <typename T>
  absl::Status Write(const T& value, ObjectId id = kId) {
    return WriteStoredValue(parts_, id, StoredTypeOf<T>(), &value);
  }
  template <typename T>
  absl::Status Read(T& value) {
    return ReadStoredValue(parts_, kId, StoredTypeOf<T>(), {}, &binder_, &value);
  }
  uint64_t PinCount() {
    std::vector<ObjectInfo> objects(store_.List({}));
    store_.List(objects);
    uint64_t pin_count = 0;
    for (const ObjectInfo& object : objects) pin_count += object.pin_count;
    return pin_count;
  }

  SimulatedHost host_;
  const std::shared_ptr<ObjectStore> shared_store_ =
      std::make_shared<BasicObjectStore>(host_, kCapacityBytes, std::make_unique<AlignedMemory>());
  ObjectStore& store_ = *shared_store_;
  EightByteNumbers serializer_;
  StoredValueParts parts_{.store = shared_store_, .serializer = serializer_};
  Binder binder_;
};

TEST_F(StoredValueTest, AValueOfEveryKindComesBack) {
  const Rich value = MakeRich();
  ASSERT_TRUE(Write(value).ok());
  {
    Rich back;
    const absl::Status status = Read(back);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_TRUE(back == value);
    EXPECT_GT(PinCount(), 0u);  // By the blob that looks at it.
  }
  EXPECT_EQ(PinCount(), 0u);
}

TEST_F(StoredValueTest, MetadataSayWhatTheObjectIs) {
  ASSERT_TRUE(Write(std::vector<Link>{{ObjectId::ForTest(7)}, {ObjectId::ForTest(8)}}).ok());
  const absl::StatusOr<ObjectView> view = store_.Get(kId);
  ASSERT_TRUE(view.ok());
  std::vector<ObjectId> references;
  const absl::StatusOr<ObjectMetadata> metadata = ParseMetadata(view->metadata, references);
  ASSERT_TRUE(metadata.ok()) << metadata.status();
  EXPECT_EQ(metadata->format, "eight");
  EXPECT_EQ(metadata->type_name, Describe<std::vector<Link>>().name);
  EXPECT_EQ(metadata->type_signature, TypeSignature(Describe<std::vector<Link>>()));
  EXPECT_THAT(metadata->references, ElementsAre(ObjectId::ForTest(7), ObjectId::ForTest(8)));
  EXPECT_TRUE(store_.Release(kId).ok());
}

TEST_F(StoredValueTest, AnotherTypeIsRefusedWithBothNames) {
  ASSERT_TRUE(Write(std::string("seven")).ok());
  uint64_t number = 0;
  const absl::Status status = Read(number);
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  for (const std::string& word : {std::string("\"string\""), std::string("\"uint64\""), kId.ToHex()}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(word));
  }
  EXPECT_EQ(PinCount(), 0u);
}

TEST_F(StoredValueTest, ATypeThatHasChangedIsReadByFormatsThatEvolve) {
  const Grown grown = {7, "seven"};
  const StoredType before = {Describe<Grown>(), TypeSignature(Describe<Grown>()) + 1};
  ASSERT_TRUE(WriteStoredValue(parts_, kId, before, &grown).ok());
  Grown back;
  const absl::Status status = Read(back);
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("text: string"));
  parts_.evolves = true;
  EXPECT_TRUE(Read(back).ok());
  EXPECT_EQ(back.text, "seven");
}

TEST_F(StoredValueTest, AnotherFormatIsAFailedPrecondition) {
  ASSERT_TRUE(Write(std::string("seven")).ok());
  EightByteNumbers other("other");
  const StoredValueParts parts = {.store = shared_store_, .serializer = other};
  std::string back;
  const absl::Status status = ReadStoredValue(parts, kId, StoredTypeOf<std::string>(), {}, nullptr, &back);
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("in the format \"eight\", and the serializer reads \"other\""));
  EXPECT_EQ(PinCount(), 0u);
}

TEST_F(StoredValueTest, AFailedWriteMakesNoObject) {
  EXPECT_EQ(Write(LocalOnly<int32_t>(1)).code(), Code::kUnimplemented);
  EXPECT_EQ(Write(Text("throws")).code(), Code::kInvalidArgument);
  EXPECT_EQ(Write(std::string(2 * kCapacityBytes, 'x')).code(), Code::kResourceExhausted);
  EXPECT_EQ(store_.List({}), 0u);
  ASSERT_TRUE(Write(std::string("first")).ok());
  EXPECT_EQ(Write(std::string("second")).code(), Code::kAlreadyExists);
  std::string back;
  ASSERT_TRUE(Read(back).ok());
  EXPECT_EQ(back, "first");
}

TEST_F(StoredValueTest, WhatIsNoValueIsRefused) {
  std::string back;
  EXPECT_EQ(Read(back).code(), Code::kNotFound);
  ASSERT_TRUE(store_.Create(kId, 100, {}).ok());
  ASSERT_TRUE(store_.Seal(kId).ok());
  EXPECT_EQ(Read(back).code(), Code::kInvalidArgument);
  EXPECT_EQ(PinCount(), 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
