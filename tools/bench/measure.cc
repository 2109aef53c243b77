#include "tools/bench/measure.h"

#include <chrono>
#include <cmath>

namespace manta::bench {

double NowNs() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double LogLogSlope(std::span<const Point> points) {
  double mean_x = 0;
  double mean_y = 0;
  for (const Point& point : points) {
    mean_x += std::log(point.size) / static_cast<double>(points.size());
    mean_y += std::log(point.value) / static_cast<double>(points.size());
  }
  double together = 0;
  double spread = 0;
  for (const Point& point : points) {
    const double x = std::log(point.size) - mean_x;
    together += x * (std::log(point.value) - mean_y);
    spread += x * x;
  }
  return together / spread;
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
