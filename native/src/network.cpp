// Layers.
#include "bind.hpp"
#include "fused/convolution/fused_convolution.hpp"
#include "ops.hpp"

namespace engine {

void defineNetwork(Exports& exports) {
  OP("linear", [](const Tensor& x, const Tensor& weight, const OptTensor& bias) { return at::linear(x, weight, bias); });
  OP("conv2d", [](const Tensor& x, const Tensor& weight, const OptTensor& bias, const std::vector<int64_t>& stride,
                  const std::vector<int64_t>& padding, const std::vector<int64_t>& dilation, int64_t groups) {
    const ConvShape shape{stride, padding, dilation, groups};
    if (isMixed(x, weight)) return mixedConvolution(x, weight, bias, shape);
    if (isOurs(x, weight, shape, learns(x, weight, bias))) return fusedConvolution(x, weight, bias, shape);
    return at::conv2d(x, weight, bias, stride, padding, dilation, groups);
  });
  OP("batchNorm", [](const Tensor& x, const OptTensor& weight, const OptTensor& bias, const OptTensor& mean,
                     const OptTensor& var, bool training, double momentum, double eps) {
    return at::batch_norm(x, weight, bias, mean, var, training, momentum, eps, at::globalContext().userEnabledCuDNN());
  });
  OP("groupNorm", [](const Tensor& x, int64_t groups, const OptTensor& weight, const OptTensor& bias, double eps) {
    return at::group_norm(x, groups, weight, bias, eps, false);
  });
  OP("relu", [](const Tensor& x) { return at::relu(x); });
  OP("sigmoid", [](const Tensor& x) { return at::sigmoid(x); });
  OP("softmax", [](const Tensor& x, int64_t dim) { return at::softmax(x, dim); });
  OP("logSoftmax", [](const Tensor& x, int64_t dim) { return at::log_softmax(x, dim); });
  OP("dropout", [](const Tensor& x, double p, bool training) { return at::dropout(x, p, training); });
  OP("maxPool2d", [](const Tensor& x, const std::vector<int64_t>& kernel, const std::vector<int64_t>& stride,
                     const std::vector<int64_t>& padding) { return at::max_pool2d(x, kernel, stride, padding); });
  OP("avgPool2d", [](const Tensor& x, const std::vector<int64_t>& kernel, const std::vector<int64_t>& stride,
                     const std::vector<int64_t>& padding) { return at::avg_pool2d(x, kernel, stride, padding); });
  OP("adaptiveAvgPool2d",
     [](const Tensor& x, const std::vector<int64_t>& size) { return at::adaptive_avg_pool2d(x, size); });
  OP("upsampleNearest", [](const Tensor& x, const std::vector<int64_t>& size) {
    return at::upsample_nearest2d(x, size);
  });
  OP("upsampleBilinear", [](const Tensor& x, const std::vector<int64_t>& size, bool alignCorners) {
    return at::upsample_bilinear2d(x, size, alignCorners);
  });
}

}  // namespace engine
