// core/describe/type_thrown.h -- keeps what a type's own code threw, for whoever tells of it.
//
// The functions of a descriptor are noexcept and answer "false": exceptions do not cross to serializers, which say that
// something was thrown, and not what. Who called the serializer asks here.
//
// Threads   Each thread has its own.
#pragma once

#include <string>

namespace manta::describe_internal {

// REQUIRES: called inside a catch block.
void KeepThrown() noexcept;

// What was kept last, `std::range_error "below zero"`, and forgets it. "": nothing since the last call.
std::string TakeThrown();

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
