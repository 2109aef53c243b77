"""The broken object stores, and the tests of the suite that each fails; after a "?", those that a race may show."""

load("//tools/bazel:manta.bzl", "manta_plugin", "plugin_conformance_test")
load(":sentences.bzl", "sentences_test")

_BROKEN = {
    "calls_after_unsubscribe": [
        "?Concurrency.EachListenerIsCalledOnceUnlessUnsubscribeWasOk",
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.AListenerIsNotCalledAfterUnsubscribe",
        "Subscriptions.UnsubscribeIsNotFoundTheSecondTime",
        "Subscriptions.UnsubscribeTakesOneSubscriptionBack",
    ],
    "calls_listener_twice": [
        "?Concurrency.EachListenerIsCalledOnceUnlessUnsubscribeWasOk",
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.AListenerIsToldAtOnceIfTheObjectIsSealedAlready",
    ],
    "charges_single_bytes": [
        "Concurrency.PicturesAreConsistentWhileOthersWrite",
        "Eviction.AnEvictedObjectIsAsIfDeleted",
        "Eviction.StatsCountCachedObjectsAndTheirCharges",
        "LifeCycle.MemoryOfADeletedObjectIsFreeWhenItsLastPinIsReleased",
        "Limits.ObjectsAreChargedInWholeUnits",
        "Limits.TheCapacityCanBeUsedToItsLastUnit",
        "Pictures.UsedBytesIsWhatTheListedObjectsAreCharged",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "double_seal_ok": [
        "Concurrency.OneOfRacingSealsWins",
        "Errors.AFailedCallChangesNothing",
        "Errors.MessagesSayWhichId",
        "Errors.SealOfASealedIdIsFailedPrecondition",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "evicts_in_vain": [
        "Eviction.NothingIsEvictedForAnObjectThatWouldNotFitEvenThen",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "evicts_pinned": [
        "?Concurrency.PinnedObjectsOutliveRacingEvictions",
        "Eviction.ObjectsCachedWhilePinnedAreNotEvicted",
        "Eviction.PinnedObjectsAreNotEvicted",
        "Eviction.ReleasedObjectsMayBeEvictedAgain",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "evicts_too_much": [
        "Eviction.CachedObjectsAreEvictedWhenRoomIsNeeded",
        "Eviction.NoMoreAreEvictedThanNeeded",
        "Eviction.StatsCountEvictions",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "evicts_uncached": [
        "?Concurrency.PinnedObjectsOutliveRacingEvictions",
        "Eviction.ADeletedCachedObjectIsCachedNoMore",
        "Eviction.NothingIsEvictedForAnObjectThatWouldNotFitEvenThen",
        "Eviction.ObjectsThatAreNotCachedAreNeverEvicted",
        "Eviction.UncacheOfAPinnedObjectHoldsAfterItsRelease",
        "Eviction.UncacheTakesThePermissionBack",
        "Limits.ACreateThatDoesNotFitChangesNothing",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "first_thread_only": [
        "Concurrency.NoCallBlocksOnAnotherObject",
        "Concurrency.NoMoreAreEvictedThanNeededTogether",
        "Concurrency.OneOfRacingCreatesWins",
        "Concurrency.PicturesAreConsistentWhileOthersWrite",
        "Concurrency.TogetherCreatesFillTheCapacityAndNoMore",
    ],
    "forgets_metadata": [
        "Concurrency.ReadersNeverSeeTornObjects",
        "LifeCycle.AnEmptyObjectHasEmptyData",
        "LifeCycle.AnIdMayBeUsedAgainAfterAbort",
        "LifeCycle.EveryReaderReadsTheMetadataByteForByte",
        "LifeCycle.MetadataIsCopiedByCreate",
        "Limits.MetadataOfTheLargestSizeIsKept",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "forgets_subscriptions": [
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.SubscriptionsStayWhenTheObjectIsAborted",
    ],
    "hides_capabilities": [
        "Concurrency.NoMoreAreEvictedThanNeededTogether",
        "Concurrency.PinnedObjectsOutliveRacingEvictions",
        "Errors.CacheOfASealedIdIsOkTwice",
        "Errors.CacheOfAnAbsentOrOpenIdIsNotFound",
        "Errors.UncacheOfASealedIdIsOkCachedOrNot",
        "Errors.UncacheOfAnAbsentOrOpenIdIsNotFound",
        "Eviction.ADeletedCachedObjectIsCachedNoMore",
        "Eviction.AnEvictedObjectIsAsIfDeleted",
        "Eviction.CachedObjectsAreEvictedWhenRoomIsNeeded",
        "Eviction.NoMoreAreEvictedThanNeeded",
        "Eviction.NothingIsEvictedForAnIdThatIsTaken",
        "Eviction.NothingIsEvictedForAnObjectThatWouldNotFitEvenThen",
        "Eviction.NothingIsEvictedWhileThereIsRoom",
        "Eviction.ObjectsCachedWhilePinnedAreNotEvicted",
        "Eviction.ObjectsThatAreNotCachedAreNeverEvicted",
        "Eviction.PinnedObjectsAreNotEvicted",
        "Eviction.ReleasedObjectsMayBeEvictedAgain",
        "Eviction.StatsCountCachedObjectsAndTheirCharges",
        "Eviction.StatsCountEvictions",
        "Eviction.UncacheOfAPinnedObjectHoldsAfterItsRelease",
        "Eviction.UncacheTakesThePermissionBack",
        "Subscriptions.SubscribingToAnEvictedObjectWaitsForTheNextOne",
    ],
    "leaks_aborted_metadata": [
        "LifeCycle.AnIdMayBeUsedAgainAfterAbort",
        "LifeCycle.OpenObjectsAreInvisible",
        "Limits.ObjectsAreChargedInWholeUnits",
        "Pictures.ListShowsEachObjectWithItsSizesPinsAndState",
        "Pictures.StatsCountObjectsByTheirState",
        "Pictures.TheCapacityStaysAsItIs",
        "Pictures.UsedBytesIsWhatTheListedObjectsAreCharged",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "leaks_the_budget": [
        "?Concurrency.ReadersNeverSeeTornObjects",
        "LifeCycle.ReadersSpansLiveUntilTheMatchingRelease",
    ],
    "lies_about_capabilities": [
        "Concurrency.NoMoreAreEvictedThanNeededTogether",
        "Concurrency.PicturesAreConsistentWhileOthersWrite",
        "Concurrency.PinnedObjectsOutliveRacingEvictions",
        "Errors.AFailedCallChangesNothing",
        "Errors.AbortOfASealedIdIsFailedPrecondition",
        "Errors.AbortOfAnAbsentIdIsNotFound",
        "Errors.CacheOfASealedIdIsOkTwice",
        "Errors.CacheOfAnAbsentOrOpenIdIsNotFound",
        "Errors.CreateOfAnAbsentIdIsOk",
        "Errors.CreateOfAnIdThatIsTakenIsAlreadyExists",
        "Errors.DeleteOfAnAbsentIdIsNotFound",
        "Errors.GetOfAnAbsentIdIsNotFound",
        "Errors.ReleaseOfAnAbsentIdIsNotFound",
        "Errors.ReleaseWithoutAPinIsFailedPrecondition",
        "Errors.SealOfASealedIdIsFailedPrecondition",
        "Errors.SealOfAnAbsentIdIsNotFound",
        "Errors.SubscribeWithoutAListenerIsInvalidArgument",
        "Errors.TheNilIdIsAbsent",
        "Errors.UncacheOfASealedIdIsOkCachedOrNot",
        "Errors.UncacheOfAnAbsentOrOpenIdIsNotFound",
        "Errors.UnsubscribeWithoutASubscriptionIsNotFound",
        "Eviction.ADeletedCachedObjectIsCachedNoMore",
        "Eviction.AnEvictedObjectIsAsIfDeleted",
        "Eviction.CachedObjectsAreEvictedWhenRoomIsNeeded",
        "Eviction.NoMoreAreEvictedThanNeeded",
        "Eviction.NothingIsEvictedForAnIdThatIsTaken",
        "Eviction.NothingIsEvictedForAnObjectThatWouldNotFitEvenThen",
        "Eviction.NothingIsEvictedWhileThereIsRoom",
        "Eviction.ObjectsCachedWhilePinnedAreNotEvicted",
        "Eviction.ObjectsThatAreNotCachedAreNeverEvicted",
        "Eviction.PinnedObjectsAreNotEvicted",
        "Eviction.ReleasedObjectsMayBeEvictedAgain",
        "Eviction.StatsCountCachedObjectsAndTheirCharges",
        "Eviction.StatsCountEvictions",
        "Eviction.UncacheOfAPinnedObjectHoldsAfterItsRelease",
        "Eviction.UncacheTakesThePermissionBack",
        "LifeCycle.SealedObjectsMayBeLeftAtDestruction",
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.SubscribingToAnEvictedObjectWaitsForTheNextOne",
    ],
    "lists_without_order": [
        "?Concurrency.PicturesAreConsistentWhileOthersWrite",
        "Pictures.ListIsOrderedById",
        "Pictures.ListWritesAsFarAsTheSpanReachesAndReturnsHowManyThereAre",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "message_without_id": [
        "Errors.MessagesSayWhichId",
    ],
    "overwrites_deleted": [
        "?Concurrency.ReadersNeverSeeTornObjects",
        "LifeCycle.ReadersSpansLiveUntilTheMatchingRelease",
    ],
    "reuses_id_while_pinned": [
        "?Concurrency.ReadersNeverSeeTornObjects",
        "Errors.AFailedCallChangesNothing",
        "Errors.CreateOfAnIdThatIsTakenIsAlreadyExists",
        "LifeCycle.ADeletedPinnedObjectKeepsItsId",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "shows_open_objects": [
        "LifeCycle.OpenObjectsAreInvisible",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "torn_stats": [
        "Concurrency.PicturesAreConsistentWhileOthersWrite",
    ],
    "unaligned": [
        "Limits.DataStartsAtAMultipleOfTheAlignment",
    ],
    "wraps_sizes": [
        "Errors.AFailedCallChangesNothing",
        "Errors.MessagesSayWhichId",
        "Limits.HugeSizesDoNotWrap",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "wrong_code_on_missing": [
        "Errors.GetOfAnAbsentIdIsNotFound",
        "Errors.GetOfAnOpenIdIsNotFound",
        "Errors.TheNilIdIsAbsent",
        "Eviction.AnEvictedObjectIsAsIfDeleted",
        "LifeCycle.AFailedGetPinsNothing",
        "LifeCycle.DeleteMakesAPinnedObjectInvisibleAtOnce",
        "LifeCycle.DeleteMakesAnObjectInvisibleAtOnce",
        "LifeCycle.OpenObjectsAreInvisible",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
}

# Plugins of one library, store_faults.cc.
_FAULTS = {
    "budget_is_unavailable": [
        "Limits.AnEmptyMemoryBudgetIsResourceExhausted",
    ],
    "contains_nil": [
        "LifeCycle.ContainsIsTrueWhenGetWouldFindTheObject",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "contains_the_aborted": [
        "?Concurrency.EitherSealOrAbortWins",
        "LifeCycle.AbortGivesAnOpenObjectUp",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "contains_what_is_pinned": [
        "?Concurrency.EitherSealOrAbortWins",
        "Eviction.CachedObjectsAreEvictedWhenRoomIsNeeded",
        "Eviction.NoMoreAreEvictedThanNeeded",
        "Eviction.NothingIsEvictedForAnIdThatIsTaken",
        "Eviction.NothingIsEvictedForAnObjectThatWouldNotFitEvenThen",
        "Eviction.NothingIsEvictedWhileThereIsRoom",
        "Eviction.ObjectsThatAreNotCachedAreNeverEvicted",
        "Eviction.UncacheOfAPinnedObjectHoldsAfterItsRelease",
        "Eviction.UncacheTakesThePermissionBack",
        "LifeCycle.ContainsIsTrueWhenGetWouldFindTheObject",
        "LifeCycle.SealedObjectsAreVisible",
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.AListenerMayCallTheStoreInsideSubscribe",
        "Subscriptions.AListenerMayCallTheStoreWhileItIsSealed",
    ],
    "counts_an_eviction": [
        "Concurrency.NoMoreAreEvictedThanNeededTogether",
        "Eviction.NothingIsEvictedForAnObjectThatWouldNotFitEvenThen",
        "Eviction.NothingIsEvictedWhileThereIsRoom",
        "Eviction.StatsCountEvictions",
        "Pictures.AFreshStoreIsEmpty",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "counts_until_listed": [
        "?Concurrency.PicturesAreConsistentWhileOthersWrite",
        "Eviction.AnEvictedObjectIsAsIfDeleted",
        "LifeCycle.AbortGivesAnOpenObjectUp",
        "LifeCycle.MemoryOfADeletedObjectIsFreeWhenItsLastPinIsReleased",
        "LifeCycle.MemoryOfAnUnpinnedObjectIsFreeAfterDelete",
    ],
    "creates_nil": [
        "Errors.CreateOfTheNilIdIsInvalidArgument",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "cuts_data": [
        "LifeCycle.CreateReturnsAllBytesForWriting",
        "LifeCycle.EveryReaderReadsTheDataByteForByte",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "deletes_what_is_open": [
        "Errors.AFailedCallChangesNothing",
        "Errors.DeleteOfAnOpenIdIsFailedPrecondition",
        "Errors.MessagesSayWhichId",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "forgets_after_the_call": [
        "?Concurrency.EachListenerIsCalledOnceUnlessUnsubscribeWasOk",
        "Subscriptions.AListenerMayCallTheStoreInsideSubscribe",
        "Subscriptions.AListenerMayCallTheStoreWhileItIsSealed",
    ],
    "forgets_who_waits_for_an_absent": [
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.AListenerIsNotCalledAfterUnsubscribe",
        "Subscriptions.AListenerMayCallTheStoreWhileItIsSealed",
        "Subscriptions.EachCallMakesOneSubscription",
        "Subscriptions.EachSubscriptionIsCalledOnce",
        "Subscriptions.EveryListenerIsToldOfItsOwnObject",
        "Subscriptions.SubscribingToADeletedPinnedObjectWaitsForTheNextOne",
        "Subscriptions.SubscribingToAnAbsentIdWaitsForItsCreation",
        "Subscriptions.SubscribingToAnEvictedObjectWaitsForTheNextOne",
        "Subscriptions.UnsubscribeIsNotFoundTheSecondTime",
        "Subscriptions.UnsubscribeTakesOneSubscriptionBack",
    ],
    "frees_pinned_room": [
        "LifeCycle.MemoryOfADeletedObjectIsFreeWhenItsLastPinIsReleased",
        "Limits.DeletedPinnedObjectsKeepTheirRoom",
        "Pictures.UsedBytesIsWhatTheListedObjectsAreCharged",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "ignores_the_return": [
        "LifeCycle.IdsThatDifferInOnePartAreDifferentObjects",
    ],
    "keeps_what_is_open": [
        "LifeCycle.OpenObjectsMayBeLeftAtDestruction",
        "Subscriptions.SubscriptionsLeftAtDestructionAreNeverCalled",
    ],
    "leaks_memory": [
        "LifeCycle.AllMemoryIsFreeAfterDestruction",
    ],
    "loses_a_unit": [
        "Concurrency.NoMoreAreEvictedThanNeededTogether",
        "Limits.WhatIsGivenUpCanBeUsedAgainInFull",
    ],
    "metadata_is_exhausted": [
        "Errors.OfSeveralErrorsTheOneNamedFirstIsGiven",
        "Limits.MetadataAboveTheLargestSizeIsInvalidArgument",
    ],
    "never_fills_with_one": [
        "Eviction.ADeletedCachedObjectIsCachedNoMore",
        "Eviction.AnEvictedObjectIsAsIfDeleted",
        "Eviction.ObjectsCachedWhilePinnedAreNotEvicted",
        "Eviction.ReleasedObjectsMayBeEvictedAgain",
        "Eviction.UncacheOfAPinnedObjectHoldsAfterItsRelease",
        "Eviction.UncacheTakesThePermissionBack",
        "Limits.AnObjectOfExactlyTheCapacityFits",
        "Limits.DeletedPinnedObjectsKeepTheirRoom",
        "Limits.WhatIsGivenUpCanBeUsedAgainInFull",
        "Subscriptions.SubscribingToAnEvictedObjectWaitsForTheNextOne",
    ],
    "ok_once_more": [
        "Concurrency.OneOfRacingAbortsWins",
        "Concurrency.OneOfRacingDeletesWins",
        "Concurrency.OneOfRacingReleasesOfOnePinWins",
        "Errors.AFailedCallChangesNothing",
        "Errors.AbortOfAnAbsentIdIsNotFound",
        "Errors.DeleteOfAnAbsentIdIsNotFound",
        "Errors.ReleaseOfAnAbsentIdIsNotFound",
        "LifeCycle.OneReleaseIsOwedForEachGet",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "overlaps": [
        "LifeCycle.ObjectsDoNotOverlap",
    ],
    "says_no_limit": [
        "Errors.MessagesSayWhichLimit",
    ],
    "seals_and_aborts": [
        "Concurrency.EitherSealOrAbortWins",
        "Errors.AFailedCallChangesNothing",
        "Errors.AbortOfASealedIdIsFailedPrecondition",
        "Errors.MessagesSayWhichId",
        "Errors.SealOfAnAbsentIdIsNotFound",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "shows_deleted_bytes": [
        "Concurrency.ReadersNeverSeeTornObjects",
        "LifeCycle.AnIdMayBeUsedAgainAfterDelete",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "subscribes_to_nil": [
        "Errors.SubscribeOfTheNilIdIsInvalidArgument",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
    "takes_a_unit_more": [
        "Errors.MessagesSayWhichLimit",
        "Limits.AnObjectOfMoreThanTheCapacityIsResourceExhausted",
    ],
    "tells_at_the_end": [
        "Subscriptions.SubscriptionsLeftAtDestructionAreNeverCalled",
    ],
    "tells_each_listener_once": [
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.EachCallMakesOneSubscription",
        "Subscriptions.UnsubscribeTakesOneSubscriptionBack",
    ],
    "tells_every_time": [
        "?Concurrency.EachListenerIsCalledOnceUnlessUnsubscribeWasOk",
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.EachSubscriptionIsCalledOnce",
        "Subscriptions.UnsubscribeIsNotFoundOnceTheCallWasMade",
    ],
    "tells_of_deleted": [
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.SubscribingToADeletedPinnedObjectWaitsForTheNextOne",
    ],
    "tells_of_open": [
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.AListenerIsToldWhenTheObjectIsSealed",
        "Subscriptions.SubscriptionsLeftAtDestructionAreNeverCalled",
        "Subscriptions.SubscriptionsStayWhenTheObjectIsAborted",
    ],
    "tells_of_the_worker": [
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.EveryListenerIsToldOfItsOwnObject",
    ],
    "tells_twice": [
        "Concurrency.EachListenerIsCalledOnceUnlessUnsubscribeWasOk",
        "RandomCalls.TenThousandAgreeWithTheModel",
        "Subscriptions.AListenerIsToldAtOnceIfTheObjectIsSealedAlready",
        "Subscriptions.AListenerIsToldWhenTheObjectIsSealed",
        "Subscriptions.AListenerMayCallTheStoreInsideSubscribe",
        "Subscriptions.AListenerMayCallTheStoreWhileItIsSealed",
        "Subscriptions.EachCallMakesOneSubscription",
        "Subscriptions.EachSubscriptionIsCalledOnce",
        "Subscriptions.EveryListenerIsToldOfItsOwnObject",
        "Subscriptions.SubscribingToADeletedPinnedObjectWaitsForTheNextOne",
        "Subscriptions.SubscribingToAnAbsentIdWaitsForItsCreation",
        "Subscriptions.SubscribingToAnEvictedObjectWaitsForTheNextOne",
        "Subscriptions.SubscriptionsStayWhenTheObjectIsAborted",
        "Subscriptions.UnsubscribeTakesOneSubscriptionBack",
    ],
}

# A fault that the long test finds as well.
_SLOW_FAULTS = {
    "subscribes_to_nil": [
        "RandomCalls.AMillionAgreeWithTheModel",
        "RandomCalls.TenThousandAgreeWithTheModel",
    ],
}

# Plugins of one library, store_spill_faults.cc, whose memory is half of their capacity: only what is said of spilling is
# tried on them.
_SPILL_FAULTS = {
    "spills": [],
    "drops_what_finds_no_memory": [
        "Spilling.ACreateThatFindsNoMemoryIsResourceExhausted",
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
        "Spilling.AGetThatFindsNoMemoryIsResourceExhaustedAndTheObjectStays",
        "Spilling.AGetThatFindsTheDiskFullIsUnavailable",
        "Spilling.AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain",
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
        "Spilling.WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull",
    ],
    "evicts_nothing_instead": [
        "Spilling.WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull",
    ],
    "full_disk_is_full_memory": [
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
        "Spilling.AGetThatFindsTheDiskFullIsUnavailable",
        "Spilling.WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull",
    ],
    "get_takes_full_disk_for_full_memory": [
        "Spilling.AGetThatFindsTheDiskFullIsUnavailable",
    ],
    "ignores_full_disk": [
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
        "Spilling.AGetThatFindsTheDiskFullIsUnavailable",
        "Spilling.WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull",
    ],
    "never_tries_again": [
        "Spilling.AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain",
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
    ],
    "overfills_memory": [
        "Spilling.ACreateThatFindsNoMemoryIsResourceExhausted",
        "Spilling.AGetThatFindsTheDiskFullIsUnavailable",
        "Spilling.WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull",
    ],
    "spills_undeclared": [
        "Spilling.ACreateThatFindsNoMemoryIsResourceExhausted",
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
        "Spilling.AGetThatFindsNoMemoryIsResourceExhaustedAndTheObjectStays",
        "Spilling.AGetThatFindsTheDiskFullIsUnavailable",
        "Spilling.AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain",
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
        "Spilling.WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull",
    ],
    "trusts_the_disk": [
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
    ],
}

def broken_stores():
    """A plugin for each, with its conformance test."""
    for name, failures in _BROKEN.items():
        _store(name, conformance_failures = failures)
    _store("reference")
    _store("faults", conformance = False)
    _store("spill_faults", conformance = False)
    for name, failures in _FAULTS.items():
        _fault(name, failures)
    for name, failures in _SLOW_FAULTS.items():
        _fault(name, failures, suffix = "_slow", args = [
            "--slow",
            "--gtest_filter=RandomCalls.*",
        ])
    for name, failures in _SPILL_FAULTS.items():
        _fault(name, failures, library = "spill_faults", args = ["--gtest_filter=Spilling.*"])
    sentences_test(
        broken = [
            _BROKEN,
            _FAULTS,
            _SLOW_FAULTS,
            _SPILL_FAULTS,
        ],
        interface = "object_store",
        library = ":libstore_reference.so",
    )

def _fault(name, failures, library = "faults", suffix = "", **kwargs):
    plugin_conformance_test(
        name = "store_%s%s_conformance_test" % (name, suffix),
        failures = failures,
        interface = "object_store",
        library = ":libstore_%s.so" % library,
        plugin = "test.object_store." + name,
        **kwargs
    )

def _store(name, **kwargs):
    manta_plugin(
        name = "store_" + name,
        testonly = True,
        srcs = ["store_%s.cc" % name],
        interface = "object_store",
        deps = [
            ":export_all",
            ":reference_store",
        ],
        **kwargs
    )

# SPDX-License-Identifier: Apache-2.0
