// docs/examples/external_sort/interruption.h -- lets a program clean up before SIGINT or SIGTERM ends it.
//
//   CatchInterruptions();            // First of all: a signal is only noted from now on.
//   ThrowIfInterrupted();            // At each step of the work: unwinds, so that destructors clean up.
//   return EndInterrupted(code);     // At the end of main: ends as if the signal had never been caught.
//
// The same signal once more ends the program at once.
//
// Threads   [any-thread].
#pragma once

namespace external_sort {

// Leaves alone what is ignored already.
void CatchInterruptions();

// Throws std::runtime_error if a signal has come.
void ThrowIfInterrupted();

// Returns `code`; but ends the program by the signal, if one has come and it was not all done by then.
int EndInterrupted(int code);

}  // namespace external_sort

// SPDX-License-Identifier: Apache-2.0
