// What differs between libtorch 1.13 and the 2.x releases, in one place.
#pragma once
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Optional.h>

namespace engine {
// 1.13 has an optional of its own; from 2.x on it is std::optional under the same name.
template <class T>
using Opt = c10::optional<T>;
using at::Tensor;
using OptTensor = Opt<Tensor>;
}  // namespace engine
