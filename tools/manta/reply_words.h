// tools/manta/reply_words.h -- shows what a program has answered: as a table for people, or as JSON for programs.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/kernel/observe/reply_table.h"
#include "tools/manta/console.h"

namespace manta::tool {

// Totals in one line, then a table; columns that are empty in every row are left out.
std::string ReplyAsText(const ReplyTable& reply, const Console& console);

// The facts as keys, and the rows as objects in a list called `rows_key`. Into an object that is open.
void AppendReply(const ReplyTable& reply, std::string_view rows_key, JsonWriter& json);

// "1.5 MiB", "512 B".
std::string BytesText(double bytes);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
