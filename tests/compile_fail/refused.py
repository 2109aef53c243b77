"""What must not compile: one row per sentence that a header says so with, and what compiles beside it."""

from typing import NamedTuple, Sequence


class Refused(NamedTuple):
    """Code that is refused with exactly this sentence."""

    sentence: str
    code: str


class Header(NamedTuple):
    """A header, code that uses it well, and code that does not."""

    path: str
    accepted: str
    refused: Sequence[Refused]


def _described(declaration: str, expression: str = "S") -> str:
    return f"{declaration}\nconst void* described = &manta::Describe<{expression}>();"


HEADERS: Sequence[Header] = (
    Header(
        path="core/describe/describe.h",
        accepted="""
            struct Point { float x = 0, y = 0; };
            class Hidden { int inside_ = 0; MANTA_DESCRIBE(Hidden, inside_) };
            struct S { Point point; Hidden hidden; std::map<int, std::unique_ptr<Point>> map; int row[3]; };
            const void* described = &manta::Describe<S>();
        """,
        refused=(
            Refused(
                "manta: describe the type without const and reference",
                _described("", "const int"),
            ),
        ),
    ),
    Header(
        path="core/describe/kind.h",
        accepted="static_assert(manta::describe_internal::KindOf<int>() == manta::TypeKind::kInt);",
        refused=(
            Refused(
                "manta: a 128-bit integer cannot be described: use two 64-bit ones",
                _described("struct S { __int128 wide; };"),
            ),
            Refused(
                "manta: long double differs between machines: use double",
                _described("struct S { long double wide; };"),
            ),
            Refused(
                "manta: a raw pointer cannot leave the process: hold the value, a std::unique_ptr, or an ObjectRef",
                _described("struct S { int* pointer; };"),
            ),
            Refused(
                "manta: shared ownership cannot leave the process: hold the value, a std::unique_ptr, or an ObjectRef",
                _described("struct S { std::shared_ptr<int> shared; };"),
            ),
            Refused(
                "manta: a unique_ptr to an array or with its own deleter cannot be described: use std::vector or write"
                " a manta::Codec",
                _described("struct S { std::unique_ptr<int[]> row; };"),
            ),
            Refused(
                "manta: a view does not own its elements: use std::string, std::vector or manta::Array",
                _described("struct S { std::string_view text; };"),
            ),
            Refused(
                "manta: a polymorphic type cannot be described: use std::variant or write a manta::Codec",
                _described("struct S { virtual void Act() {} };"),
            ),
            Refused(
                "manta: a union does not say what it holds: use std::variant",
                _described("union S { int a; float b; };"),
            ),
            Refused(
                "manta: a class with private fields, constructors or virtual functions does not show its fields: name"
                " them inside it with MANTA_DESCRIBE(Type, fields...), or write a manta::Codec",
                _described("class S { int hidden_ = 0; };"),
            ),
            Refused(
                "manta: a struct with a base class does not show its fields: name them inside it with"
                " MANTA_DESCRIBE(Type, fields...), inherited ones too",
                _described("struct Base { int a; };\nstruct S : Base { int b; };"),
            ),
            Refused(
                "manta: the fields of this struct cannot be counted: name them inside it with MANTA_DESCRIBE(Type,"
                " fields...), or write a manta::Codec",
                _described(
                    "struct Fixed { explicit Fixed(int); Fixed(Fixed&&) = delete; };\n"
                    "struct S { int& number; Fixed fixed; };"
                ),
            ),
            Refused(
                "manta: an aggregate has more than 64 fields: move some of them into a struct of their own",
                _described("struct S { int " + ", ".join(f"field_{i}" for i in range(65)) + "; };"),
            ),
            Refused(
                "manta: a field that is a reference cannot leave the process: hold the value or an ObjectRef",
                _described("struct S { int& number; };"),
            ),
            Refused(
                "manta: a field that is a reference cannot leave the process: hold the value or an ObjectRef",
                _described("struct S { int& number; std::unique_ptr<int> owned; };"),
            ),
            Refused(
                "manta: a field that is a reference cannot leave the process: hold the value or an ObjectRef",
                _described("struct S { std::unique_ptr<int> owned; const int& number; };"),
            ),
            Refused(
                "manta: a bit-field has no address: use a whole integer, or write a manta::Codec",
                _described("struct S { int a : 3; int b; };"),
            ),
        ),
    ),
    Header(
        path="core/describe/blob.h",
        accepted="const void* described = &manta::Describe<manta::Array<float>>();",
        refused=(
            Refused(
                "manta: an Array leaves the process as bytes, so its elements are numbers, enumerations, or structs of"
                " them without padding: use std::vector for others",
                _described("struct S { char letter; int number; };", "manta::Array<S>"),
            ),
        ),
    ),
    Header(
        path="core/base/array.h",
        accepted="manta::Array<float> numbers = {1, 2, 3};",
        refused=(
            Refused(
                "manta: an Array's elements are plain bytes: use std::vector for elements that own memory",
                "manta::Array<std::string> words;",
            ),
            Refused(
                "manta: an Array's elements are aligned to at most 64 bytes",
                "struct alignas(128) S { int number; };\nmanta::Array<S> rows;",
            ),
        ),
    ),
)


# SPDX-License-Identifier: Apache-2.0
