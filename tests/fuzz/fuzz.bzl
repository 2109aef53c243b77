"""fuzz_target(): a fuzz target, and the test that replays its corpus."""

def fuzz_target(name, srcs, deps, corpus):
    """Makes <name>, a libFuzzer binary for --config=fuzz, and <name>_corpus_test for every configuration.

    Args:
      name: ends in _fuzzer.
      srcs: define LLVMFuzzerTestOneInput.
      deps: what they need.
      corpus: files to start from; small ones.
    """
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],  # Links with --config=fuzz only.
        deps = deps,
    )
    native.cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = srcs + [Label("//tests/fuzz:corpus_replay.cc")],
        args = ["$(rootpaths %s)" % (":" + name + "_corpus")],
        data = [":" + name + "_corpus"],
        deps = deps,
    )
    native.filegroup(name = name + "_corpus", testonly = True, srcs = corpus)

# SPDX-License-Identifier: Apache-2.0
