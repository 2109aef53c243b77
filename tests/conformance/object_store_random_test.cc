// Random calls: the store does what the model does, call by call. A list of calls that shows a difference is shortened.
#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/conformance/object_store_fixture.h"
#include "tests/conformance/object_store_model.h"
#include "tests/conformance/support/shrink.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

enum class Method {
  kCreate,
  kSeal,
  kAbort,
  kGet,
  kRelease,
  kDelete,
  kContains,
  kList,
  kCache,
  kUncache,
  kSubscribe,
  kUnsubscribe
};
constexpr const char* kMethodNames[] = {"Create",   "Seal", "Abort", "Get",     "Release",   "Delete",
                                        "Contains", "List", "Cache", "Uncache", "Subscribe", "Unsubscribe"};

struct Call {
  Method method = Method::kCreate;
  ObjectId id;
  uint64_t size_bytes = 0;
  uint64_t metadata_bytes = 0;

  std::string Text() const {
    std::string text = Concat(kMethodNames[static_cast<int>(method)], "(", id.nil() ? "nil" : id.ToHex());
    if (method == Method::kCreate) text += Concat(", ", size_bytes, " bytes, ", metadata_bytes, " of metadata");
    return text + ")";
  }
};

// A store and the model of it, called side by side.
class Pair {
 public:
  explicit Pair(uint64_t capacity_bytes) : host_(Plugin().slot(), Options().seed), model_(capacity_bytes) {
    store_ = *Plugin().Make<ObjectStore>(host_);
  }

  ~Pair() {
    // Destruction requires that no pin is left.
    for (const auto& [id, object] : model_.objects()) {
      for (uint64_t i = 0; i < object.pins; ++i) (void)store_->Release(id);
    }
  }

  // Makes one call on both; returns how they differ, or "".
  std::string Apply(const Call& call) {
    std::string wrong = Dispatch(call);
    if (wrong.empty()) wrong = CompareStats();
    if (const size_t calls = listeners_[call.id].calls(); wrong.empty() && calls != model_.calls(call.id)) {
      wrong = Concat("its listeners were called ", calls, " times, expected ", model_.calls(call.id));
    }
    return wrong.empty() ? "" : Concat(call.Text(), ": ", wrong);
  }

 private:
  static std::string Compare(absl::StatusCode expected, const absl::Status& status) {
    if (status.code() == expected) return "";
    return Concat("expected ", absl::StatusCodeToString(expected), ", got ", status.ToString());
  }

  std::string Dispatch(const Call& call) {
    const ObjectId id = call.id;
    switch (call.method) {
      case Method::kCreate:
        return Create(call);
      case Method::kSeal:
        return Compare(model_.Seal(id), store_->Seal(id));
      case Method::kAbort:
        return Compare(model_.Abort(id), store_->Abort(id));
      case Method::kGet:
        return Get(id);
      case Method::kRelease:
        return Compare(model_.Release(id), store_->Release(id));
      case Method::kDelete:
        return Compare(model_.Delete(id), store_->Delete(id));
      case Method::kContains: {
        const auto found = model_.objects().find(id);
        const bool expected = found != model_.objects().end() && found->second.state == ObjectState::kSealed;
        return store_->Contains(id) == expected ? "" : Concat("expected ", expected, ", got ", !expected);
      }
      case Method::kCache:
        return Compare(model_.SetCached(id, true), store_->Cache(id));
      case Method::kUncache:
        return Compare(model_.SetCached(id, false), store_->Uncache(id));
      case Method::kList:
        return CompareList();
      case Method::kSubscribe:
        return Compare(model_.Subscribe(id), store_->Subscribe(id, &listeners_[id]));
      case Method::kUnsubscribe:
        return Compare(model_.Unsubscribe(id), store_->Unsubscribe(id, &listeners_[id]));
    }
    return "";
  }

  std::string Create(const Call& call) {
    const absl::StatusCode expected = model_.Create(call.id, call.size_bytes, call.metadata_bytes);
    const absl::StatusOr<std::span<std::byte>> data =
        store_->Create(call.id, call.size_bytes, Pattern(call.metadata_bytes, call.metadata_bytes));
    if (std::string wrong = Compare(expected, data.status()); !wrong.empty() || !data.ok()) return wrong;
    if (data->size() != call.size_bytes) return Concat("gave ", data->size(), " bytes");
    const uint64_t tag = ++last_tag_;
    Fill(Ends(*data).first, tag);
    Fill(Ends(*data).second, tag);
    std::set<ObjectId> evicted;
    for (const auto& [id, object] : model_.objects()) {
      if (object.state == ObjectState::kSealed && !store_->Contains(id)) evicted.insert(id);
    }
    return model_.Created(call.id, call.size_bytes, call.metadata_bytes, tag, evicted);
  }

  std::string Get(ObjectId id) {
    const absl::StatusOr<ObjectView> view = store_->Get(id);
    if (std::string wrong = Compare(model_.Get(id), view.status()); !wrong.empty() || !view.ok()) return wrong;
    const ModelObject& object = model_.objects().at(id);
    if (view->data.size() != object.size_bytes) return Concat("gave ", view->data.size(), " bytes");
    if (!HoldsPattern(Ends(view->data).first, object.tag)) return "the data's first bytes differ";
    if (!HoldsPattern(Ends(view->data).second, object.tag)) return "the data's last bytes differ";
    const bool same =
        view->metadata.size() == object.metadata_bytes && HoldsPattern(view->metadata, object.metadata_bytes);
    return same ? "" : "the metadata differs";
  }

  // The first and last 64 bytes: enough to find what overlaps, and quick for large objects.
  template <typename Byte>
  static std::pair<std::span<Byte>, std::span<Byte>> Ends(std::span<Byte> data) {
    if (data.size() < 2 * kUnit) return {data, {}};
    return {data.first(kUnit), data.last(kUnit)};
  }

  std::string CompareStats() {
    const ObjectStoreStats got = store_->Stats();
    const ObjectStoreStats want = model_.Stats();
    std::string wrong;
    const auto compare = [&](const char* name, uint64_t is, uint64_t expected) {
      if (is != expected) wrong += Concat(wrong.empty() ? "" : ", ", name, " is ", is, ", expected ", expected);
    };
    compare("capacity_bytes", got.capacity_bytes, want.capacity_bytes);
    compare("used_bytes", got.used_bytes, want.used_bytes);
    compare("open_count", got.open_count, want.open_count);
    compare("sealed_count", got.sealed_count, want.sealed_count);
    compare("pinned_count", got.pinned_count, want.pinned_count);
    compare("cached_count", got.cached_count, want.cached_count);
    compare("cached_bytes", got.cached_bytes, want.cached_bytes);
    compare("evicted_count", got.evicted_count, want.evicted_count);
    return wrong;
  }

  std::string CompareList() {
    std::vector<ObjectInfo> infos(model_.objects().size() + 1);
    const uint64_t count = store_->List(infos);
    if (count != model_.objects().size()) return Concat("lists ", count, ", expected ", model_.objects().size());
    size_t i = 0;
    for (const auto& [id, object] : model_.objects()) {
      const ObjectInfo& info = infos[i++];
      if (info.id != id || info.size_bytes != object.size_bytes || info.metadata_bytes != object.metadata_bytes ||
          info.pin_count != object.pins || info.state != object.state || (info.cached != 0) != object.cached) {
        return Concat("entry ", i - 1, " differs, expected ", id.ToHex());
      }
    }
    return "";
  }

  SuiteHost host_;
  ObjectStoreModel model_;
  std::map<ObjectId, CountingListener> listeners_;  // Outlive a store that calls them in the end.
  std::unique_ptr<ObjectStore> store_;
  uint64_t last_tag_ = 0;
};

// Draws calls that meet each other: few ids, sizes from nothing to more than fits.
class CallSource {
 public:
  CallSource(uint64_t seed, uint64_t capacity_bytes)
      : bits_(seed),
        sizes_{0,
               1,
               63,
               64,
               1000,
               capacity_bytes / 9,
               capacity_bytes / 7,
               capacity_bytes / 7,
               capacity_bytes / 5,
               capacity_bytes / 3,
               capacity_bytes + 1,
               UINT64_MAX} {
    // As often as they stand here.
    using enum Method;
    methods_ = {kCreate, kCreate, kCreate,  kCreate,  kSeal,   kSeal,     kSeal, kAbort,
                kGet,    kGet,    kRelease, kRelease, kDelete, kContains, kList};
    if (Plugin().Has(ObjectStore::kCapabilityCache))
      methods_.insert(methods_.end(), {kCache, kCache, kCache, kUncache});
    if (Plugin().Has(ObjectStore::kCapabilitySubscribe)) {
      methods_.insert(methods_.end(), {kSubscribe, kSubscribe, kUnsubscribe});
    }
  }

  Call Next() {
    constexpr uint64_t kMetadataSizes[] = {0, 0, 1, 100, 5000};
    return {.method = Draw(methods_),
            .id = bits_() % 200 == 0 ? ObjectId() : ObjectId(bits_() % 2, 1 + bits_() % 8, 0),
            .size_bytes = Draw(sizes_),
            .metadata_bytes = Draw(kMetadataSizes)};
  }

 private:
  template <typename Choices>
  std::remove_cvref_t<decltype(std::declval<Choices>()[0])> Draw(const Choices& choices) {
    return choices[bits_() % std::size(choices)];
  }

  std::mt19937_64 bits_;
  const std::vector<uint64_t> sizes_;
  std::vector<Method> methods_;
};

class RandomCalls : public ObjectStoreConformance {
 protected:
  void Compare(uint64_t seed, size_t call_count) {
    CallSource source(seed, capacity_bytes());
    std::vector<Call> calls;
    std::string wrong;
    {
      Pair pair(capacity_bytes());
      while (wrong.empty() && calls.size() < call_count) {
        calls.push_back(source.Next());
        wrong = pair.Apply(calls.back());
      }
    }
    if (wrong.empty()) return;
    const size_t failing_count = calls.size();
    calls = Shrink(std::move(calls), [&](const std::vector<Call>& some) { return !FirstDifference(some).empty(); });
    std::string list;
    for (const Call& call : calls) list += Concat("  ", call.Text(), "\n");
    FAIL() << "--seed=" << seed << ": the store differs from the model after " << failing_count
           << " calls, and after these " << calls.size() << ":\n"
           << list << FirstDifference(calls);
  }

 private:
  std::string FirstDifference(const std::vector<Call>& calls) {
    Pair pair(capacity_bytes());
    for (const Call& call : calls) {
      if (std::string wrong = pair.Apply(call); !wrong.empty()) return wrong;
    }
    return "";
  }
};

TEST_F(RandomCalls, TenThousandAgreeWithTheModel) { Compare(Options().seed, 10'000); }

TEST_F(RandomCalls, AMillionAgreeWithTheModel) {
  if (!Options().slow) {
    NoteNotMeasured("a long test: give --slow");
    return;
  }
  Compare(Options().seed + 1, 1'000'000);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
