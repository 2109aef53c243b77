// Asio: a pool whose tasks give futures, and a strand as an actor.
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/packaged_task.hpp>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "tools/bench/measure.h"
#include "tools/bench/peers/peer.h"

namespace manta::bench {
namespace {

namespace asio = boost::asio;

double FuturesNs(asio::thread_pool& pool, uint64_t count) {
  uint64_t sum = 0;
  const double ns = TimeNs([&] {
    std::vector<std::future<uint64_t>> futures;
    futures.reserve(count);
    for (uint64_t i = 0; i < count; ++i) {
      futures.push_back(asio::post(pool, std::packaged_task<uint64_t()>([i] { return i + 1; })));
    }
    for (std::future<uint64_t>& future : futures) sum += future.get();
  });
  CheckPeer("the sum of all results", sum, count * (count + 1) / 2);
  return ns;
}

double TasksWithFuturesPerSecond(uint64_t count) {
  asio::thread_pool pool(std::max(std::thread::hardware_concurrency(), 1u));  // As many threads as our workers.
  FuturesNs(pool, count);
  return PerSecond(count, FuturesNs(pool, count));
}

double PostsNs(asio::strand<asio::thread_pool::executor_type>& strand, uint64_t count) {
  uint64_t sum = 0;
  const double ns = TimeNs([&] {
    for (uint64_t i = 0; i < count; ++i) asio::post(strand, [&sum] { ++sum; });
    asio::post(strand, std::packaged_task<void()>([] {})).get();
  });
  CheckPeer("the strand's count", sum, count);
  return ns;
}

double StrandPostsPerSecond(uint64_t count) {
  asio::thread_pool pool(1);
  auto strand = asio::make_strand(pool.get_executor());
  PostsNs(strand, count / 10);
  return PerSecond(count, PostsNs(strand, count));
}

}  // namespace
}  // namespace manta::bench

int main(int argc, char** argv) {
  return manta::bench::RunPeer(argc, argv,
                               {{"tasks_with_futures", &manta::bench::TasksWithFuturesPerSecond},
                                {"strand_posts", &manta::bench::StrandPostsPerSecond}});
}

// SPDX-License-Identifier: Apache-2.0
