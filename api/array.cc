#include "api/array.h"

#include <memory>
#include <utility>

#include "api/error.h"
#include "api/put.h"
#include "core/runtime/built_bytes.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/store_builder.h"
#include "core/runtime/thread_state.h"
#include "core/runtime/value_router.h"

namespace manta::api_internal {

Buffer BuildBuffer(uint64_t count, uint64_t element_bytes, void (*fill)(void* context, std::span<std::byte> bytes),
                   void* context) {
  RuntimeShell& shell = CurrentShell();
  const CoreVisit visit(shell);
  CoreOf(visit);
  std::shared_ptr<ObjectStore> store;
  if (const ValueRouter* const router = shell.router();
      router != nullptr && count >= router->limits().inline_bytes_max / element_bytes) {
    store = router->stored().store;
  }
  const ObjectId id(shell.worker_id(), shell.ids().Draw(CurrentThread().ids), 0);
  StoreBuilder builder = ValueOrThrow(StoreBuilder::ReserveRow(store, id, count, element_bytes));
  fill(context, builder.bytes());
  Buffer buffer = ValueOrThrow(std::move(builder).Seal());
  if (store == nullptr) return buffer;
  if (shell.router()->store_spills()) {
    BuiltBytes::Own(buffer, std::move(store));
  } else {
    ThrowIfError(store->Delete(id));  // Its views keep it, and nobody else asks for it.
  }
  return buffer;
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
