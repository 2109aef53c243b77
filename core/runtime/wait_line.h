// core/runtime/wait_line.h -- lets threads wait in line until somebody tells the first.
//
//   Join --First, Tell--> told            Join --Leave--> gone
//
// Threads   Join, First and Leave under a lock of the owner's; Tell without it.
// Memory    One object for each that waits. Shutdown ends its wait.
#pragma once

#include <deque>

#include "core/runtime/shared_object.h"

namespace manta {

class WaitLine {
 public:
  // Enters at the end an object that is ready when its owner is told; with a reference. REQUIRES: the calling thread is
  // the runtime's, or visits it.
  SharedObject* Join(RuntimeShell& shell);

  // Takes out the first, for Tell; null: nobody waits.
  SharedObject* First();

  // Takes one out that does not want to wait any more. False: it was told, or is about to be.
  bool Leave(SharedObject* waiting);

  static void Tell(SharedObject* first);

 private:
  static void Forget(SharedObject* waiting, bool tell);

  std::deque<SharedObject*> line_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
