#include "core/runtime/room.h"

#include <utility>

#include "core/base/text.h"
#include "core/interface/clock.h"
#include "core/runtime/blocked_waits.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/runtime_view.h"
#include "core/runtime/thread_state.h"
#include "core/runtime/value_router.h"

namespace manta {
namespace {

std::string PlaceOf(const ObjectRow& row) {
  if (row.open) return "in the store, being written";
  const char* const plural = row.references == 1 ? "" : "s";
  if (row.place == "native") return Concat("native, ", row.references, " reference", plural);
  return Concat("in the store", row.in_memory ? ", " : " or on its disk, ", row.references, " pin", plural);
}

// "07.. a std::vector<int> of 40000 bytes, native, 2 references, result of Load (submitted at a.cc:7)"
std::string Describe(const ObjectRow& row) {
  std::string text = Concat(row.id.ToHex(), " ", row.type.empty() ? "" : Concat("a ", row.type, " "), "of ",
                            row.size_bytes, " bytes, ", PlaceOf(row));
  if (!row.from.empty()) text += Concat(", result of ", row.from);
  if (!row.submitted_at.empty()) text += Concat(" (submitted at ", row.submitted_at, ")");
  return text;
}

// Where memory is short, and not the disk, what may lie on a disk comes last, however large it is.
std::string LargestHolders(RuntimeCore& core, absl::StatusCode code) {
  const ObjectOrder order =
      code == absl::StatusCode::kResourceExhausted ? ObjectOrder::kInMemoryFirst : ObjectOrder::kLargestFirst;
  const ObjectsView view = RuntimeView(core).Objects(Room::kHoldersNamed, order);
  std::string text;
  if (view.unlisted_count > 0) text = Concat("; the store has ", view.unlisted_count, " objects, too many to list");
  if (view.objects.empty()) return text.empty() ? "; no object of this runtime holds much" : text;
  text += text.empty() ? "; the largest holders: " : "; the largest others: ";
  for (const ObjectRow& row : view.objects) text += Concat(&row == view.objects.data() ? "" : "; ", Describe(row));
  return text;
}

}  // namespace

absl::Status Room::WaitFor(bool may_fit, Try attempt, void* context) {
  RuntimeShell* const shell = shell_.load(std::memory_order_acquire);
  if (shell == nullptr) return attempt(context);
  const CoreVisit visit(*shell);
  if (!visit) return attempt(context);
  RuntimeCore& core = *visit.core();
  shell->router()->SettleBlocks();  // Dead objects may still be charged.
  absl::Status status = attempt(context);
  if (!IsMissing(status)) return status;
  const ThreadState& thread = CurrentThread();
  std::string how_it_ended;
  if (may_fit && watch_ != nullptr && put_timeout_ns_ > 0 && !thread.making_room && !thread.destroying) {
    waited_count_.fetch_add(1, std::memory_order_relaxed);
    status = Park(core, attempt, context, &how_it_ended);
    if (!IsMissing(status)) return status;
  }
  refused_count_.fetch_add(1, std::memory_order_relaxed);
  return MakeStatus(core.stopping() ? absl::StatusCode::kCancelled : status.code(), ToStd(status.message()),
                    how_it_ended, LargestHolders(core, status.code()));
}

absl::Status Room::Park(RuntimeCore& core, Try attempt, void* context, std::string* how_it_ended) {
  ThreadWaiter waiter(core.executor(), /*object=*/nullptr, "room in memory");
  const int64_t deadline_ns = DeadlineAfter(core.clock().NowNs(), put_timeout_ns_);
  absl::Status status;
  ErrorPtr error;
  watch_->Join(waiter);
  for (bool goes_on = true;;) {
    // Seen or seeing: whoever notifies has made his room before, or it is seen that he did.
    waiter.notified.exchange(false, std::memory_order_acq_rel);
    status = attempt(context);
    if (!goes_on || !IsMissing(status)) break;
    goes_on = core.Park(waiter, deadline_ns, &error);
    if (!goes_on) core.shell().router()->SettleBlocks();  // And a last look: not all that makes room tells.
  }
  watch_->Leave(waiter);
  *how_it_ended = error != nullptr
                      ? Concat("; it stopped waiting for room, since ", error->message)
                      : Concat("; it has waited ", put_timeout_ns_ / 1'000'000, " ms for room (put_timeout_ms)");
  return status;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
