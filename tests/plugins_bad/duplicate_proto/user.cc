// Half of the pair that puts one .proto twice into a process: a library that links full protobuf code statically.
#include "tests/plugins_bad/duplicate_proto/duplicate.pb.h"

#ifdef BAD_PLUGIN
#include <memory>

#include "core/plugin/export.h"
#include "tests/plugins_bad/idle_store.h"
#include "tests/plugins_bad/marker.h"

// The other half, in a library of its own.
extern "C" int OtherUserOfTheProto();

namespace {

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeStore(const manta::Host&, std::span<const std::byte>) {
  const manta::test::Duplicate message;
  if (OtherUserOfTheProto() != static_cast<int>(message.ByteSizeLong())) return absl::InternalError("sizes differ");
  return std::make_unique<bad::IdleStore>();
}

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeStore, .name = "test.object_store.duplicate_proto", .summary = "One proto twice")
#else
extern "C" __attribute__((visibility("default"))) int OtherUserOfTheProto() {
  return static_cast<int>(manta::test::Duplicate().ByteSizeLong());
}
#endif

// SPDX-License-Identifier: Apache-2.0
