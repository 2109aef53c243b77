"""sentences_test(): each sentence of a suite has a broken plugin that it finds."""

def sentences_test(interface, library, broken, unfailed = []):
    """Makes <interface>_sentences_test, which passes when each sentence of the suite is failed by a broken plugin.

    Args:
      interface: whose suite it is.
      library: any library of a plugin that the suite takes.
      broken: tables of broken plugins: names, and the tests that fail on each. One that a race may show ("?") does not
        count.
      unfailed: the sentences that none of them fails, all of them.
    """
    failed = {}
    for table in broken:
        for failures in table.values():
            for sentence in failures:
                failed[sentence] = True
    suite = "//tests/conformance:" + interface
    native.py_test(
        name = interface + "_sentences_test",
        size = "small",
        srcs = ["sentences_test.py"],
        args = [
            "$(rootpath %s)" % suite,
            "$(rootpath %s)" % library,
            "'--failed=%s'" % ",".join(sorted(failed)),
            "'--unfailed=%s'" % ",".join(unfailed),
        ],
        data = [
            library,
            suite,
        ],
        main = "sentences_test.py",
        python_version = "PY3",
    )

# SPDX-License-Identifier: Apache-2.0
