#include "core/runtime/stream_state.h"

#include <algorithm>
#include <new>
#include <utility>

#include "core/runtime/core_visit.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/value_state.h"

namespace manta {

// Tells one waiter once.
class StreamSignal final : public ValueState<void> {
 public:
  // `producer`: the task that a waiter may help with; null: none.
  static StreamSignal* New(RuntimeShell& shell, TaskState* producer) {
    return new (BlockPool::Allocate(sizeof(StreamSignal), alignof(StreamSignal))) StreamSignal(shell, producer);
  }

  TaskState* task() override { return producer_; }

 private:
  StreamSignal(RuntimeShell& shell, TaskState* producer)
      : ValueState<void>(shell, ShapeOf<StreamSignal>()), producer_(producer) {
    if (producer_ != nullptr) producer_->Retain();
  }
  ~StreamSignal() override {
    if (producer_ != nullptr) producer_->Release();
  }

  TaskState* const producer_;
};

StreamState::~StreamState() {
  for (SharedObject* const item : items_) item->Release();
}

void StreamState::Open(TaskState& task, NewError new_error) {
  task_ = &task;
  new_error_ = new_error;
  notify = [](Waiter* waiter) { static_cast<StreamState*>(waiter)->TaskEnded(); };
  task.waiters().Add(this);
}

uint32_t StreamState::items_max() const {
  const TaskSettings* const settings = task_->settings();
  return std::max<uint32_t>(1, settings != nullptr ? settings->items_ahead_max : TaskSettings().items_ahead_max);
}

void StreamState::Begin() {
  MutexLock lock(mutex_);
  to_skip_ = given_count_;
}

bool StreamState::Skip() {
  if (to_skip_ == 0) return false;
  --to_skip_;
  return true;
}

StreamState::Pushed StreamState::Push(SharedObject* item) {
  StreamSignal* news = nullptr;
  Pushed pushed;
  {
    MutexLock lock(mutex_);
    pushed.wanted = !ended_ && !dropped_;
    if (pushed.wanted) {
      items_.push_back(std::exchange(item, nullptr));
      ++given_count_;
      news = std::exchange(news_, nullptr);
      if (items_.size() >= items_max()) {
        // Only the taker can make it ready: as a promise, so that Shutdown ends it.
        room_ = StreamSignal::New(task_->shell(), nullptr);
        room_->Retain();
        task_->shell().core()->AddPromise(*room_);
        room_->Retain();
        pushed.room = room_;
      }
    }
  }
  if (item != nullptr) item->Release();
  TellNews(news);
  return pushed;
}

StreamState::Taken StreamState::Take() {
  StreamSignal* room = nullptr;
  Taken taken;
  {
    MutexLock lock(mutex_);
    if (!items_.empty()) {
      taken.item = items_.front();
      items_.pop_front();
      if (items_.size() <= items_max() / 2) room = std::exchange(room_, nullptr);
    } else if (ended_) {
      taken.ended = true;
    } else {
      if (news_ == nullptr) news_ = StreamSignal::New(task_->shell(), task_);
      news_->Retain();
      taken.news = news_;
    }
  }
  TellRoom(room);
  return taken;
}

void StreamState::Drop() {
  std::deque<SharedObject*> items;
  StreamSignal* room = nullptr;
  StreamSignal* news = nullptr;
  {
    MutexLock lock(mutex_);
    dropped_ = true;
    items.swap(items_);
    room = std::exchange(room_, nullptr);
    news = std::exchange(news_, nullptr);
  }
  const CoreVisit visit(task_->shell());
  if (visit) {
    visit.core()->Cancel(*task_, ErrorType::kTaskCancelled, "was ended, since nobody takes its items any more");
  }
  TellRoom(room);
  TellNews(news);
  for (SharedObject* const item : items) item->Release();
}

void StreamState::TaskEnded() {
  SharedObject* last =
      task_->form() == SharedObject::Form::kError ? new_error_(task_->shell(), task_->error()) : nullptr;
  StreamSignal* room = nullptr;
  StreamSignal* news = nullptr;
  {
    MutexLock lock(mutex_);
    ended_ = true;
    if (last != nullptr && !dropped_) items_.push_back(std::exchange(last, nullptr));
    room = std::exchange(room_, nullptr);
    news = std::exchange(news_, nullptr);
  }
  if (last != nullptr) last->Release();
  TellRoom(room);
  TellNews(news);
}

// With the stream's reference, and the runtime's; unless Shutdown has told it before.
void StreamState::TellRoom(StreamSignal* room) {
  if (room == nullptr) return;
  const CoreVisit visit(room->shell());
  if (visit && visit.core()->RemovePromise(*room)) {
    room->PublishValue();
    room->Release();
  }
  room->Release();
}

void StreamState::TellNews(StreamSignal* news) {
  if (news == nullptr) return;
  news->PublishValue();
  news->Release();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
