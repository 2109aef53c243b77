#include "api/generator.h"

namespace manta::api_internal {

void AwaitNews(SharedObject* news, const GetOptions& options) {
  ErrorPtr error;
  (void)AwaitView(news, options, &error);
  news->Release();
  if (error != nullptr) ThrowError(error);
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
