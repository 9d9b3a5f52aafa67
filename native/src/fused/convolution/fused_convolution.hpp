// Convolutions that our own kernels do, where they are faster than libtorch's (docs/decisions/091).
#pragma once
#include "../mixed.hpp"

namespace engine {

// Square kernels from 2x2 to 7x7 on channels-last float32 images, on processors with AVX2 and without AVX-512.
bool isDirect(const Tensor& x, const Tensor& weight, const ConvShape& shape);

// In a graph or without one; without one, sums are taken as they are defined.
Tensor fusedConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, const ConvShape& shape);

// The parts of it: `x` and `dy` are channels-last. `tiles`: see convolution.hpp.
Tensor directConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, int64_t stride,
                         int64_t padding, bool tiles);
Tensor directInputGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding);
Tensor directWeightGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding);

}  // namespace engine
