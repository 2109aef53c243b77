"""The broken schedulers, and the tests of the suite that each fails; after a "?", those that a race may show."""

load("//tools/bazel:manta.bzl", "manta_plugin")
load(":sentences.bzl", "sentences_test")

_BROKEN = {
    "drain_forgets_waiting": [
        "Drains.WhateverTasksNeedAndAcquiresNothing",
        "Resources.DemandsAreIndependentWhereTheyShareNothing",
        "Resources.ReturnTellsNothingWhenNobodyNeedsIt",
        "Resources.ThousandthsAreCounted",
    ],
    "forgets_priorities": [
        "Order.AHigherPriorityThatDoesNotFitDoesNotWait",
        "Order.HigherPrioritiesArePoppedFirst",
        "RandomHistories.ThousandsAgreeWithTheModel",
    ],
    "gives_up_early": [
        "Concurrency.PopIsNotFalseWhileATaskIsQueued",
    ],
    "ignores_demands": [
        "Concurrency.NoMoreIsAcquiredThanThereIs",
        "Drains.WhateverTasksNeedAndAcquiresNothing",
        "RandomHistories.ThousandsAgreeWithTheModel",
        "Resources.ATaskThatDoesNotFitIsPassedOver",
        "Resources.DemandsAreIndependentWhereTheyShareNothing",
        "Resources.ReturnTellsHowManyMoreMayFit",
        "Resources.ThousandthsAreCounted",
        "Resources.WhatIsReturnedFitsTheNextTask",
    ],
    "keeps_half_a_push": [
        "Errors.AFailedPushQueuesNothing",
    ],
    "lists_what_is_gone": [
        "Lists.NothingThatWasTaken",
    ],
    "loses_on_growth": [
        "Concurrency.NoMoreIsAcquiredThanThereIs",
        "Concurrency.NoTaskIsLostOrPoppedTwice",
        "Drains.TasksOfAllWorkersAndFromOutside",
        "LifeCycle.EveryWorkerBelowTheLargestNumberPushesAndPops",
        "LifeCycle.NoTaskIsLostWhileAQueueGrows",
        "Order.EqualPrioritiesArePoppedInTheOrderOfPush",
        "RandomHistories.ThousandsAgreeWithTheModel",
        "Resources.LargeCapacitiesDoNotWrap",
        "Stats.WhatAWorkerPushedAndPopsItselfIsNotStolen",
    ],
    "newest_first": [
        "Fairness.ATaskFromOutsideIsPoppedInTime",
        "Fairness.ATaskOfABusyWorkerIsPoppedInTime",
        "Fairness.ATaskOfAWorkerThatNeverPopsIsPoppedInTime",
    ],
    "returns_nothing": [
        "RandomHistories.ThousandsAgreeWithTheModel",
        "Resources.ReturnTellsHowManyMoreMayFit",
        "Resources.ReturnTellsOfTasksThatNobodyTriedYet",
    ],
    "runs_twice_when_stolen": [
        "?Concurrency.ATaskIsTakenBackOrPopped",
        "?Concurrency.AWorkerThatSawFalseAfterAnnouncingItsSleepMissesNoPush",
        "Concurrency.NoMoreIsAcquiredThanThereIs",
        "Concurrency.NoTaskIsLostOrPoppedTwice",
        "?Concurrency.PopIsNotFalseWhileATaskIsQueued",
        "Concurrency.TwoSchedulersShareNothing",
        "Fairness.ATaskFromOutsideIsPoppedInTime",
        "Fairness.ATaskOfABusyWorkerIsPoppedInTime",
        "Fairness.ATaskOfAWorkerThatNeverPopsIsPoppedInTime",
        "LifeCycle.AHandleMayBeAnyNumber",
        "LifeCycle.AHandleMayBeQueuedAgain",
        "LifeCycle.APushOfSeveralQueuesEach",
        "LifeCycle.ATaskIsPoppedOnceAsItWasPushed",
        "LifeCycle.AnyWorkerPopsWhatAnyOtherPushed",
        "LifeCycle.EveryWorkerBelowTheLargestNumberPushesAndPops",
        "LifeCycle.NoTaskIsLostWhileAQueueGrows",
        "Order.EqualPrioritiesArePoppedInTheOrderOfPush",
        "RandomHistories.ThousandsAgreeWithTheModel",
        "Resources.ATaskThatDoesNotFitIsPassedOver",
        "Stats.CountWhatIsQueuedAndWasPushed",
    ],
    "swaps_neighbours": [
        "Order.EqualPrioritiesArePoppedInTheOrderOfPush",
        "RandomHistories.ThousandsAgreeWithTheModel",
    ],
    "take_back_leaks": [
        "Concurrency.NoMoreIsAcquiredThanThereIs",
        "RandomHistories.ThousandsAgreeWithTheModel",
        "TakesBack.NothingIsAcquired",
    ],
    "take_back_leaves": [
        "Concurrency.ATaskIsTakenBackOrPopped",
        "Concurrency.NoMoreIsAcquiredThanThereIs",
        "Concurrency.NoTaskIsLostOrPoppedTwice",
        "RandomHistories.ThousandsAgreeWithTheModel",
        "TakesBack.ATaskIsTakenOutOrStaysQueued",
        "TakesBack.ATaskTakenBackMayBeQueuedAgain",
        "TakesBack.ATaskThatIsNotQueuedIsNotTaken",
        "TakesBack.NothingIsAcquired",
    ],
    "waits_for_the_first": [
        "RandomHistories.ThousandsAgreeWithTheModel",
        "Resources.ATaskThatDoesNotFitIsPassedOver",
        "Resources.DemandsAreIndependentWhereTheyShareNothing",
        "Resources.ThousandthsAreCounted",
    ],
}

# No broken plugin shows that these can fail.
_UNFAILED = [
    "Concurrency.AWorkerThatSawFalseAfterAnnouncingItsSleepMissesNoPush",
    "Concurrency.ListShowsWhatWasPushed",
    "Drains.AsManyAsThereIsRoomFor",
    "Errors.ADemandOfAnUnknownResourceIsInvalidArgument",
    "Errors.ADemandOfNothingOfAResourceIsInvalidArgument",
    "Errors.ADemandThatNamesAResourceTwiceIsInvalidArgument",
    "Errors.ADemandThatWouldNeverFitIsInvalidArgument",
    "Errors.APushWithAnUndefinedDemandIsInvalidArgument",
    "Errors.MoreDemandsThanThereMayBeAreResourceExhausted",
    "Errors.StartWithMoreWorkersThanThereMayBeIsInvalidArgument",
    "Errors.StartWithoutWorkersIsInvalidArgument",
    "LifeCycle.APushOfNothingIsOk",
    "LifeCycle.OneWorkerIsEnough",
    "LifeCycle.PopWithNothingQueuedIsFalse",
    "LifeCycle.PrioritiesMayBeAnyNumber",
    "Lists.AsManyAsThereIsRoomForAndTakesNone",
    "Lists.WhateverIsQueued",
    "Order.EqualPrioritiesThatFitArePoppedInTheOrderOfPush",
    "RandomHistories.AMillionAgreeWithTheModel",
    "Resources.ADemandOfSeveralResourcesFitsIfEachDoes",
    "Resources.AnEmptySetNeedsNothing",
    "Resources.DemandZeroAlwaysFits",
    "Resources.EqualSetsNeedTheSameWhateverTheirOrder",
    "Resources.PopAcquiresTheDemand",
]

def broken_schedulers():
    """A plugin for each, with its conformance test."""
    for name, failures in _BROKEN.items():
        _scheduler(name, conformance_failures = failures)
    _scheduler("reference")
    sentences_test(
        broken = [_BROKEN],
        interface = "scheduler",
        library = ":libscheduler_reference.so",
        unfailed = _UNFAILED,
    )

def _scheduler(name, **kwargs):
    manta_plugin(
        name = "scheduler_" + name,
        testonly = True,
        srcs = ["scheduler_%s.cc" % name],
        interface = "scheduler",
        deps = [":reference_scheduler"],
        **kwargs
    )

# SPDX-License-Identifier: Apache-2.0
