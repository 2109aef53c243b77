// docs/examples/parameter_server/parameter_server.cc -- fits a model whose weights live in one actor, with workers that
// compute gradients side by side and never wait for each other.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "parameter_server -- fits a linear model; its weights live in one actor, and workers send it gradients.\n"
    "\n"
    "usage: parameter_server [--workers=N] [--steps=N] [--features=N] [--help] [--version] [--manta_...]\n"
    "\n"
    "  --workers=N    actors with data of their own, 4 unless given\n"
    "  --steps=N      gradients in all, 400 unless given\n"
    "  --features=N   weights of the model, 1000 unless given\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 the model fits, 1 it does not, or Manta reported an error, 2 wrong arguments.\n";

constexpr size_t kSamples = 200;  // Of each worker.

// What the workers' data was made with, and the server has to find.
double TrueWeight(size_t feature) { return std::sin(static_cast<double>(feature)); }

//(begin server)
// Holds the weights. One method runs at a time, so nothing is locked.
class Server {
 public:
  Server(size_t features, double step) : weights_(features), step_(step) {}

  // Goes a step along the gradient, and returns the weights for the next one: an array that everybody may look at.
  manta::Array<double> Apply(std::span<const double> gradient) {
    for (size_t i = 0; i < weights_.size(); ++i) weights_[i] -= step_ * gradient[i];
    return Weights();
  }

  manta::Array<double> Weights() const {
    return manta::BuildArray<double>(
        weights_.size(), [this](std::span<double> copy) { std::copy(weights_.begin(), weights_.end(), copy.begin()); });
  }

 private:
  std::vector<double> weights_;
  const double step_;
};
//(end server)

//(begin worker)
// Has a part of the data, which never leaves it.
class Worker {
 public:
  Worker(size_t features, uint64_t seed) : rows_(kSamples), wanted_(kSamples) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    for (size_t sample = 0; sample < kSamples; ++sample) {
      rows_[sample].resize(features);
      for (size_t i = 0; i < features; ++i) {
        rows_[sample][i] = normal(random) / std::sqrt(static_cast<double>(features));
        wanted_[sample] += rows_[sample][i] * TrueWeight(i);
      }
    }
  }

  // Of the squared error. The weights are read where they lie.
  manta::Array<double> Gradient(std::span<const double> weights) const {
    return manta::BuildArray<double>(weights.size(), [&](std::span<double> gradient) {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      for (size_t sample = 0; sample < kSamples; ++sample) {
        const double error = Error(sample, weights);
        for (size_t i = 0; i < gradient.size(); ++i) gradient[i] += error * rows_[sample][i];
      }
    });
  }

  double Loss(std::span<const double> weights) const {
    double sum = 0;
    for (size_t sample = 0; sample < kSamples; ++sample) sum += std::pow(Error(sample, weights), 2);
    return sum / kSamples;
  }

 private:
  double Error(size_t sample, std::span<const double> weights) const {
    double predicted = 0;
    for (size_t i = 0; i < weights.size(); ++i) predicted += rows_[sample][i] * weights[i];
    return predicted - wanted_[sample];
  }

  std::vector<std::vector<double>> rows_;
  std::vector<double> wanted_;
};
//(end worker)

// As large as converges: gradients are as old as there are workers.
double StepFor(uint64_t features, uint64_t worker_count) {
  const double steepest = std::pow(std::sqrt(static_cast<double>(kSamples) / static_cast<double>(features)) + 1, 2);
  return 1 / (steepest * static_cast<double>(worker_count));
}

double MeanLoss(const std::vector<manta::ActorHandle<Worker>>& workers,
                const manta::ObjectRef<manta::Array<double>>& weights) {
  std::vector<manta::ObjectRef<double>> losses;
  for (const auto& worker : workers) losses.push_back(worker.Task<&Worker::Loss>().Remote(weights));
  double sum = 0;
  for (const std::shared_ptr<const double>& loss : manta::Get(losses)) sum += *loss;
  return sum / static_cast<double>(workers.size());
}

int Run(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  const uint64_t worker_count = arguments.Number("--workers", 4, 1);
  const uint64_t steps = arguments.Number("--steps", 400, 1);
  const uint64_t features = arguments.Number("--features", 1000, 1);
  arguments.Finish();
  const manta::Runtime runtime = manta::Init(&argc, &argv);

  //(begin loop)
  const manta::ActorHandle<Server> server = manta::Actor<Server>().Remote(features, StepFor(features, worker_count));
  std::vector<manta::ActorHandle<Worker>> workers;
  for (uint64_t i = 0; i < worker_count; ++i)
    workers.push_back(manta::Actor<Worker>().Remote(features, /*seed=*/i + 1));

  manta::ObjectRef<manta::Array<double>> weights = server.Task<&Server::Weights>().Remote();
  const double first_loss = MeanLoss(workers, weights);
  std::cout << std::fixed << std::setprecision(6) << "step     0: loss " << first_loss << "\n";

  // Each worker has one gradient on its way. Whose comes first goes first, and gets the newest weights for its next:
  // neither arrays nor the order of events pass through here, only references.
  manta::WaitSet<manta::Array<double>> gradients;
  for (uint64_t i = 0; i < worker_count; ++i) {
    gradients.Add(workers[i].Task<&Worker::Gradient>().Remote(weights), /*tag=*/i);
  }
  for (uint64_t step = 1; step <= steps; ++step) {
    uint64_t worker = 0;
    const manta::ObjectRef<manta::Array<double>> gradient = gradients.Next({}, &worker);
    weights = server.Task<&Server::Apply>().Remote(gradient);
    gradients.Add(workers[worker].Task<&Worker::Gradient>().Remote(weights), worker);
    if (step % (steps / 4 > 0 ? steps / 4 : 1) == 0) {
      std::cout << "step " << std::setw(5) << step << ": loss " << MeanLoss(workers, weights) << "\n";
    }
  }
  //(end loop)
  const double last_loss = MeanLoss(workers, weights);
  std::cout << worker_count << " workers, " << steps << " steps: loss " << first_loss << " -> " << last_loss << "\n";
  return last_loss < first_loss / 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("parameter_server", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
