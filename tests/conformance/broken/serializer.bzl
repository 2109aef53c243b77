"""The broken serializers, and the tests of the suite that each fails; after a "?", those that depend on what is drawn."""

load("//tools/bazel:manta.bzl", "manta_plugin")
load(":sentences.bzl", "sentences_test")

_BROKEN = {
    "accepts_trailing_bytes": [
        "HostileBytes.BytesLeftOverAreInvalidArgument",
    ],
    "changes_its_name": [
        "Format.HasAlwaysTheSameName",
    ],
    "copies_payloads": [
        "Payloads.ABlobLooksAtItsPayloadInPlaceAndKeepsIt",
        "Payloads.BlobsAreBorrowedFromTheValue",
        "Payloads.LargePlainRunsAreBorrowedFromTheValue",
    ],
    "drops_last_field": [
        "?Generated.ValuesOfGeneratedTypesComeBack",
        "ReadErrors.AValueIsStillValidAfterAnError",
        "ReadErrors.ValuesNestAtMostDepthMaxDeep",
        "RoundTrip.AValueWithAFieldOfEachKindComesBack",
        "RoundTrip.BytesOfOneSerializerAreReadByAnother",
        "RoundTrip.TypesThatContainThemselvesComeBack",
        "RoundTrip.WholeNumbersComeBackAtTheirLimits",
        "Threads.AThreadReadsWhatAnotherWrote",
        "Threads.OneSerializerServesManyAtOnce",
        "WriteErrors.AValueThatNestsTooDeepIsInvalidArgument",
    ],
    "first_thread_only": [
        "Threads.AThreadReadsWhatAnotherWrote",
        "Threads.OneSerializerServesManyAtOnce",
    ],
    "forgets_references": [
        "References.AreNotedWhenWritten",
        "WriteErrors.AFullSinkIsResourceExhausted",
    ],
    "ignores_decode_bytes_max": [
        "ReadErrors.MoreThanDecodeBytesMaxIsResourceExhausted",
    ],
    "ignores_depth_max": [
        "ReadErrors.ValuesNestAtMostDepthMaxDeep",
    ],
    "leaks_keepers": [
        "?Generated.TheirBytesChangedAnywhereAreRefusedOrMakeAValue",
        "?Generated.TheirBytesCutAnywhereAreInvalidArgument",
        "HostileBytes.BytesLeftOverAreInvalidArgument",
        "HostileBytes.EveryFlippedBitIsRefusedOrMakesAValue",
        "HostileBytes.EveryTruncationIsInvalidArgument",
        "HostileBytes.MemoryIsTakenOnlyForElementsThatAreThere",
        "Payloads.AMissingPayloadIsInvalidArgument",
        "Payloads.APayloadOfAnotherSizeIsInvalidArgument",
        "Payloads.NoKeeperIsHeldAfterAnError",
        "ReadErrors.AValueIsStillValidAfterAnError",
        "ReadErrors.BytesOfAnotherTypeAreRefusedOrMakeAValue",
        "ReadErrors.MessagesSayWhere",
        "Versions.AFieldThatTheTypeHasNotIsSkipped",
        "Versions.StructsInsideContainersEvolveToo",
        "Versions.TruncatedFieldsThatAreSkippedAreInvalidArgument",
    ],
    "lies_about_evolving": [
        "Versions.AFieldThatTheBytesHaveNotKeepsItsDefault",
        "Versions.AFieldThatTheTypeHasNotIsSkipped",
        "Versions.FieldsAreFoundInAnyOrder",
        "Versions.SelfDescribingBytesNameTheFields",
        "Versions.StructsInsideContainersEvolveToo",
        "Versions.TruncatedFieldsThatAreSkippedAreInvalidArgument",
    ],
    "nameless": [
        "Format.HasANameOfLimitedSize",
    ],
    "throws": [
        "WriteErrors.ACodecThatFailsIsInvalidArgument",
        "WriteErrors.AFailedWriteChangesNothingForTheNext",
        "WriteErrors.AMessageThatFailsIsInvalidArgument",
        "WriteErrors.AValueThatNestsTooDeepIsInvalidArgument",
        "WriteErrors.AVariantWithoutAValueIsInvalidArgument",
    ],
    "trusts_counts": [
        "HostileBytes.EveryFlippedBitIsRefusedOrMakesAValue",
        "HostileBytes.EveryTruncationIsInvalidArgument",
        "HostileBytes.MemoryIsTakenOnlyForElementsThatAreThere",
        "HostileBytes.RandomBytesAreRefusedOrMakeAValue",
    ],
    "wrong_code": [
        "?Generated.TheirBytesChangedAnywhereAreRefusedOrMakeAValue",
        "?Generated.TheirBytesCutAnywhereAreInvalidArgument",
        "HostileBytes.BytesLeftOverAreInvalidArgument",
        "HostileBytes.DeepBytesAreRefusedWithoutTheStack",
        "HostileBytes.EveryFlippedBitIsRefusedOrMakesAValue",
        "HostileBytes.EveryTruncationIsInvalidArgument",
        "HostileBytes.MemoryIsTakenOnlyForElementsThatAreThere",
        "HostileBytes.RandomBytesAreRefusedOrMakeAValue",
        "Payloads.AMissingPayloadIsInvalidArgument",
        "Payloads.APayloadOfAnotherSizeIsInvalidArgument",
        "ReadErrors.AnEmptyStreamIsInvalidArgument",
        "ReadErrors.BytesOfAnotherTypeAreRefusedOrMakeAValue",
        "ReadErrors.ValuesNestAtMostDepthMaxDeep",
        "ReadErrors.WhatACodecRefusesIsInvalidArgument",
        "ReadErrors.WhatAMessageRefusesIsInvalidArgument",
        "References.ABinderThatRefusesIsInvalidArgument",
        "Versions.AFieldThatTheBytesHaveNotKeepsItsDefault",
        "Versions.AFieldThatTheTypeHasNotIsSkipped",
        "Versions.FieldsAreFoundInAnyOrder",
        "Versions.StructsInsideContainersEvolveToo",
        "Versions.TruncatedFieldsThatAreSkippedAreInvalidArgument",
    ],
}

# No broken plugin shows that these can fail.
_UNFAILED = [
    "Generated.TheirBytesChangedAnywhereAreRefusedOrMakeAValue",
    "Generated.TheirBytesCutAnywhereAreInvalidArgument",
    "Generated.ValuesOfGeneratedTypesComeBack",
    "Payloads.BlobsComeBackWithWhatIsAroundThem",
    "Payloads.OthersThanBlobsDoNotLookAtThePayload",
    "Payloads.WithoutAKeeperBlobsAreCopies",
    "References.AreBoundToWhatTheyReferredTo",
    "References.EveryPatternOfAnIdComesBack",
    "RoundTrip.ADefaultValueComesBack",
    "RoundTrip.MessagesComeBackByTheirOwnBytes",
    "RoundTrip.NothingInsideSomethingComesBack",
    "RoundTrip.RealNumbersComeBackExactly",
    "RoundTrip.SizesAroundAFormatsStepsComeBack",
    "RoundTrip.TextComesBackByteForByte",
    "RoundTrip.WriteAppendsToWhatTheSinkHolds",
    "Versions.SelfDescribingBytesOfAnotherKindAreInvalidArgument",
    "WriteErrors.ATypeThatContainsALocalOnlyIsUnimplemented",
]

def broken_serializers():
    """A plugin for each, with its conformance test."""
    for name, failures in _BROKEN.items():
        manta_plugin(
            name = "serializer_" + name,
            testonly = True,
            srcs = ["serializer_%s.cc" % name],
            conformance_failures = failures,
            interface = "serializer",
            deps = [":broken_serializer"],
        )
    sentences_test(
        broken = [_BROKEN],
        interface = "serializer",
        library = ":libserializer_nameless.so",
        unfailed = _UNFAILED,
    )

# SPDX-License-Identifier: Apache-2.0
