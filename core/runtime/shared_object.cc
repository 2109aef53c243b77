#include "core/runtime/shared_object.h"

#include <cstdlib>
#include <string>

#include "core/base/fence.h"
#include "core/runtime/built_bytes.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/stored_object.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_record.h"
#include "core/runtime/value_router.h"
#include "core/runtime/weak_cell.h"
#include "glog/logging.h"

namespace manta {

SharedObject::SharedObject(RuntimeShell& shell, BlockShape shape, SourceSite site)
    : pool_class_(shape.pool_class), size_bytes_(shape.size_bytes), shell_(shell) {
  ThreadState& thread = CurrentThread();
  sequence_ = shell.ids().Draw(thread.ids);
  shell.Born(thread.shard, shape.size_bytes);
  if ((sequence_ & shell.notice_mask()) <= 1) [[unlikely]]
    Notice(site);
}

void SharedObject::Notice(SourceSite site) {
  // The first of a block of ids: now and then the budget hears of small objects, which pay nothing each.
  const bool settles = sequence_ % IdBlocks<>::kBlockSize == 1;
  const bool chosen = shell_.Chooses(sequence_);
  if (!settles && !chosen) return;
  const CoreVisit visit(shell_);
  if (!visit) return;
  if (settles && shell_.router() != nullptr) shell_.router()->SettleBlocks();
  if (!chosen) return;
  references_.store(kObserved | 1, std::memory_order_relaxed);
  shell_.watch()->Observe({.kind = RefEventKind::kMade, .object = id(), .size_bytes = size_bytes_}, site);
}

void SharedObject::TellRetained(SourceSite site) {
  shell_.watch()->Observe({.kind = RefEventKind::kLocalAdded, .object = id()}, site);
}

void SharedObject::ReleaseObserved() {
  // First: afterwards the object may be gone.
  shell_.watch()->Observe({.kind = RefEventKind::kLocalDropped, .object = id()});
  Drop();
}

void SharedObject::TellValue(uint64_t size_bytes) {
  if (!observed()) return;
  shell_.watch()->Observe({.kind = RefEventKind::kValued, .object = id(), .size_bytes = size_bytes});
}

// An object without a mark has died already: what is left of it says who it was. As long as the runtime is there, its
// watch may know more.
void SharedObject::Underflow(uint64_t before) const {
  const CoreVisit visit(shell_);
  const bool watched = (before & (kCounted | kObserved)) != 0 || visit;
  ReferenceWatch* const watch = watched ? shell_.watch() : nullptr;
  const std::string past = watch != nullptr ? watch->Recent(id()) : "";
  LOG(FATAL) << "object " << id().ToHex() << " was released without a reference: somebody releases it twice; "
             << (past.empty() ? "a ref counter that observes each object tells its past" : "it was " + past);
  std::abort();
}

bool SharedObject::TryRetain() {
  uint64_t references = references_.load(std::memory_order_relaxed);
  do {
    if ((references & ~kMarks) == 0) return false;
  } while (!references_.compare_exchange_weak(references, references + 1, std::memory_order_acquire,
                                              std::memory_order_relaxed));
  return true;
}

void SharedObject::LastOfMarked(uint64_t before) {
  if ((before & ~kMarks) == 0) Underflow(before);
  if ((before & kCounted) != 0) {
    shell_.watch()->LastLocal(*this);
  } else {
    EndMarked(before);
  }
}

void SharedObject::EndMarked(uint64_t references) {
  if ((references & kWeaklyHeld) != 0 && WeakCell::LastReferenceGone(*this)) return;  // It is cached.
  Expire();
}

void SharedObject::Expire() {
  if (observed()) shell_.watch()->Observe({.kind = RefEventKind::kDied, .object = id()});
  LastReference();
}

// Not kept are results of actors' calls, since a call may keep its actor's memory; and what the ref counter has counted
// and decided.
bool SharedObject::BecomeCached() {
  if (form() != Form::kStored || counted()) return false;
  const TaskState* const made_by = task();
  if (made_by != nullptr && (made_by != this || made_by->actor() != nullptr)) return false;
  const CoreVisit visit(shell_);
  if (!visit || visit.core()->stopping()) return false;
  return static_cast<StoredObject*>(const_cast<void*>(content_.get()))->Cache();
}

bool SharedObject::Revive() {
  if (!static_cast<StoredObject*>(const_cast<void*>(content_.get()))->Uncache()) return false;
  references_.fetch_add(1, std::memory_order_release);
  return true;
}

// An object that dies may hold the last reference to another, and that one to a third: a chain of 100,000 would
// overflow the stack. So those that die while this thread destroys one wait in a list.
void SharedObject::LastReference() {
  Untrack();  // First: whoever finds it among those that may be moved finds it without references, and alive.
  ThreadState& thread = CurrentThread();
  references_.store(reinterpret_cast<uint64_t>(thread.dying), std::memory_order_relaxed);
  thread.dying = this;
  if (!thread.destroying) DestroyDying(thread);
}

void SharedObject::DestroyDying(ThreadState& thread) {
  thread.destroying = true;
  while (thread.dying != nullptr) {
    SharedObject* const object = thread.dying;
    thread.dying = reinterpret_cast<SharedObject*>(object->references_.load(std::memory_order_relaxed));
    object->references_.store(0, std::memory_order_relaxed);
    object->Destroy(thread);
  }
  thread.destroying = false;
}

void SharedObject::Destroy(const ThreadState& thread) {
  RuntimeShell& shell = shell_;
  const uint8_t pool_class = pool_class_;
  const uint32_t size_bytes = size_bytes_;
  const bool view_in_block = view_in_block_;
  std::shared_ptr<const void> content = std::move(content_);
  std::weak_ptr<const void> view = std::move(view_);
  this->~SharedObject();
  // First: a pointer that is the only one of its kind goes without an atomic operation.
  view.reset();
  content.reset();  // Destroys the value and frees the block, unless somebody holds a pointer to it.
  if (!view_in_block) BlockPool::Free(this, pool_class);
  shell.Died(thread.shard, size_bytes);
}

void SharedObject::PublishNative(std::shared_ptr<const void> view) {
  view_in_block_ = view != nullptr;
  view_ = view;
  content_ = std::move(view);
  Publish(Form::kNative);
}

void SharedObject::PublishError(ErrorPtr error) {
  content_ = std::move(error);
  Publish(Form::kError);
}

bool SharedObject::PublishStored(void* value, void (*destroy)(void* value) noexcept) {
  ErrorPtr error;
  std::shared_ptr<StoredObject> stored;
  if (const CoreVisit visit(shell_); visit) {
    stored = shell_.router()->Store(*this, id(), type(), value, &error);
  } else {
    error = ErrorOf(ErrorType::kShutdown, "the runtime was shut down before the value was in the object store");
  }
  destroy(value);
  if (stored == nullptr) {
    PublishError(std::move(error));
    return false;
  }
  TellValue(stored->size_bytes());
  content_ = std::move(stored);
  Publish(Form::kStored);
  return true;
}

bool SharedObject::PublishBuilt(const Buffer& buffer, void* value, void (*destroy)(void* value) noexcept) {
  BuiltBytes built = BuiltBytes::Of(buffer);
  if (!built.valid()) return false;
  const CoreVisit visit(shell_);
  ValueRouter* const router = visit ? shell_.router() : nullptr;
  if (router == nullptr) return false;
  TellValue(built.size_bytes());
  content_ = router->Keep(*this, std::move(built));
  destroy(value);
  Publish(Form::kStored);
  return true;
}

bool SharedObject::Charge(NativeCharge** charge, uint64_t bytes) {
  const CoreVisit visit(shell_);
  ValueRouter* const router = visit ? shell_.router() : nullptr;
  if (router == nullptr) return true;
  const bool movable = type().stored().descriptor.contains_local_only == 0;
  if (movable) heat_.store(Heat::kCold, std::memory_order_relaxed);
  ErrorPtr error = router->Charge(*this, charge, bytes, movable);
  if (error == nullptr) {
    TellValue(size_bytes_ + bytes);
    ThreadRecord& record = *CurrentThread().record;
    if (record.puts.Chosen()) [[unlikely]]
      record.AddPut(bytes, visit.core()->observed() ? &visit.core()->clock() : nullptr);
    return true;
  }
  heat_.store(Heat::kUntracked, std::memory_order_relaxed);
  PublishError(std::move(error));
  return false;
}

void SharedObject::Untrack() {
  if (heat_.load(std::memory_order_relaxed) == Heat::kUntracked) [[likely]]
    return;
  ValueRouter::Forget(*charge());
  heat_.store(Heat::kUntracked, std::memory_order_relaxed);
}

ErrorPtr SharedObject::ErrorOf(ErrorType type, std::string message) {
  if (const TaskState* const made_by = task(); made_by != nullptr) return made_by->MakeError(type, std::move(message));
  auto error = std::make_shared<ErrorRecord>();
  error->type = type;
  error->message = std::move(message);
  return error;
}

void SharedObject::Publish(Form form) {
  form_.store(form, std::memory_order_release);
  for (Waiter* waiter = waiters_.Close(); waiter != nullptr;) {
    Waiter* const next = waiter->next;  // The waiter may be gone once it was told.
    waiter->notify(waiter);
    waiter = next;
  }
}

// From native to another form. False: it was not native.
bool SharedObject::Replace(Form form, std::shared_ptr<const void> content) {
  Form native = Form::kNative;
  if (!form_.compare_exchange_strong(native, Form::kChanging, std::memory_order_acq_rel)) return false;
  Untrack();
  std::shared_ptr<const void> value = std::move(content_);
  content_ = std::move(content);
  form_.store(form, std::memory_order_release);
  // Only now may the count of pointers fall to 0: who then finds no pointer finds the form changed.
  value.reset();
  return true;
}

bool SharedObject::Migrate(std::shared_ptr<StoredObject> stored) { return Replace(Form::kStored, std::move(stored)); }

bool SharedObject::Free(ErrorPtr error) {
  if (!ready() || !LetGo(std::move(error))) return false;
  if (counted() || observed()) shell_.watch()->Freed(id());
  return true;
}

// Of the value.
bool SharedObject::LetGo(ErrorPtr error) {
  if (Replace(Form::kError, error)) return true;
  Form now;
  while ((now = form()) == Form::kChanging) Relax();
  return now == Form::kStored && static_cast<StoredObject*>(const_cast<void*>(content_.get()))->Free(std::move(error));
}

std::shared_ptr<const void> SharedObject::SlowView(ErrorPtr* error) {
  switch (form()) {
    case Form::kError:
      *error = this->error();
      return nullptr;
    case Form::kStored:
      return static_cast<StoredObject*>(const_cast<void*>(content_.get()))->View(type(), error);
    case Form::kNative:
      if (!view_in_block_) return nullptr;  // void.
      break;
    case Form::kChanging:
      break;
    case Form::kPending:
      LOG(FATAL) << "object " << id().ToHex() << " is read before it is ready";
  }
  // Replace has dropped the value, or is about to; its change of form comes into sight now.
  Form now;
  while ((now = form()) == Form::kNative || now == Form::kChanging) Relax();
  return SlowView(error);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
