// docs/examples/hello/hello.cc -- the program of the README: two tasks, one after the other.
//(begin program)
#include <iostream>

#include "api/manta.h"

int Square(int x) { return x * x; }

int main(int argc, char** argv) {
  manta::Runtime runtime = manta::Init(&argc, &argv);
  manta::ObjectRef<int> nine = manta::Task<Square>().Remote(3);    // Runs somewhere; returns at once.
  manta::ObjectRef<int> all = manta::Task<Square>().Remote(nine);  // Waits for it, without us.
  std::cout << *manta::Get(all) << "\n";                           // The only line that waits.
  return 0;
}
//(end program)

// SPDX-License-Identifier: Apache-2.0
