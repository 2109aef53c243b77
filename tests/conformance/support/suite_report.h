// tests/conformance/support/suite_report.h -- prints what a suite found: one table, one line for each sentence.
//
// Shapes    A test is named as a sentence of the interface's header. Its outcome is pass, FAIL, "refused as declared"
//           (the plugin lacks a capability, and refused what it must refuse), or "not measured" with a reason.
// Memory    The outcome travels as a GoogleTest property, so --gtest_output=json: holds it as well.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace manta::conformance {

// Notes for the running test that the plugin lacks what the sentence is about, and refused the calls as it must.
void NoteRefused(std::string_view capability);

// Notes for the running test that this configuration of the plugin cannot show the sentence, and why.
void NoteNotMeasured(std::string_view reason);

// A listener that prints each failure as it happens, and the table at the end, to standard output.
std::unique_ptr<testing::TestEventListener> MakeTablePrinter(std::string title, uint64_t seed);

// "OpenObjectsAreInvisible" -> "open objects are invisible".
std::string Sentence(std::string_view test_name);

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
