// api/actor_pool.h -- spreads calls over several actors of one class.
//
//   manta::ActorPool<Model> models(4, "weights.bin");                        // Makes four, each with these arguments.
//   manta::ObjectRef<Label> label = models.Task<&Model::Classify>().Remote(image);
//   std::vector<std::shared_ptr<const Label>> labels = models.Map<&Model::Classify>(images);
//
// Task takes one actor after another, whatever they have to do. Map gives an actor the next element when it has room:
// a slow one gets fewer.
//
// Threads   Task is [any-thread]; Map blocks the caller, who helps as by Get.
// Memory    The pool holds a handle to each; copies of it are the same actors, with a turn of their own.
// Errors    Map throws the first error in the order of the elements, when all have ended. Error kInvalidArgument for a
//           pool of no actors.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/error.h"
#include "api/result.h"
#include "api/wait.h"

namespace manta {

template <typename C>
class ActorPool {
 public:
  // Makes `count` actors with copies of these arguments.
  template <typename... A>
  explicit ActorPool(size_t count, const A&... arguments) {
    for (size_t i = 0; i < count; ++i) actors_.push_back(Actor<C>().Remote(arguments...));
    Check();
  }
  // Of actors that are there.
  explicit ActorPool(std::vector<ActorHandle<C>> actors) : actors_(std::move(actors)) { Check(); }
  ActorPool(const ActorPool& other) : actors_(other.actors_) {}
  ActorPool& operator=(const ActorPool&) = delete;

  const std::vector<ActorHandle<C>>& actors() const { return actors_; }

  // A call of the actor whose turn it is. REQUIRES: the pool outlives what is returned.
  template <auto M>
  auto Task(SourceSite site = SourceSite::Here()) {
    return actors_[next_.fetch_add(1, std::memory_order_relaxed) % actors_.size()].template Task<M>(site);
  }

  // Calls M with each element; the results in the order of the elements.
  template <auto M, typename Range>
  auto Map(Range&& elements, SourceSite site = SourceSite::Here()) {
    using Ref = decltype(actors_[0].template Task<M>(site).Remote(*std::begin(elements)));
    std::vector<Ref> refs;
    WaitSet<typename Ref::Value> running;
    const auto call = [&](auto&& element, uint64_t actor) {
      refs.push_back(actors_[actor].template Task<M>(site).Remote(std::forward<decltype(element)>(element)));
      running.Add(refs.back(), actor);
    };
    for (auto&& element : elements) {
      uint64_t actor = refs.size() % actors_.size();
      if (running.size() >= kCallsAhead * actors_.size()) running.Next({}, &actor);
      call(std::forward<decltype(element)>(element), actor);
    }
    while (!running.empty()) running.Next();
    return Get(refs);
  }

 private:
  static constexpr size_t kCallsAhead = 2;  // One that runs, one that is next.

  void Check() const {
    if (actors_.empty()) throw Error(absl::InvalidArgumentError("an ActorPool needs an actor: it was made with none"));
  }

  std::vector<ActorHandle<C>> actors_;
  std::atomic<size_t> next_{0};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
