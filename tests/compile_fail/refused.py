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


_MSGPACK = "#define MSGPACK_NO_BOOST\n#include <msgpack.hpp>\n"

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
    Header(
        path="core/describe/msgpack.h",
        accepted=_described(_MSGPACK + "struct S { int number = 0; MSGPACK_DEFINE(number) };"),
        refused=(
            Refused(
                "manta: a MSGPACK_DEFINE type holds an ObjectRef or a LocalOnly, which would not be found: name its "
                "fields with MANTA_DESCRIBE(Type, fields...)",
                _described(_MSGPACK + "struct S { manta::LocalOnly<int> number; MSGPACK_DEFINE(number) };"),
            ),
            Refused(
                "manta: a MSGPACK_DEFINE type has no default value: give it one, or write a manta::Codec",
                _described(_MSGPACK + "struct S { explicit S(int n) : number(n) {} int number; MSGPACK_DEFINE(number) };"),
            ),
        ),
    ),
    Header(
        path="api/task.h",
        accepted="inline int Twice(int x) { return 2 * x; }\nauto Call() { return manta::Task<Twice>().Remote(2); }",
        refused=(
            Refused(
                "manta: the task takes another number of arguments",
                "inline int Twice(int x) { return 2 * x; }\nauto Call() { return manta::Task<Twice>().Remote(2, 3); }",
            ),
            Refused(
                "manta: nobody would take the generator's items: use Remote",
                "inline manta::Generator<int> Count() { co_yield 1; }\nvoid Call() { manta::Task<Count>().Send(); }",
            ),
        ),
    ),
    Header(
        path="api/coroutine.h",
        accepted="inline manta::Coroutine<int> One(manta::ObjectRef<int> x) { co_return *co_await x; }\n"
        "auto Call() { return manta::Task<One>().Remote(manta::Put(1)); }",
        refused=(
            Refused(
                "manta: a coroutine awaits an ObjectRef, a RefStream that it keeps, or a Coroutine that it calls",
                "inline manta::Coroutine<int> One(int x) { co_await x; co_return x; }",
            ),
        ),
    ),
    Header(
        path="api/generator.h",
        accepted="inline manta::Generator<int> Count() { co_yield 1; }\n"
        "auto Call() { return manta::Task<Count>().Remote(); }",
        refused=(
            Refused(
                "manta: a generator's items are values",
                "inline manta::Generator<int&> Count(int& x) { co_yield x; }",
            ),
        ),
    ),
    Header(
        path="api/split.h",
        accepted="inline std::pair<int, int> Both() { return {1, 2}; }\n"
        "void Call() { auto [a, b] = manta::Task<Both>().RemoteSplit(); }",
        refused=(
            Refused(
                "manta: only a std::tuple, std::pair or std::array can be split: use Remote",
                "inline int One() { return 1; }\nauto Call() { return manta::Task<One>().RemoteSplit(); }",
            ),
        ),
    ),
    Header(
        path="api/actor.h",
        accepted="struct A { int Get() { return 1; } };\nauto Call() { return manta::Actor<A>().Remote(); }",
        refused=(
            Refused("manta: an actor is an object of a class", "auto call = manta::Actor<int>();"),
            Refused(
                "manta: the actor's class has no constructor for these arguments",
                "struct A { explicit A(int) {} };\nauto Call() { return manta::Actor<A>().Remote(std::string()); }",
            ),
            Refused(
                "manta: the method is another class's",
                "struct A {};\nstruct B { int Get() { return 1; } };\n"
                "void Call(const manta::ActorHandle<A>& a) { (void)a.Task<&B::Get>(); }",
            ),
        ),
    ),
    Header(
        path="core/runtime/argument.h",
        accepted="inline int Size(std::span<const int> row) { return static_cast<int>(row.size()); }\n"
        "auto Call(const manta::ObjectRef<manta::Array<int>>& row) { return manta::Task<Size>().Remote(row); }",
        refused=(
            Refused(
                "manta: a task's parameter cannot be a non-const reference, since its caller is elsewhere: take a value "
                "or a const reference, and return the result",
                "inline int Grow(int& x) { return ++x; }\nauto Call(int x) { return manta::Task<Grow>().Remote(x); }",
            ),
            Refused(
                "manta: a task's parameter cannot be an rvalue reference: take a value",
                "inline int Take(int&& x) { return x; }\nauto Call() { return manta::Task<Take>().Remote(1); }",
            ),
            Refused(
                "manta: a reference to void has no value to pass: take an ObjectRef<void>",
                "inline int One(int x) { return x; }\n"
                "auto Call(const manta::ObjectRef<void>& end) { return manta::Task<One>().Remote(end); }",
            ),
            Refused(
                "manta: the reference's value is of another type than the parameter",
                "inline int One(int x) { return x; }\n"
                "auto Call(const manta::ObjectRef<std::string>& text) { return manta::Task<One>().Remote(text); }",
            ),
            Refused(
                "manta: the argument cannot become the parameter's type",
                "inline int One(int x) { return x; }\nauto Call() { return manta::Task<One>().Remote(\"text\"); }",
            ),
        ),
    ),
)


# SPDX-License-Identifier: Apache-2.0
