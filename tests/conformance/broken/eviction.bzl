"""The broken eviction policies, and what the suite must say of each."""

load("//tools/bazel:manta.bzl", "manta_plugin", "plugin_conformance_test")
load(":sentences.bzl", "sentences_test")

_BROKEN = {
    "access_unpins": [
        "EvictionLifeCycle.AccessRecordsAUseAndNothingElse",
        "EvictionLifeCycle.PinnedEntriesAreNeverChosen",
        "EvictionRandomCalls.AgreeWithTheModel",
        "EvictionStatistics.EntriesAreCountedWithTheirBytesPinnedOnesIncluded",
        "EvictionStatistics.EvictableEntriesAreCountedWithTheirBytes",
    ],
    "double_insert_ok": [
        "EvictionErrors.InsertOfAnEntryIsAlreadyExists",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "drops_empty": [
        "EvictionLimits.AnEntryMayHaveNoBytes",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "empty_is_exhausted": [
        "EvictionErrors.EvictWithNothingEvictableIsNotFound",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "erase_leaks": [
        "EvictionLifeCycle.AnIdThatWasErasedComesBackUnpinned",
        "EvictionLifeCycle.EraseRemovesAPinnedEntry",
        "EvictionRandomCalls.AgreeWithTheModel",
        "EvictionStatistics.EntriesAreCountedWithTheirBytesPinnedOnesIncluded",
        "EvictionStatistics.EvictableEntriesAreCountedWithTheirBytes",
    ],
    "erase_refuses_pinned": [
        "EvictionErrors.AccessOfNoEntryIsNotFound",
        "EvictionErrors.EraseIsOkForEntriesPinnedOrNot",
        "EvictionErrors.EraseOfNoEntryIsNotFound",
        "EvictionErrors.InsertIsOkForWhatIsNoEntry",
        "EvictionErrors.PinIsOkForEvictableEntries",
        "EvictionErrors.PinOfNoEntryIsNotFound",
        "EvictionErrors.UnpinOfAnEvictableEntryIsFailedPrecondition",
        "EvictionErrors.UnpinOfNoEntryIsNotFound",
        "EvictionLifeCycle.AnIdThatWasErasedComesBackUnpinned",
        "EvictionLifeCycle.EraseRemovesAPinnedEntry",
        "EvictionRandomCalls.AgreeWithTheModel",
        "EvictionStatistics.EntriesAreCountedWithTheirBytesPinnedOnesIncluded",
        "EvictionStatistics.EvictableEntriesAreCountedWithTheirBytes",
    ],
    "evict_keeps_entry": [
        "EvictionErrors.AccessOfNoEntryIsNotFound",
        "EvictionErrors.EraseOfNoEntryIsNotFound",
        "EvictionErrors.EvictWithNothingEvictableIsNotFound",
        "EvictionErrors.InsertIsOkForWhatIsNoEntry",
        "EvictionErrors.PinOfNoEntryIsNotFound",
        "EvictionErrors.UnpinOfNoEntryIsNotFound",
        "EvictionLifeCycle.AccessRecordsAUseAndNothingElse",
        "EvictionLifeCycle.AnIdThatWasErasedComesBackUnpinned",
        "EvictionLifeCycle.AnIdThatWasEvictedCanComeBackWithAnotherSize",
        "EvictionLifeCycle.EraseRemovesAPinnedEntry",
        "EvictionLifeCycle.EraseRemovesAnEvictableEntry",
        "EvictionLifeCycle.EvictChoosesOneEntryAndRemovesIt",
        "EvictionLifeCycle.EvictReturnsEachEntryOnce",
        "EvictionLifeCycle.EvictReturnsTheSizeOfInsert",
        "EvictionLifeCycle.InsertAddsAnEvictableEntry",
        "EvictionLifeCycle.PinAndUnpinMayBeRepeated",
        "EvictionLifeCycle.PinnedEntriesAreNeverChosen",
        "EvictionLifeCycle.UnpinMakesAnEntryEvictableAgain",
        "EvictionLimits.AnEntryMayHaveAsManyBytesAsANumberHolds",
        "EvictionLimits.AnEntryMayHaveNoBytes",
        "EvictionLimits.IdsThatDifferInOnePartAreTwoEntries",
        "EvictionRandomCalls.AgreeWithTheModel",
        "EvictionRemembers.AtMostAsManyEvictedIdsAsItHeldEntriesAndSomeMore",
        "EvictionStatistics.EntriesAreCountedWithTheirBytesPinnedOnesIncluded",
        "EvictionStatistics.EvictableEntriesAreCountedWithTheirBytes",
        "EvictionThreads.ThreadsMayTakeTurns",
        "EvictionThreads.TwoPoliciesShareNothing",
    ],
    "evicts_pinned": [
        "EvictionErrors.EvictWithNothingEvictableIsNotFound",
        "EvictionLifeCycle.AccessRecordsAUseAndNothingElse",
        "EvictionLifeCycle.PinnedEntriesAreNeverChosen",
        "EvictionLifeCycle.UnpinMakesAnEntryEvictableAgain",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "failed_insert_counts": ["EvictionErrors.AFailedCallChangesNothing"],
    "first_thread_only": ["EvictionThreads.ThreadsMayTakeTurns"],
    "forgets_size": [
        "EvictionLifeCycle.AnIdThatWasEvictedCanComeBackWithAnotherSize",
        "EvictionLifeCycle.EvictReturnsTheSizeOfInsert",
        "EvictionLimits.AnEntryMayHaveAsManyBytesAsANumberHolds",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "grows_per_entry": ["EvictionMemory.AnEntryTakesAConstantNumberOfBytes"],
    "ignores_worker": ["EvictionLimits.IdsThatDifferInOnePartAreTwoEntries"],
    "keeps_the_bytes": ["EvictionMemory.AnEntryTakesTheSameMemoryWhateverItsSize"],
    "never_forgets": ["EvictionRemembers.AtMostAsManyEvictedIdsAsItHeldEntriesAndSomeMore"],
    "outlives_itself": ["EvictionMemory.AllIsFreeWhenThePolicyIsDestroyed"],
    "pins_nest": [
        "EvictionErrors.PinOfAPinnedEntryIsFailedPrecondition",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "remembered_is_entry": [
        "EvictionErrors.AccessOfNoEntryIsNotFound",
        "EvictionLifeCycle.EvictChoosesOneEntryAndRemovesIt",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
    "remembers_erased": ["EvictionRemembers.AtMostAsManyErasedIdsAsItHeldEntriesAndSomeMore"],
    "shares_count": ["EvictionThreads.TwoPoliciesShareNothing"],
    "unpin_unpinned_ok": [
        "EvictionErrors.UnpinOfAnEvictableEntryIsFailedPrecondition",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
}

# Plugins of one library, eviction_faults.cc.
_FAULTS = {
    "access_refuses_pinned": [
        "EvictionErrors.AFailedCallChangesNothing",
        "EvictionErrors.AccessIsOkForEntriesPinnedOrNot",
        "EvictionLifeCycle.AccessRecordsAUseAndNothingElse",
        "EvictionLifeCycle.PinnedEntriesAreNeverChosen",
        "EvictionRandomCalls.AgreeWithTheModel",
        "EvictionStatistics.EntriesAreCountedWithTheirBytesPinnedOnesIncluded",
        "EvictionStatistics.EvictableEntriesAreCountedWithTheirBytes",
    ],
    "evicts_before_the_first": [
        "EvictionErrors.EvictWithNothingEvictableIsNotFound",
        "EvictionStatistics.ANewPolicyHoldsNothing",
        "EvictionThreads.TwoPoliciesShareNothing",
    ],
    "remembers_failed_pins": [
        "EvictionErrors.AFailedCallChangesNothing",
        "EvictionErrors.UnpinIsOkForPinnedEntries",
        "EvictionRandomCalls.AgreeWithTheModel",
    ],
}

def broken_policies():
    """A plugin for each, with its conformance test."""
    for name, failing_tests in _BROKEN.items():
        manta_plugin(
            name = "eviction_" + name,
            testonly = True,
            srcs = ["eviction_%s.cc" % name],
            conformance_failures = failing_tests,
            interface = "eviction",
            visibility = ["//tools/manta:__pkg__"],
            deps = [":almost_right_policy"],
        )
    manta_plugin(
        name = "eviction_faults",
        testonly = True,
        srcs = ["eviction_faults.cc"],
        conformance = False,  # Its tests follow, one for each plugin.
        interface = "eviction",
        deps = [
            ":almost_right_policy",
            ":export_all",
        ],
    )
    for name, failing_tests in _FAULTS.items():
        plugin_conformance_test(
            name = "eviction_%s_conformance_test" % name,
            failures = failing_tests,
            interface = "eviction",
            library = ":libeviction_faults.so",
            plugin = "test.eviction." + name,
        )
    sentences_test(
        broken = [
            _BROKEN,
            _FAULTS,
        ],
        interface = "eviction",
        library = ":libeviction_forgets_size.so",
    )

# SPDX-License-Identifier: Apache-2.0
