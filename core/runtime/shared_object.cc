#include "core/runtime/shared_object.h"

#include <cstdlib>

#include "core/base/fence.h"
#include "core/runtime/stored_object.h"
#include "core/runtime/weak_cell.h"
#include "glog/logging.h"

namespace manta {

SharedObject::SharedObject(RuntimeShell& shell, BlockShape shape)
    : pool_class_(shape.pool_class), size_bytes_(shape.size_bytes), shell_(shell) {
  ThreadState& thread = CurrentThread();
  sequence_ = shell.ids().Draw(thread.ids);
  shard_ = static_cast<uint8_t>(thread.shard % RuntimeShell::kShardCount);
  shell.Born(shard_);
}

void SharedObject::Underflow() const {
  LOG(FATAL) << "object " << id().ToHex() << " was released without a reference: somebody releases it twice";
  std::abort();
}

bool SharedObject::TryRetain() {
  uint64_t references = references_.load(std::memory_order_relaxed);
  do {
    if ((references & ~kWeaklyHeld) == 0) return false;
  } while (!references_.compare_exchange_weak(references, references + 1, std::memory_order_acquire,
                                              std::memory_order_relaxed));
  return true;
}

void SharedObject::LastBesidesWeak(uint64_t before) {
  if ((before & ~kWeaklyHeld) == 0) Underflow();
  WeakCell::Clear(*this);  // From here on nobody finds it.
  LastReference();
}

// An object that dies may hold the last reference to another, and that one to a third: a chain of 100,000 would
// overflow the stack. So those that die while this thread destroys one wait in a list.
void SharedObject::LastReference() {
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
    object->Destroy();
  }
  thread.destroying = false;
}

void SharedObject::Destroy() {
  RuntimeShell& shell = shell_;
  const uint8_t shard = shard_;
  const uint8_t pool_class = pool_class_;
  const bool view_in_block = view_in_block_;
  std::shared_ptr<const void> content = std::move(content_);
  std::weak_ptr<const void> view = std::move(view_);
  this->~SharedObject();
  content.reset();  // Destroys the value, unless somebody holds a pointer to it.
  view.reset();     // Frees the block, unless somebody does.
  if (!view_in_block) BlockPool::Free(this, pool_class);
  shell.Died(shard);
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

void SharedObject::PublishStored(std::shared_ptr<StoredObject> stored) {
  content_ = std::move(stored);
  Publish(Form::kStored);
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
  std::shared_ptr<const void> value = std::move(content_);
  content_ = std::move(content);
  form_.store(form, std::memory_order_release);
  // Only now may the count of pointers fall to 0: who then finds no pointer finds the form changed.
  value.reset();
  return true;
}

bool SharedObject::Migrate(std::shared_ptr<StoredObject> stored) { return Replace(Form::kStored, std::move(stored)); }

bool SharedObject::Free(ErrorPtr error) {
  if (!ready()) return false;
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
