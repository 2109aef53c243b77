"""The broken ref counters, and what the suite must say of each."""

load("//tools/bazel:manta.bzl", "manta_plugin", "plugin_conformance_test")
load(":sentences.bzl", "sentences_test")

_BROKEN = {
    "reference": [],
    "accepts_anything": [
        "RefErrors.AFailedBatchChangesNothing",
        "RefErrors.AnIncompleteEventIsInvalidArgument",
        "RefErrors.TheMessageSaysWhichEventOfHowMany",
    ],
    "counts_repeats": [
        "RefDecisions.RepeatedEventsChangeNothing",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "decides_early": [
        "RefList.WhatNeedsAnObjectIsShown",
        "RefProtection.WhatNeedsAnObjectAgainWithdrawsADecision",
        "RefProtection.WhoBorrowsAnObjectKeepsIt",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "forgets_deaths": [
        "RefDecisions.NothingIsDecidedOfAnObjectThatDied",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "keeps_half_a_batch": [
        "RefErrors.AFailedBatchChangesNothing",
        "RefErrors.TheMessageSaysWhichEventOfHowMany",
    ],
    "lies_about_protecting": [
        "RefList.FactsOfAnObjectStandSideBySide",
        "RefList.WhatNeedsAnObjectIsShown",
        "RefProtection.TasksKeepTheirArguments",
        "RefProtection.WhatContainsAnObjectKeepsIt",
        "RefProtection.WhatNeedsAnObjectAgainWithdrawsADecision",
        "RefProtection.WhoBorrowsAnObjectKeepsIt",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "never_withdraws": [
        "RefDecisions.AReferenceThatComesBackWithdrawsADecision",
        "RefDecisions.EventsOfABatchAreHeardInTheirOrder",
        "RefList.WhatIsDecidedIsNotShown",
        "RefProtection.WhatNeedsAnObjectAgainWithdrawsADecision",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "makes_it_mains": [
        "RefObserving.ReferencesAreShownByTheirHolders",
        "RefObserving.WhoMadeAnObjectIsShown",
    ],
    "decides_what_was_made": [
        "RefObserving.AnObjectThatHasNotEscapedIsNotDecided",
    ],
    "lists_what_is_decided": [
        "RefList.WhatIsDecidedIsNotShown",
        "RefList.WhatNeedsAnObjectIsShown",
        "RefObserving.AnObjectThatEscapesIsDecidedAsAnyOther",
    ],
    "newest_first": [
        "RefDecisions.AreTakenAsManyAsThereIsRoomFor",
        "RefDecisions.AreTakenTheOldestFirst",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "shares_decisions": [
        "RefThreads.TwoCountersShareNothing",
    ],
}

# Plugins of one library, ref_counter_faults.cc: wrappers around a real counter that talks, too.
_FAULTS = {
    "right": [],
    "counts_itself": [
        "RefErrors.WorkerZeroIsInvalidArgument",
        "RefObserving.ItWantsToHearOfOneInAtLeastOne",
        "RefRandomEvents.AgreeWithTheModel",
        "RefStatistics.ANewCounterKnowsNothing",
        "RefThreads.TwoCountersShareNothing",
    ],
    "counts_nothing_lent": [
        "RefTalk.WhoHasAnObjectOfAnotherProcessKeepsItThere",
    ],
    "counts_nothing_unheard": [
        "RefTalk.MessagesThatAreLostAreSaidAgain",
    ],
    "counts_one_decision": [
        "RefRandomEvents.AgreeWithTheModel",
        "RefStatistics.DecisionsAreCountedUntilTheyAreTaken",
    ],
    "decides_again_at_once": [
        "RefDecisions.EachDecisionIsTakenOnce",
        "RefTalk.MessagesComeAfterDecisionsForThisProcess",
    ],
    "first_thread_only": [
        "RefThreads.ThreadsMayTakeTurns",
    ],
    "forgets_borrowers": [
        "RefTalk.MessagesThatAreLostAreSaidAgain",
        "RefTalk.WeakReferencesRememberWithoutKeeping",
        "RefTalk.WhatWasReadOutOfAnObjectIsKept",
        "RefTalk.WhoHasAnObjectOfAnotherProcessKeepsItThere",
    ],
    "forgets_what_was_read": [
        "RefTalk.WhatWasReadOutOfAnObjectIsKept",
    ],
    "ignores_lineage": [
        "RefTalk.LineageKeepsWhatCannotBeMadeAgain",
    ],
    "ignores_sent": [
        "RefTalk.ADeadProcessKeepsNothing",
        "RefTalk.AReferenceUnderWayKeepsItsObject",
        "RefTalk.MessagesThatAreLostAreSaidAgain",
        "RefTalk.WhoHasAnObjectOfAnotherProcessKeepsItThere",
    ],
    "ignores_unheard": [
        "RefTalk.MessagesThatAreLostAreSaidAgain",
    ],
    "ignores_weak": [
        "RefTalk.WeakReferencesRememberWithoutKeeping",
    ],
    "keeps_for_the_dead": [
        "RefTalk.ADeadProcessKeepsNothing",
    ],
    "knows_what_was_not_made": [
        "RefObserving.ReferencesToWhatIsUnknownChangeNothing",
    ],
    "last_borrow_decides": [
        "RefDecisions.AnObjectThatThisProcessRefersToIsNotDecided",
        "RefRandomEvents.AgreeWithTheModel",
    ],
    "lists_what_has_room": [
        "RefList.FactsAreCopiedAsManyAsThereIsRoomFor",
    ],
    "messages_first": [
        "RefTalk.MessagesComeAfterDecisionsForThisProcess",
    ],
    "never_decides": [
        "RefDecisions.AReferenceThatComesBackWithdrawsADecision",
        "RefDecisions.AnObjectIsDecidedWhenNothingNeedsIt",
        "RefDecisions.AreTakenAsManyAsThereIsRoomFor",
        "RefDecisions.AreTakenTheOldestFirst",
        "RefDecisions.EachDecisionIsTakenOnce",
        "RefDecisions.EventsOfABatchAreHeardInTheirOrder",
        "RefDecisions.RepeatedEventsChangeNothing",
        "RefErrors.AFailedBatchChangesNothing",
        "RefList.WhatNeedsAnObjectIsShown",
        "RefObserving.AnObjectThatEscapesIsDecidedAsAnyOther",
        "RefProtection.TasksKeepTheirArguments",
        "RefProtection.WhatContainsAnObjectKeepsIt",
        "RefProtection.WhatNeedsAnObjectAgainWithdrawsADecision",
        "RefProtection.WhoBorrowsAnObjectKeepsIt",
        "RefRandomEvents.AgreeWithTheModel",
        "RefStatistics.DecisionsAreCountedUntilTheyAreTaken",
        "RefTalk.ADeadProcessKeepsNothing",
        "RefTalk.AReferenceUnderWayKeepsItsObject",
        "RefTalk.LineageKeepsWhatCannotBeMadeAgain",
        "RefTalk.MessagesComeAfterDecisionsForThisProcess",
        "RefTalk.MessagesThatAreLostAreSaidAgain",
        "RefTalk.WeakReferencesRememberWithoutKeeping",
        "RefTalk.WhatWasReadOutOfAnObjectIsKept",
        "RefTalk.WhoHasAnObjectOfAnotherProcessKeepsItThere",
        "RefThreads.ThreadsMayTakeTurns",
        "RefThreads.TwoCountersShareNothing",
    ],
    "refuses_empty_batches": [
        "RefDecisions.AnEmptyBatchChangesNothing",
    ],
    "takes_worker_zero": [
        "RefErrors.WorkerZeroIsInvalidArgument",
    ],
    "talks_undeclared": [
        "RefTalk.ADeadProcessKeepsNothing",
        "RefTalk.AReferenceUnderWayKeepsItsObject",
        "RefTalk.LineageKeepsWhatCannotBeMadeAgain",
        "RefTalk.MessagesComeAfterDecisionsForThisProcess",
        "RefTalk.MessagesThatAreLostAreSaidAgain",
        "RefTalk.WeakReferencesRememberWithoutKeeping",
        "RefTalk.WhatADeadProcessOwnedIsLost",
        "RefTalk.WhatWasReadOutOfAnObjectIsKept",
        "RefTalk.WhoAsksForADeadObjectIsTold",
        "RefTalk.WhoHasAnObjectOfAnotherProcessKeepsItThere",
    ],
    "tells_no_loss_by_death": [
        "RefTalk.WhatADeadProcessOwnedIsLost",
    ],
    "tells_no_refusal": [
        "RefTalk.WhoAsksForADeadObjectIsTold",
    ],
    "wants_to_hear_of_none": [
        "RefObserving.ItWantsToHearOfOneInAtLeastOne",
    ],
}

def broken_ref_counters():
    """Makes the plugin of each, and its conformance test, which passes when exactly the named tests fail."""
    manta_plugin(
        name = "ref_counter_faults",
        testonly = True,
        srcs = ["ref_counter_faults.cc"],
        conformance = False,  # Its tests follow, one for each plugin.
        interface = "ref_counter",
        deps = [
            ":export_all",
            "//core/interface:ref_counter_wrapper",
            "//plugins/ref_counter/tracing:tracing_counter",
            "@com_github_google_glog//:glog",
            "@com_google_absl//absl/status",
            "@com_google_absl//absl/status:statusor",
        ],
    )
    for name, failures in _FAULTS.items():
        plugin_conformance_test(
            name = "ref_counter_%s_conformance_test" % name,
            failures = failures,
            interface = "ref_counter",
            library = ":libref_counter_faults.so",
            plugin = "test.ref_counter." + name,
        )
    for name, failures in _BROKEN.items():
        manta_plugin(
            name = "ref_counter_" + name,
            testonly = True,
            srcs = ["ref_counter_%s.cc" % name],
            conformance_failures = failures,
            interface = "ref_counter",
            deps = [":reference_ref_counter"],
        )
    sentences_test(
        broken = [
            _BROKEN,
            _FAULTS,
        ],
        interface = "ref_counter",
        library = ":libref_counter_reference.so",
    )

# SPDX-License-Identifier: Apache-2.0
