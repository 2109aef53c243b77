// docs/examples/supervisor/supervisor.cc -- keeps readings coming although sensors fail: those that recover are made
// anew, those that fail again and again are given up and replaced.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "supervisor -- reads sensors that fail: actors are restarted, and replaced when that does not help.\n"
    "\n"
    "usage: supervisor [--readings=N] [--restarts=N] [--help] [--version] [--manta_...]\n"
    "\n"
    "  --readings=N   how many to take, 12 unless given\n"
    "  --restarts=N   restarts within a minute before a sensor is given up, 2 unless given\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 all readings came, 1 no sensor is left, or Manta reported an error, 2 wrong arguments.\n";

struct SensorFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

//(begin sensor)
// Gives some readings, and then fails until it is made anew.
class Sensor {
 public:
  Sensor(std::string name, uint64_t good_readings) : name_(std::move(name)), good_readings_(good_readings) {}

  std::string Read() {
    if (good_readings_ == 0) throw SensorFault("the " + name_ + " sensor gives nonsense");
    --good_readings_;
    return name_ + " sensor, made " + std::to_string(manta::CurrentActor().incarnation()) + " times";
  }

 private:
  const std::string name_;
  uint64_t good_readings_;
};

// Starts it with a limit: so many restarts in a minute, and it stays dead.
manta::ActorHandle<Sensor> StartSensor(const std::string& name, uint64_t good_readings, uint64_t restarts) {
  return manta::Actor<Sensor>(
             {.name = name,
              .restart = {.restarts_max = static_cast<uint32_t>(restarts), .window_ns = int64_t{60} * 1'000'000'000},
              .restart_on = [](const manta::ErrorRecord& error) { return error.thrown_type.ends_with("SensorFault"); }})
      .Remote(name, good_readings);
}
//(end sensor)

//(begin supervisor)
// An actor, too: it has the handles of those that it looks after, and whoever has its own needs no other.
class Supervisor {
 public:
  explicit Supervisor(uint64_t restarts) {
    sensors_.push_back(StartSensor("spare", 1'000'000, restarts));
    sensors_.push_back(StartSensor("broken", 0, restarts));
    sensors_.push_back(StartSensor("flaky", 3, restarts));
  }

  std::string Read() {
    while (!sensors_.empty()) {
      try {
        // Tried once more if it fails: by the next instance.
        return *manta::Get(sensors_.back().Task<&Sensor::Read>({.retries_max = 1}).Remote());
      } catch (const manta::ObjectError& error) {
        if (error.type() != manta::ErrorType::kActorDied) continue;  // It is alive again.
        given_up_.push_back(error.record()->message);
        sensors_.pop_back();
      }
    }
    throw std::runtime_error("no sensor is left");
  }

  std::vector<std::string> given_up() const { return given_up_; }

 private:
  std::vector<manta::ActorHandle<Sensor>> sensors_;  // The last one is read.
  std::vector<std::string> given_up_;
};
//(end supervisor)

int Run(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  const uint64_t readings = arguments.Number("--readings", 12, 1);
  const uint64_t restarts = arguments.Number("--restarts", 2, 0);
  arguments.Finish();
  const manta::Runtime runtime = manta::Init(&argc, &argv);

  const manta::ActorHandle<Supervisor> supervisor =
      manta::Actor<Supervisor>({.registered_name = "supervisor"}).Remote(restarts);
  for (uint64_t i = 1; i <= readings; ++i) {
    std::cout << "reading " << i << ": " << *manta::Get(supervisor.Task<&Supervisor::Read>().Remote()) << "\n";
  }
  // What Get returns is kept by a name: a `for` over *manta::Get(...) would look at a value that is gone.
  const auto given_up = manta::Get(supervisor.Task<&Supervisor::given_up>().Remote());
  for (const std::string& message : *given_up) std::cout << "given up: " << message << "\n";
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("supervisor", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
