#include "core/base/thrown.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

#include "core/base/text.h"

namespace manta {

std::string CurrentExceptionType() {
  const std::type_info* type = ::abi::__cxa_current_exception_type();
  if (type == nullptr) return "a foreign exception";
  int result = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(::abi::__cxa_demangle(type->name(), nullptr, nullptr, &result),
                                                         &std::free);
  return name == nullptr ? type->name() : name.get();
}

std::string DescribeCurrentException() {
  const std::string type = CurrentExceptionType();
  try {
    throw;
  } catch (const std::exception& error) {
    const char* const what = error.what();
    return Concat(type, " ", Quoted(what != nullptr ? what : ""));
  } catch (...) {
    return type;
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
