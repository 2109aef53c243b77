// docs/examples/hello/hello.cc -- the program of the README: two tasks, one after the other.
//(begin program)
#include "api/manta.h"

int Square(int x) { return x * x; }

int main(int argc, char** argv) {
  manta::Runtime runtime = manta::Init(&argc, &argv);
  manta::ObjectRef<int> nine = manta::Task<Square>().Remote(3);    // Runs somewhere; returns at once.
  manta::ObjectRef<int> all = manta::Task<Square>().Remote(nine);  // Waits for it, without us.
  return *manta::Get(all) == 81 ? 0 : 1;                           // The only line that waits.
}
//(end program)

// SPDX-License-Identifier: Apache-2.0
