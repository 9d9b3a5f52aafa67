// The convolutions of a dense block, on channels-last float32 or bfloat16; weights are float32 either way.
#pragma once
#include <ATen/Context.h>

#include <utility>

#include "fused.hpp"

namespace engine {

// Gradients of the input, in its element type, and of the weights, in float32.
using ConvolutionGradients = std::pair<Tensor, Tensor>;

Tensor convolve1x1(const Tensor& x, const Tensor& weight);
ConvolutionGradients convolve1x1Backward(const Tensor& dy, const Tensor& x, const Tensor& weight);
// With a border of one zero. `learns`: whether gradients will follow, which lets sums be rounded a little more.
Tensor convolve3x3(const Tensor& x, const Tensor& weight, bool learns);
ConvolutionGradients convolve3x3Backward(const Tensor& dy, const Tensor& x, const Tensor& weight);

}  // namespace engine
