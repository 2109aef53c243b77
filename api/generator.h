// api/generator.h -- gives results one after another, while the task still runs.
//
//   manta::Generator<Page> Pages(std::string path) {
//     for (Reader reader(path); reader.more();) co_yield reader.Next();
//   }
//   for (const manta::ObjectRef<Page>& page : manta::Task<Pages>().Remote("a.txt")) {
//     Use(*manta::Get(page));
//   }
//
// Each item is an object: it can be read, passed to tasks, kept and freed like any other. A generator that is
// TaskOptions::items_ahead_max items ahead of its taker is suspended, and goes on when half of them are taken; nobody's
// thread waits meanwhile. It may co_await as well (api/coroutine.h), and a method of an actor may be one.
//
// Shapes    Remote returns a RefStream<T> in place of an ObjectRef.
// Threads   A stream is one taker's: a value that is moved, not shared.
// Memory    When the stream goes, the generator is cancelled, and what nobody has taken is freed.
// Errors    What the generator throws, and any other end before its time, is the last item: a reference to that error.
//           A retried generator starts anew, and items that it has given before are left out.
// Cost      An item costs about as much as a Put; a thread is woken once for half of items_ahead_max.
#pragma once

#include <coroutine>
#include <cstddef>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>

#include "api/coroutine.h"
#include "api/task.h"
#include "core/runtime/coroutine_block.h"

namespace manta {

namespace api_internal {

// Waits for `news`, whose reference it takes over; throws as Get does.
void AwaitNews(SharedObject* news, const GetOptions& options);

// A generator's side of one item.
class AwaitsRoom {
 public:
  explicit AwaitsRoom(StreamState::Pushed pushed) : pushed_(pushed) {}
  AwaitsRoom(const AwaitsRoom&) = delete;
  AwaitsRoom& operator=(const AwaitsRoom&) = delete;
  ~AwaitsRoom() {
    if (pushed_.room != nullptr) pushed_.room->Release();
  }

  bool await_ready() const { return pushed_.wanted && (pushed_.room == nullptr || pushed_.room->ready()); }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> here) {
    // Nobody takes any more: it never goes on, and its task's end destroys it.
    here.promise().WaitFor(std::exchange(pushed_.room, nullptr), here);
  }
  void await_resume() const {}

 private:
  StreamState::Pushed pushed_;
};

}  // namespace api_internal

template <typename T>
class [[nodiscard]] Generator {
  static_assert(!std::is_reference_v<T> && !std::is_void_v<T>, "manta: a generator's items are values");

 public:
  using Item = std::remove_cvref_t<T>;  // T itself, unless that was refused above: then nothing more is said.
  class promise_type : public api_internal::ReturningPromise<void> {
   public:
    Generator get_return_object() { return Generator(CoroutineFrame<promise_type>(*this)); }
    void AttachStream(StreamState& stream) { stream_ = &stream; }

    template <typename V = T>
    requires std::is_constructible_v<T, V&&> api_internal::AwaitsRoom yield_value(V&& value) {
      if (stream_->Skip()) return api_internal::AwaitsRoom({.wanted = true});
      auto* const item = PutState<Item>::New(suspension().task.shell(), SourceSite(), std::forward<V>(value));
      item->PublishValue();
      return api_internal::AwaitsRoom(stream_->Push(item));
    }

   private:
    StreamState* stream_ = nullptr;
  };

  // For Manta's own headers.
  CoroutineFrame<promise_type> TakeFrame() && { return std::move(frame_); }
  static SharedObject* NewError(RuntimeShell& shell, ErrorPtr error) {
    auto* const item = PromiseState<Item>::New(shell);
    item->PublishError(std::move(error));
    return item;
  }

 private:
  explicit Generator(CoroutineFrame<promise_type> frame) : frame_(std::move(frame)) {}

  CoroutineFrame<promise_type> frame_;
};

// References to a generator's items, as they come.
template <typename T>
class [[nodiscard]] RefStream {
 public:
  RefStream() = default;
  RefStream(RefStream&& other) noexcept
      : task_(std::exchange(other.task_, nullptr)), stream_(std::exchange(other.stream_, nullptr)) {}
  RefStream& operator=(RefStream&& other) noexcept {
    std::swap(task_, other.task_);
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~RefStream() {
    if (task_ == nullptr) return;
    stream_->Drop();
    task_->Release();
  }

  bool valid() const { return task_ != nullptr; }

  // The next item's reference, once there is one; nothing when there will be none. Throws GetTimeout when the time is
  // up. REQUIRES: valid().
  std::optional<ObjectRef<T>> Next(const GetOptions& options = {}) {
    for (;;) {
      const StreamState::Taken taken = stream_->Take();
      if (taken.item != nullptr) return ObjectRef<T>::Adopt(taken.item);
      if (taken.ended) return std::nullopt;
      api_internal::AwaitNews(taken.news, options);
    }
  }

  // `for (const ObjectRef<T>& ref : stream)`: once, from where it is.
  class Iterator {
   public:
    using value_type = ObjectRef<T>;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(RefStream& stream) : stream_(&stream) { ++*this; }
    const ObjectRef<T>& operator*() const { return *current_; }
    Iterator& operator++() {
      current_ = stream_->Next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return !iterator.current_.has_value(); }

   private:
    RefStream* stream_ = nullptr;
    std::optional<ObjectRef<T>> current_;
  };
  Iterator begin() { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  // For Manta's own headers: takes over a reference to `task`, and what co_await does.
  static RefStream Adopt(TaskState* task, StreamState& stream) {
    RefStream adopted;
    adopted.task_ = task;
    adopted.stream_ = &stream;
    return adopted;
  }
  class Awaits;
  Awaits Awaiting() { return Awaits(*stream_); }

 private:
  TaskState* task_ = nullptr;
  StreamState* stream_ = nullptr;
};

template <typename T>
class RefStream<T>::Awaits {
 public:
  explicit Awaits(StreamState& stream) : stream_(stream), taken_(stream.Take()) {}
  Awaits(const Awaits&) = delete;
  Awaits& operator=(const Awaits&) = delete;
  ~Awaits() {
    if (taken_.item != nullptr) taken_.item->Release();
    if (taken_.news != nullptr) taken_.news->Release();
  }

  bool await_ready() const { return taken_.news == nullptr; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> here) {
    here.promise().WaitFor(std::exchange(taken_.news, nullptr), here);
  }
  std::optional<ObjectRef<T>> await_resume() {
    if (taken_.item == nullptr && !taken_.ended) taken_ = stream_.Take();  // There is news.
    if (taken_.item == nullptr) return std::nullopt;
    return ObjectRef<T>::Adopt(std::exchange(taken_.item, nullptr));
  }

 private:
  StreamState& stream_;
  StreamState::Taken taken_;
};

namespace api_internal {

template <typename Block>
requires TaskGenerator<typename Block::CodeResult>
struct ResultRef<Block> {
  using type = RefStream<typename Block::CodeResult::Item>;
  static type Adopt(Block* block) { return type::Adopt(block, block->stream()); }
};

}  // namespace api_internal
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
