#include "core/plugin/guard/scheduler_guard.h"

#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

using Code = absl::StatusCode;

// What core/interface/scheduler.h names.
constexpr CodeSet kInvalid = {Code::kInvalidArgument};
constexpr CodeSet kInvalidOrExhausted = {Code::kInvalidArgument, Code::kResourceExhausted};

}  // namespace

SchedulerGuard::SchedulerGuard(std::unique_ptr<Scheduler> plugin, const PluginRecord& record, const Host& host)
    : plugin_(std::move(plugin)), guard_(record.name, host) {}

SchedulerGuard::~SchedulerGuard() {
  if (guard_.broken()) static_cast<void>(plugin_.release());  // Abandoned: plugin_guard.h says why.
}

absl::Status SchedulerGuard::Start(const SchedulerSetup& setup) {
  return guard_.Call("Start", kInvalid, [&] { return plugin_->Start(setup); });
}

absl::StatusOr<uint32_t> SchedulerGuard::DefineDemand(std::span<const ResourceAmount> amounts) {
  return guard_.Call("DefineDemand", kInvalidOrExhausted, [&] { return plugin_->DefineDemand(amounts); });
}

absl::Status SchedulerGuard::Push(uint32_t from_worker, std::span<const ReadyTask> tasks) {
  return guard_.Call("Push", kInvalidOrExhausted, [&] { return plugin_->Push(from_worker, tasks); });
}

bool SchedulerGuard::Pop(uint32_t worker, ReadyTask* task) {
  return guard_.CallOr("Pop", false, [&] { return plugin_->Pop(worker, task); });
}

bool SchedulerGuard::TakeBack(uint32_t worker, uint64_t task) {
  return guard_.CallOr("TakeBack", false, [&] { return plugin_->TakeBack(worker, task); });
}

bool SchedulerGuard::Acquire(uint32_t demand) {
  return guard_.CallOr("Acquire", false, [&] { return plugin_->Acquire(demand); });
}

uint64_t SchedulerGuard::Return(uint32_t demand) {
  return guard_.CallOr("Return", 0, [&] { return plugin_->Return(demand); });
}

uint64_t SchedulerGuard::Drain(std::span<ReadyTask> tasks) {
  return Counted("Drain", guard_.CallOr("Drain", 0, [&] { return plugin_->Drain(tasks); }), tasks.size());
}

uint64_t SchedulerGuard::List(std::span<ReadyTask> tasks) {
  return Counted("List", guard_.CallOr("List", 0, [&] { return plugin_->List(tasks); }), tasks.size());
}

uint64_t SchedulerGuard::Counted(std::string_view method, uint64_t count, uint64_t room) {
  if (count <= room) return count;
  guard_.Broke(method, Concat("returned ", count, " with room for ", room)).IgnoreError();
  return 0;
}

SchedulerStats SchedulerGuard::Stats() {
  return guard_.CallOr("Stats", {}, [&] { return plugin_->Stats(); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
