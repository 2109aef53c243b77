#include "tools/bench/report.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "core/base/json.h"
#include "core/base/text.h"
#include "tools/manta/table.h"

namespace manta::bench {
namespace {

using tool::Cell;
using tool::Style;

// Three digits that count, and never an exponent.
std::string Digits(double value) {
  const double size = std::fabs(value);
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2, value);
  return text;
}

struct Step {
  double from;
  const char* unit;
};

Shown InSteps(double value, const std::array<Step, 4>& steps) {
  const Step* step = &steps[0];
  for (const Step& each : steps) {
    if (std::fabs(value) >= each.from) step = &each;
  }
  return {Digits(value / step->from), step->unit};
}

constexpr std::array<Step, 4> kTimes = {{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}};
constexpr std::array<Step, 4> kRates = {{{1, "/s"}, {1e3, "k/s"}, {1e6, "M/s"}, {1e9, "G/s"}}};
constexpr std::array<Step, 4> kSizes = {{{1, "B"}, {1 << 10, "KiB"}, {1 << 20, "MiB"}, {1 << 30, "GiB"}}};

std::string UnitName(Unit unit) {
  switch (unit) {
    case Unit::kNs:
      return "ns";
    case Unit::kPerSecond:
      return "1/s";
    case Unit::kBytes:
      return "B";
    case Unit::kNumber:
      return "1";
  }
  return "";
}

std::string BoundText(const Result& result) {
  if (!result.bound_is_measured) return result.bound;
  if (!result.bound_value.has_value()) return Concat(result.bound, ": ", result.why_unbound);
  const Shown shown = Show(*result.bound_value, result.unit);
  return Concat(result.bound, ": ", shown.number, shown.unit.empty() ? "" : " ", shown.unit);
}

std::string RequiredText(const Result& result) {
  if (!result.required.has_value()) return "";
  return Concat(result.required->at_most ? "at most " : "at least ", Digits(result.required->ratio));
}

Cell Verdict(const Result& result) {
  const std::optional<bool> reached = Reached(result);
  if (!result.required.has_value()) return {""};
  if (!reached.has_value()) return {result.why_unbound, Style::kFaint};
  if (*reached) return {"ok", Style::kGood};
  return {result.gate ? "GATE FAILS" : "MISS", Style::kBad};
}

std::string Summary(const std::vector<Result>& results) {
  uint64_t reached = 0;
  uint64_t missed = 0;
  uint64_t failed = 0;
  uint64_t open = 0;
  for (const Result& result : results) {
    if (!result.required.has_value()) continue;
    const std::optional<bool> ok = Reached(result);
    ++(!ok.has_value() ? open : *ok ? reached : result.gate ? failed : missed);
  }
  std::string text = Concat(reached, " ok, ", missed, " missed, ", failed, failed == 1 ? " gate fails" : " gates fail");
  if (open > 0) text += Concat("; ", open, " not compared");
  return text + "\n";
}

}  // namespace

Shown Show(double value, Unit unit) {
  switch (unit) {
    case Unit::kNs:
      return InSteps(value, kTimes);
    case Unit::kPerSecond:
      return InSteps(value, kRates);
    case Unit::kBytes:
      return InSteps(value, kSizes);
    case Unit::kNumber:
      break;
  }
  return {Digits(value), ""};
}

std::string RenderResults(const std::vector<Result>& results, size_t width, bool color) {
  std::vector<std::vector<Cell>> lines;
  for (const Result& result : results) {
    const Shown shown = Show(result.median, result.unit);
    lines.push_back({{result.name},
                     {shown.number},
                     {shown.unit},
                     {BoundText(result)},
                     {result.ratio.has_value() ? Digits(*result.ratio) : ""},
                     {RequiredText(result)},
                     Verdict(result)});
  }
  return tool::RenderTable(
             {{"name", true}, {"median"}, {"unit"}, {"held against", true}, {"ratio"}, {"required"}, {"result"}}, lines,
             width, color) +
         Summary(results);
}

std::string ResultsAsJson(const Machine& machine, const std::vector<Result>& results) {
  JsonWriter json;
  json.BeginObject();
  json.Key("machine");
  json.BeginObject();
  json.Field("cpu", machine.cpu);
  json.Field("cores", machine.cores);
  json.Field("memory_bytes", machine.memory_bytes);
  json.Field("system", machine.system);
  json.Field("compiler", machine.compiler);
  json.Key("optimized");
  json.Bool(machine.optimized);
  json.Field("date", machine.date);
  json.Field("runs", machine.runs);
  json.Key("peers");
  json.Bool(machine.peers);
  json.EndObject();
  json.Key("rows");
  json.BeginArray();
  const auto text_or_null = [&](std::string_view key, const std::string& text) {
    json.Key(key);
    text.empty() ? json.Null() : json.String(text);
  };
  for (const Result& result : results) {
    json.BeginObject();
    json.Field("name", result.name);
    json.Field("mode", NameOf(result.mode));
    json.Key("median");
    json.Real(result.median);
    json.Key("min");
    json.Real(result.min);
    json.Key("max");
    json.Real(result.max);
    json.Field("unit", UnitName(result.unit));
    text_or_null("bound", BoundText(result));
    json.Key("ratio");
    result.ratio.has_value() ? json.Real(*result.ratio) : json.Null();
    text_or_null("required", RequiredText(result));
    json.Key("ok");
    const std::optional<bool> reached = Reached(result);
    reached.has_value() ? json.Bool(*reached) : json.Null();
    json.Key("gate");
    json.Bool(result.gate);
    if (result.is_slope) {
      json.Key("slope");
      json.Real(result.median);
    }
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
