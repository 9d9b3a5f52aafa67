#include "dense_convolutions.hpp"

#include "convolution/fused_convolution.hpp"

namespace engine {
namespace {

// The 1x1 convolutions are matrix products over all pixels. From images of 16x16 on, oneDNN computes them a tenth to
// a third faster as what they are (docs/decisions/010); in bfloat16 from 8x8 on (docs/decisions/015).
constexpr int64_t kConvolved = 256, kConvolvedHalf = 64;

bool convolved1x1(const Tensor& x) {
  return at::globalContext().hasMKLDNN() && at::globalContext().userEnabledMkldnn() &&
         x.size(2) * x.size(3) >= (x.scalar_type() == at::kBFloat16 ? kConvolvedHalf : kConvolved);
}

Tensor pixels(const Tensor& x) { return x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)}); }

Tensor matrix(const Tensor& weight) { return weight.reshape({weight.size(0), weight.size(1)}); }

Tensor asImages(const Tensor& rows, const Tensor& like) {
  return rows.view({like.size(0), like.size(2), like.size(3), rows.size(1)}).permute({0, 3, 1, 2});
}

// Weights as they meet activations.
Tensor met(const Tensor& weight, const Tensor& x) { return weight.detach().to(x.scalar_type()); }

ConvolutionGradients gradientsOf(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t padding) {
  const auto result = at::convolution_backward(
      dy, x, met(weight, x), c10::nullopt, at::IntArrayRef({1, 1}), at::IntArrayRef({padding, padding}),
      at::IntArrayRef({1, 1}), false, at::IntArrayRef({0, 0}), 1, {true, true, false});
  return {asChannelsLast(std::get<0>(result)), std::get<1>(result).to(at::kFloat)};
}

const ConvShape kBordered{{1, 1}, {1, 1}, {1, 1}, 1};

}  // namespace

Tensor convolve1x1(const Tensor& x, const Tensor& weight) {
  if (convolved1x1(x)) return asChannelsLast(at::conv2d(x, met(weight, x)));
  return asImages(at::mm(pixels(x), matrix(met(weight, x)).t()), x);
}

ConvolutionGradients convolve1x1Backward(const Tensor& dy, const Tensor& x, const Tensor& weight) {
  if (convolved1x1(x)) return gradientsOf(dy, x, weight, 0);
  return {asImages(at::mm(pixels(dy), matrix(met(weight, x))), x),
          at::mm(pixels(dy).t(), pixels(x)).reshape(weight.sizes()).to(at::kFloat)};
}

Tensor convolve3x3(const Tensor& x, const Tensor& weight, bool learns) {
  if (isOurs(x, weight, kBordered, learns)) return directConvolution(x, weight, {}, 1, 1, learns);
  return asChannelsLast(at::conv2d(x, met(weight, x), {}, at::IntArrayRef({1, 1}), at::IntArrayRef({1, 1})));
}

ConvolutionGradients convolve3x3Backward(const Tensor& dy, const Tensor& x, const Tensor& weight) {
  if (isOurs(x, weight, kBordered, true))
    return {directInputGradient(asChannelsLast(dy), x, weight, 1, 1),
            directWeightGradient(asChannelsLast(dy), x, weight, 1, 1)};
  return gradientsOf(dy, x, weight, 1);
}

}  // namespace engine
