#include "plugins/eviction/lru/lru_policy.h"
#include "tests/support/eviction_benchmark.h"

int main(int argc, char** argv) { return manta::RunEvictionBenchmarks<manta::LruPolicy>(argc, argv); }

// SPDX-License-Identifier: Apache-2.0
