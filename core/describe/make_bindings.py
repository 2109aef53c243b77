#!/usr/bin/env python3
"""Writes core/describe/bindings.h: python3 core/describe/make_bindings.py > core/describe/bindings.h"""

FIELD_COUNT_MAX = 64
COLUMNS_MAX = 118

HEAD = '''\
// core/describe/bindings.h -- takes an aggregate apart into its fields, by structured bindings.
//
// A structured binding needs the number of fields in its text, so there is one branch for each number. Made by
// core/describe/make_bindings.py.
//
// Threads   [any-thread]; no state.
#pragma once

#include <cstddef>

namespace manta::describe_internal {

inline constexpr size_t kFieldCountMax = %(max)d;

template <typename... T>
struct TypeList {};

// What Bind returns when a field is a bit-field: it has no address. (clang cannot ask; it names the bit-field itself.)
struct NotBindable {};

#if defined(__clang__)
#define MANTA_BINDABLE(call) true
#else
#define MANTA_BINDABLE(call) requires { call; }
#endif

// Calls `visit` with the kCount fields of `value`.
template <size_t kCount, typename T, typename Visitor>
constexpr decltype(auto) Bind(T& value, Visitor&& visit) {
  // clang-format off
  if constexpr (kCount == 0) {
    return visit();'''

MIDDLE = '''\
  }
  // clang-format on
}

#undef MANTA_BINDABLE

// The fields' types as they are declared, references included.
template <size_t kCount, typename T>
constexpr auto BindTypes(T& value) {
  // clang-format off
  if constexpr (kCount == 0) {
    return TypeList<>();'''

TAIL = '''\
  }
  // clang-format on
}

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0'''


def wrap(prefix, words, suffix):
    """Joins the words with commas, on lines of at most COLUMNS_MAX columns."""
    lines, line = [], prefix
    for i, word in enumerate(words):
        piece = word + (", " if i + 1 < len(words) else suffix)
        if len(line) + len(piece) > COLUMNS_MAX:
            lines.append(line.rstrip())
            line = "        "
        line += piece
    return "\n".join(lines + [line])


def main():
    values = {"max": FIELD_COUNT_MAX}
    print(HEAD % values)
    for count in range(1, FIELD_COUNT_MAX + 1):
        names = ["f%d" % i for i in range(count)]
        print("  } else if constexpr (kCount == %d) {" % count)
        print(wrap("    auto& [", names, "] = value;"))
        print(wrap("    if constexpr (MANTA_BINDABLE(visit(", names, "))) {"))
        print(wrap("      return visit(", names, ");"))
        print("    } else {\n      return NotBindable();\n    }")
    print(MIDDLE % values)
    for count in range(1, FIELD_COUNT_MAX + 1):
        names = ["f%d" % i for i in range(count)]
        print("  } else if constexpr (kCount == %d) {" % count)
        print(wrap("    [[maybe_unused]] auto& [", names, "] = value;"))
        print(wrap("    return TypeList<", ["decltype(%s)" % name for name in names], ">();"))
    print(TAIL)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
