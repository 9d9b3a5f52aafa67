// Convolutions that our own kernels do, where they are faster than libtorch's (docs/decisions/091).
#pragma once
#include "../mixed.hpp"

namespace engine {

// Square kernels from 2x2 to 7x7 on channels-last float32 images, on processors with AVX2 and without AVX-512.
bool isDirect(const Tensor& x, const Tensor& weight, const ConvShape& shape);

Tensor fusedConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, const ConvShape& shape);

// Without a graph. `x` and `dy` are channels-last.
Tensor directConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, int64_t stride,
                         int64_t padding);
Tensor directInputGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding);
Tensor directWeightGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding);

}  // namespace engine
