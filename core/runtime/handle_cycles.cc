#include "core/runtime/handle_cycles.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

// Of a longer way so many actors are shown, and how many more there are.
constexpr size_t kShownMax = 8;

// Actors by their places, and whose handles each holds.
using Graph = std::vector<std::vector<size_t>>;

Graph GraphOf(std::span<const HeldActor> actors) {
  std::unordered_map<uint64_t, size_t> places;
  for (size_t i = 0; i < actors.size(); ++i) places[actors[i].number] = i;
  Graph held(actors.size());
  for (size_t i = 0; i < actors.size(); ++i) {
    for (const uint64_t holder : actors[i].holders) {
      if (const auto found = places.find(holder); found != places.end()) held[found->second].push_back(i);
    }
  }
  return held;
}

// Tarjan's strongly connected components, without recursion: chains of actors may be long.
class Components {
 public:
  explicit Components(const Graph& graph) : graph_(graph), nodes_(graph.size()) {
    for (size_t i = 0; i < graph.size(); ++i) {
      if (nodes_[i].order == 0) Visit(i);
    }
  }

  // Each with its members in order.
  const std::vector<std::vector<size_t>>& all() const { return all_; }

 private:
  struct Node {
    size_t order = 0;   // In which they were met, from 1.
    size_t lowest = 0;  // Order that can be reached from here, among those that are open.
    size_t next = 0;    // The way that is gone next.
    bool open = false;  // Its component is not known yet.
  };

  void Visit(size_t first) {
    std::vector<size_t> way = {first};
    while (!way.empty()) {
      const size_t here = way.back();
      Node& node = nodes_[here];
      if (node.order == 0) {
        node.order = node.lowest = ++met_count_;
        node.open = true;
        open_.push_back(here);
      }
      if (node.next < graph_[here].size()) {
        const size_t there = graph_[here][node.next++];
        if (nodes_[there].order == 0) {
          way.push_back(there);
        } else if (nodes_[there].open) {
          node.lowest = std::min(node.lowest, nodes_[there].order);
        }
        continue;
      }
      way.pop_back();
      if (!way.empty()) nodes_[way.back()].lowest = std::min(nodes_[way.back()].lowest, node.lowest);
      if (node.lowest == node.order) Close(here);
    }
  }

  void Close(size_t root) {
    std::vector<size_t>& members = all_.emplace_back();
    do {
      members.push_back(open_.back());
      nodes_[open_.back()].open = false;
      open_.pop_back();
    } while (members.back() != root);
    std::sort(members.begin(), members.end());
  }

  const Graph& graph_;
  std::vector<Node> nodes_;
  std::vector<size_t> open_;
  std::vector<std::vector<size_t>> all_;
  size_t met_count_ = 0;
};

bool Contains(const std::vector<size_t>& members, size_t actor) {
  return std::binary_search(members.begin(), members.end(), actor);
}

// From the first member along handles back to it; empty: there is no way.
std::vector<size_t> ShortestWayAround(const Graph& graph, const std::vector<size_t>& members) {
  const size_t first = members.front();
  std::unordered_map<size_t, size_t> before;
  for (std::deque<size_t> next = {first}; !next.empty(); next.pop_front()) {
    const size_t here = next.front();
    for (const size_t there : graph[here]) {
      if (!Contains(members, there) || !before.try_emplace(there, here).second) continue;
      if (there != first) {
        next.push_back(there);
        continue;
      }
      std::vector<size_t> way = {first};
      for (size_t step = here; step != first; step = before[step]) way.push_back(step);
      way.push_back(first);
      std::reverse(way.begin(), way.end());
      return way;
    }
  }
  return {};
}

std::string TextOf(const std::vector<size_t>& way, std::span<const HeldActor> actors) {
  std::string text;
  for (size_t i = 0; i < way.size(); ++i) {
    const bool last = i + 1 == way.size();
    if (i >= kShownMax && !last) continue;
    if (last && way.size() - 1 > kShownMax) text += Concat(" -> ", way.size() - 1 - kShownMax, " more");
    text += Concat(text.empty() ? "" : " -> ", "actor ", actors[way[i]].number, " (", actors[way[i]].name, ")");
  }
  return text;
}

}  // namespace

std::vector<HandleCycle> FindHandleCycles(std::span<const HeldActor> actors) {
  const Graph graph = GraphOf(actors);
  const Components components(graph);
  std::vector<std::pair<size_t, HandleCycle>> found;
  for (const std::vector<size_t>& members : components.all()) {
    const std::vector<size_t> way = ShortestWayAround(graph, members);
    if (way.empty()) continue;
    HandleCycle cycle{.actors = TextOf(way, actors), .actor_count = members.size()};
    uint64_t all = 0;
    uint64_t inside = 0;
    for (const size_t member : members) {
      all += actors[member].handle_count;
      for (const size_t there : graph[member]) inside += Contains(members, there) ? 1 : 0;
    }
    cycle.other_handles = all - std::min(all, inside);
    found.emplace_back(members.front(), std::move(cycle));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<HandleCycle> cycles;
  for (auto& [first, cycle] : found) cycles.push_back(std::move(cycle));
  return cycles;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
