"""An example: a program that `bazel run` starts, and a test that runs it as a user does."""

def example(name, srcs = None, deps = [], data = []):
    """Makes :NAME, a program of NAME.cc, and :NAME_test, which runs it with each line of expected.txt.

    Args:
      name: the example's, and its folder's.
      srcs: NAME.cc unless given.
      deps: besides //api:manta.
      data: of the program.
    """
    native.cc_binary(
        name = name,
        srcs = srcs or [name + ".cc"],
        data = data,
        visibility = ["//visibility:public"],
        deps = deps + [
            "//api:manta",
            "//docs/examples/common:arguments",
        ],
    )
    native.sh_test(
        name = name + "_test",
        size = "small",
        srcs = ["//docs/examples/common:example_test.sh"],
        args = [
            "$(rootpath :%s)" % name,
            "$(rootpath expected.txt)",
        ],
        data = [
            "expected.txt",
            ":" + name,
            "//docs/examples/common:no_leak.sh",
        ],
    )

# SPDX-License-Identifier: Apache-2.0
