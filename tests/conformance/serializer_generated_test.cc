// Types and values that nobody thought of: what is written comes back, and its bytes, cut anywhere, do not.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/serializer_generated_types.h"

namespace manta::conformance {
namespace {

class Generated : public SerializerConformance {
 protected:
  // Writes a drawn value of a drawn type, and hands its bytes on.
  template <typename Check>
  void ForEachDrawn(const Check& check) {
    rc::detail::checkGTest([&] {
      const GeneratedType& type = *DrawType();
      RC_LOG(InWords(type));
      GeneratedValue value(type);
      value.Draw();
      EncodedValue sink;
      const absl::Status written = serializer().Write(type.descriptor, value.get(), sink);
      RC_LOG(written.ToString());
      RC_ASSERT(written.ok());
      std::vector<Buffer> kept;
      std::vector<std::span<const std::byte>> payloads;
      for (const auto& payload : sink.payloads()) kept.push_back(Buffer::CopyOf(payload));
      for (const Buffer& payload : kept) payloads.push_back(payload.bytes());
      check(type, value, sink.stream(), payloads);
    });
  }

  absl::Status ReadAs(const GeneratedType& type, std::span<const std::byte> stream,
                      std::span<const std::span<const std::byte>> payloads, GeneratedValue& value) {
    return serializer().Read(type.descriptor, {.stream = stream, .payloads = payloads, .keeper = &keeper()}, {},
                             &binder(), value.get());
  }
};

TEST_F(Generated, ValuesOfGeneratedTypesComeBack) {
  ForEachDrawn([this](const GeneratedType& type, const GeneratedValue& value, std::span<const std::byte> stream,
                      std::span<const std::span<const std::byte>> payloads) {
    GeneratedValue back(type);
    const absl::Status read = ReadAs(type, stream, payloads, back);
    RC_LOG(read.ToString());
    RC_ASSERT(read.ok());
    RC_ASSERT(back.Print() == value.Print());
  });
}

TEST_F(Generated, TheirBytesCutAnywhereAreInvalidArgument) {
  ForEachDrawn([this](const GeneratedType& type, const GeneratedValue&, std::span<const std::byte> stream,
                      std::span<const std::span<const std::byte>> payloads) {
    if (stream.empty()) return;  // Structs of empty structs.
    const size_t size = *rc::gen::inRange<size_t>(0, stream.size());
    const std::vector<std::byte> cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    GeneratedValue back(type);
    const absl::Status read = ReadAs(type, cut, payloads, back);
    RC_LOG(read.ToString());
    RC_ASSERT(read.code() == absl::StatusCode::kInvalidArgument);
  });
}

TEST_F(Generated, TheirBytesChangedAnywhereAreRefusedOrMakeAValue) {
  ForEachDrawn([this](const GeneratedType& type, const GeneratedValue&, std::span<const std::byte> stream,
                      std::span<const std::span<const std::byte>> payloads) {
    if (stream.empty()) return;
    std::vector<std::byte> changed(stream.begin(), stream.end());
    changed[*rc::gen::inRange<size_t>(0, stream.size())] = static_cast<std::byte>(*rc::gen::inRange(0, 256));
    GeneratedValue back(type);
    const absl::Status read = ReadAs(type, changed, payloads, back);
    RC_LOG(read.ToString());
    RC_ASSERT(read.ok() || read.code() == absl::StatusCode::kInvalidArgument ||
              read.code() == absl::StatusCode::kResourceExhausted);
  });
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
