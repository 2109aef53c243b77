#include "tools/bench/row.h"

namespace manta::bench {

std::vector<Row> AllRows() {
  std::vector<Row> rows;
  AddLimitRows(rows);
  AddObjectRows(rows);
  AddTaskRows(rows);
  AddPendingRows(rows);
  AddActorRows(rows);
  AddWaitingRows(rows);
  AddCounterRows(rows);
  AddSkynetRows(rows);
  AddCoroutineRows(rows);
  return rows;
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
