// Convolutions that our own kernels do, where they are faster than libtorch's (docs/decisions/091).
#pragma once
#include "../mixed.hpp"

namespace engine {

// Whether gradients will be wanted of any of these.
bool learns(const Tensor& x, const Tensor& weight, const OptTensor& bias);

// On channels-last float32 images: with AVX2 alone, square kernels from 2x2 to 7x7; with AVX-512, what is trained in
// tiles, since libtorch comes close to what the processor can do otherwise.
bool isOurs(const Tensor& x, const Tensor& weight, const ConvShape& shape, bool learning);

// In a graph or without one; without one, sums are taken as they are defined.
Tensor fusedConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, const ConvShape& shape);

// The parts of it: `x` and `dy` are channels-last. `tiles`: see convolution.hpp.
Tensor directConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, int64_t stride,
                         int64_t padding, bool tiles);
Tensor directInputGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding);
Tensor directWeightGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding);

}  // namespace engine
