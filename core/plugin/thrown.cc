#include "core/plugin/thrown.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

#include "core/base/text.h"

namespace manta {
namespace {

std::string TypeName() {
  const std::type_info* type = ::abi::__cxa_current_exception_type();
  if (type == nullptr) return "a foreign exception";
  int result = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(::abi::__cxa_demangle(type->name(), nullptr, nullptr, &result),
                                                         &std::free);
  return name == nullptr ? type->name() : name.get();
}

}  // namespace

std::string DescribeCurrentException() {
  const std::string type = TypeName();
  try {
    throw;
  } catch (const std::exception& error) {
    return Concat(type, " ", Quoted(error.what()));
  } catch (...) {
    return type;
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
