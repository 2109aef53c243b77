"""The broken object stores, and the tests of the suite that each fails; after a "?", those that a race may show."""

load("//tools/bazel:manta.bzl", "manta_plugin", "plugin_conformance_test")

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

# Plugins of one library, store_spill_faults.cc, whose memory is half of their capacity: only what is said of spilling is
# tried on them.
_SPILL_FAULTS = {
    "spills": [],
    "drops_what_finds_no_memory": [
        "Spilling.ACreateThatFindsNoMemoryIsResourceExhausted",
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
        "Spilling.AGetThatFindsNoMemoryIsResourceExhaustedAndTheObjectStays",
        "Spilling.AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain",
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
    ],
    "full_disk_is_full_memory": [
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
    ],
    "ignores_full_disk": [
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
    ],
    "never_tries_again": [
        "Spilling.AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain",
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
    ],
    "overfills_memory": [
        "Spilling.ACreateThatFindsNoMemoryIsResourceExhausted",
    ],
    "spills_undeclared": [
        "Spilling.ACreateThatFindsNoMemoryIsResourceExhausted",
        "Spilling.ACreateThatFindsTheDiskFullIsUnavailable",
        "Spilling.AGetThatFindsNoMemoryIsResourceExhaustedAndTheObjectStays",
        "Spilling.AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain",
        "Spilling.AnObjectThatIsNotWhatWasWrittenIsDataLoss",
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
    _store("spill_faults", conformance = False)
    for name, failures in _SPILL_FAULTS.items():
        plugin_conformance_test(
            name = "store_%s_conformance_test" % name,
            args = ["--gtest_filter=Spilling.*"],
            failures = failures,
            interface = "object_store",
            library = ":libstore_spill_faults.so",
            plugin = "test.object_store." + name,
        )

def _store(name, **kwargs):
    manta_plugin(
        name = "store_" + name,
        testonly = True,
        srcs = ["store_%s.cc" % name],
        interface = "object_store",
        deps = [":reference_store"],
        **kwargs
    )

# SPDX-License-Identifier: Apache-2.0
