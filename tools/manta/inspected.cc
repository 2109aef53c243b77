// A program for inspect_test.py to look into: it says "ready", and ends when a line comes in. With "idle" as its
// argument it does nothing meanwhile; with "leak" its tasks have left references behind; with "cycle" its actors hold
// each other's handles; with "keep" it keeps an object in another one, and one more for each line that says "more".
#include <future>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/manta.h"

namespace {

std::promise<void> entered[2];
std::promise<void> open_gate;
std::shared_future<void> gate = open_gate.get_future().share();

int Stay(int which) {
  entered[which].set_value();
  gate.wait();
  return which;
}

int Add(int a, int b) { return a + b; }

struct Clerk {
  int Work() { return Stay(1); }
  int Count() { return ++count; }
  int count = 0;
};

// By two tasks, which may run at the same time.
manta::ObjectRef<int> left_own;
manta::ObjectRef<int> left_argument;
int LeaveOwn(int value) {
  left_own = manta::Put(value);
  return value;
}
int LeaveArgument(manta::ObjectRef<int> argument) {
  left_argument = argument;
  return 0;
}

void Leak() {
  const auto first = manta::Task<LeaveOwn>().Remote(1);
  auto given = manta::Put(2);
  const auto second = manta::Task<LeaveArgument>().Remote(given);
  manta::Get(first);
  manta::Get(second);
}

// Two that hold each other's handles, and nobody else does.
struct Peer {
  void Meet(manta::ActorHandle<Peer> other) { friends.push_back(std::move(other)); }
  int Count() { return static_cast<int>(friends.size()); }
  std::vector<manta::ActorHandle<Peer>> friends;
};

void MakeCycle() {
  const auto one = manta::Actor<Peer>({.name = "one"}).Remote();
  const auto other = manta::Actor<Peer>({.name = "other"}).Remote();
  one.Task<&Peer::Meet>().Send(other);
  other.Task<&Peer::Meet>().Send(one);
  manta::Get(one.Task<&Peer::Count>().Remote());
  manta::Get(other.Task<&Peer::Count>().Remote());
}

void Keep() {
  std::vector<manta::ObjectRef<int>> growing;
  std::vector<manta::ObjectRef<int>> inside = {manta::Put(7)};
  const std::string inner = inside.front().id().ToHex();
  const auto outer = manta::Put(std::move(inside));
  std::cout << "ready\n" << inner << " " << outer.id().ToHex() << std::endl;
  std::string line;
  while (std::getline(std::cin, line) && line == "more") {
    growing.push_back(manta::Put(static_cast<int>(growing.size())));
    std::cout << "kept" << std::endl;
  }
}

void Work() {
  manta::GetCounter({.name = "words.found", .help = "Words."}, {{"file", "a.txt"}}).Add(17);
  const auto large = manta::Put(std::vector<int>(250'000));
  const auto staying = manta::Task<Stay>({.name = "staying"}).Remote(0);
  const auto sum = manta::Task<Add>({.name = "the sum"}).Remote(staying, 1);
  const auto clerk = manta::Actor<Clerk>({.name = "clerk", .registered_name = "the_clerk"}).Remote();
  std::vector<manta::ObjectRef<int>> calls = {clerk.Task<&Clerk::Work>().Remote()};
  for (auto& each : entered) each.get_future().wait();
  for (int i = 0; i < 3; ++i) calls.push_back(clerk.Task<&Clerk::Count>().Remote());
  std::cout << "ready" << std::endl;
  std::string line;
  std::getline(std::cin, line);
  open_gate.set_value();
  std::cout << *manta::Get(sum) << " " << *manta::Get(calls.back()) << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  manta::Runtime runtime = manta::Init(&argc, &argv);
  if (argc == 1) {
    Work();
    return 0;
  }
  if (std::string_view(argv[1]) == "keep") {
    Keep();
    return 0;
  }
  if (std::string_view(argv[1]) == "leak") Leak();
  if (std::string_view(argv[1]) == "cycle") MakeCycle();
  std::cout << "ready" << std::endl;
  std::string line;
  std::getline(std::cin, line);
}

// SPDX-License-Identifier: Apache-2.0
