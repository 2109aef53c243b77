#include "plugins/eviction/s3_fifo/s3_fifo_policy.h"
#include "tests/support/eviction_benchmark.h"

int main(int argc, char** argv) { return manta::RunEvictionBenchmarks<manta::S3FifoPolicy>(argc, argv); }

// SPDX-License-Identifier: Apache-2.0
