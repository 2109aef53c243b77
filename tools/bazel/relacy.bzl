"""relacy_test(): a test that explores a lock-free structure with tests/support/relacy_atomics.h."""

def relacy_test(name, srcs, deps = [], **kwargs):
    """Makes a cc_test. Always optimised, since a test tries millions of steps; one source per test is best.

    Args:
      name: as usual; foo_relacy_test beside foo.h.
      srcs: its source; includes tests/support/relacy_atomics.h.
      deps: the structure; GoogleTest and the harness come by themselves.
      **kwargs: for the cc_test.
    """
    native.cc_test(
        name = name,
        srcs = srcs,
        # Relacy switches stacks by longjmp, which the fortified one takes for a mistake; and it knows freed memory by
        # what destructors wrote there, which gcc leaves out.
        copts = ["-O1", "-U_FORTIFY_SOURCE"] + select({
            str(Label("//tools/bazel:clang")): [],
            "//conditions:default": ["-fno-lifetime-dse"],
        }),
        deps = deps + [
            Label("//tests/support:relacy_atomics"),
            "@com_google_googletest//:gtest_main",
        ],
        **kwargs
    )

# SPDX-License-Identifier: Apache-2.0
