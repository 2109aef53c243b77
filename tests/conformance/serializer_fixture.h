// tests/conformance/serializer_fixture.h -- gives each test of the serializer suite a serializer, and values.
//
// Shapes    A value is written into memory (Sent), and read from a block of exactly the stream's size, which is gone
//           when Read returns: who looks past it or into it later is found by a sanitizer. After each test no keeper
//           may be retained any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/describe/describe.h"
#include "core/interface/serializer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/support/suite_host.h"
#include "tests/support/heap_meter.h"
#include "tests/support/serial_values.h"

namespace manta::conformance {

// A serializer and the world it lives in.
class OwnSerializer {
 public:
  OwnSerializer();

  Serializer& operator*() const { return *serializer_; }
  Serializer* operator->() const { return serializer_.get(); }

 private:
  std::unique_ptr<SuiteHost> host_;
  std::unique_ptr<Serializer> serializer_;  // Dies before its host.
};

constexpr absl::StatusCode kInvalidArgument = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kResourceExhausted = absl::StatusCode::kResourceExhausted;
constexpr absl::StatusCode kUnimplemented = absl::StatusCode::kUnimplemented;

MATCHER(IsOk, "is ok") {
  *result_listener << arg.ToString();
  return arg.ok();
}

MATCHER_P(HasCode, code, "has the code " + absl::StatusCodeToString(code)) {
  *result_listener << arg.ToString();
  return arg.code() == code;
}

// What hostile bytes may lead to.
MATCHER(IsOkOrRefused, "is ok, kInvalidArgument or kResourceExhausted") {
  *result_listener << arg.ToString();
  return arg.ok() || arg.code() == kInvalidArgument || arg.code() == kResourceExhausted;
}

class SerializerConformance : public testing::Test {
 protected:
  void TearDown() override;

  Serializer& serializer() { return *serializer_; }
  serial_values::Binder& binder() { return binder_; }
  serial_values::CountingKeeper& keeper() { return keeper_; }

  // Writes `value`, which must succeed.
  template <typename T>
  serial_values::Sent Send(const T& value) {
    serial_values::Sent sent(serializer(), value);
    EXPECT_THAT(sent.status, IsOk()) << Describe<T>().name;
    return sent;
  }

  template <typename T>
  absl::Status Read(std::span<const std::byte> stream, T& value,
                    std::span<const std::span<const std::byte>> payloads = {}, ReadLimits limits = {}) {
    const auto block = std::make_unique<std::byte[]>(stream.size());
    if (!stream.empty()) std::memcpy(block.get(), stream.data(), stream.size());
    const SerialSource source = {.stream = {block.get(), stream.size()}, .payloads = payloads, .keeper = &keeper_};
    const uint64_t before_bytes = HeapBytesAskedFor();
    absl::Status status = serializer().Read(Describe<T>(), source, limits, &binder_, &value);
    read_bytes_ = HeapBytesAskedFor() - before_bytes;
    if (!stream.empty()) std::memset(block.get(), 0xdb, stream.size());
    return status;
  }

  template <typename T>
  absl::Status Read(const serial_values::Sent& sent, T& value, ReadLimits limits = {}) {
    return Read(sent.stream, value, sent.payloads, limits);
  }

  template <typename T>
  void ExpectComesBack(const T& value) {
    const serial_values::Sent sent = Send(value);
    if (!sent.status.ok()) return;
    T back{};
    EXPECT_THAT(Read(sent, back), IsOk()) << Describe<T>().name;
    EXPECT_TRUE(back == value) << "another " << Describe<T>().name << " came back";
  }

  // What the last Read asked the heap for.
  uint64_t read_bytes() const { return read_bytes_; }

  // What Read may ask for, whatever the bytes say: some for the elements that the bytes can hold, and its own needs.
  static uint64_t ReadBytesMax(uint64_t stream_bytes) { return (64 << 10) + 64 * stream_bytes; }

 private:
  OwnSerializer serializer_;
  serial_values::Binder binder_;
  serial_values::CountingKeeper keeper_;
  uint64_t read_bytes_ = 0;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
