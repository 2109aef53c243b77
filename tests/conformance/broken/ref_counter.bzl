"""The broken ref counters, and what the suite must say of each."""

load("//tools/bazel:manta.bzl", "manta_plugin")

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

def broken_ref_counters():
    """Makes the plugin of each, and its conformance test, which passes when exactly the named tests fail."""
    for name, failures in _BROKEN.items():
        manta_plugin(
            name = "ref_counter_" + name,
            testonly = True,
            srcs = ["ref_counter_%s.cc" % name],
            conformance_failures = failures,
            interface = "ref_counter",
            deps = [":reference_ref_counter"],
        )

# SPDX-License-Identifier: Apache-2.0
