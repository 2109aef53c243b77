// tests/conformance/broken/export_all.h -- exports several plugins of one interface from one library: MANTA_PLUGIN
// (core/plugin/export.h) exports one, which is what a library should have.
#pragma once

#include <iterator>

#include "core/plugin/export.h"

// `entries` is an array of manta::abi::PluginEntry, each made by manta::export_internal::MakeEntry. In no namespace,
// once in a library.
#define MANTA_EXPORT_ALL(Interface, entries)                                                                       \
  namespace {                                                                                                      \
  __attribute__((section(".note.manta"), used, aligned(4))) constexpr ::manta::abi::PluginNote manta_plugin_note = \
      ::manta::export_internal::MakeNote<Interface>();                                                             \
  }                                                                                                                \
  extern "C" {                                                                                                     \
  extern const ::manta::abi::PluginManifest manta_plugin_manifest __attribute__((visibility("default")));          \
  }                                                                                                                \
  constinit const ::manta::abi::PluginManifest manta_plugin_manifest = {                                           \
      .plugin_count = std::size(entries), .note = &manta_plugin_note, .plugins = entries};

// SPDX-License-Identifier: Apache-2.0
