// Convolutions of bfloat16 activations with float32 weights.
#pragma once
#include <vector>

#include "../compat.hpp"

namespace engine {

struct ConvShape {
  std::vector<int64_t> stride, padding, dilation;
  int64_t groups;
};

// True where weights are float32 and what they meet is bfloat16.
inline bool isMixed(const Tensor& x, const Tensor& weight) {
  return x.scalar_type() == at::kBFloat16 && weight.scalar_type() == at::kFloat;
}

// Products in bfloat16, sums in float32, the result rounded to bfloat16; gradients of weights and bias are float32.
Tensor mixedConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, const ConvShape& shape);

}  // namespace engine
