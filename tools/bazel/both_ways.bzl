"""Tests of programs run both ways: with values as they are, and with every value in the object store."""

def both_ways_test(name, srcs, deps, size = "medium", timeout = None, **kwargs):
    """A cc_test, and a second one of the same code (NAME_strict) where MANTA_NATIVE_VALUES is NEVER.

    Args:
      name: of the first test.
      srcs: compiled once, for both.
      deps: of the sources.
      size: of each test.
      timeout: of each test.
      **kwargs: for both tests.
    """
    native.cc_library(
        name = name + "_code",
        testonly = True,
        srcs = srcs,
        alwayslink = True,
        deps = deps,
    )
    for suffix, env in {"": {}, "_strict": {"MANTA_NATIVE_VALUES": "NEVER"}}.items():
        native.cc_test(
            name = name + suffix,
            size = size,
            timeout = timeout,
            env = env,
            deps = [":" + name + "_code"] + deps,
            **kwargs
        )

# SPDX-License-Identifier: Apache-2.0
