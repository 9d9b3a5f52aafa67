#include "fused_convolution.hpp"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "../fused.hpp"
#include "convolution.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kLargest = 7;

bool both(const std::vector<int64_t>& values, int64_t from, int64_t to) {
  return values.size() == 2 && values[0] == values[1] && values[0] >= from && values[0] <= to;
}

ConvolutionShape shapeOf(const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding) {
  return {x.size(0), x.size(2), x.size(3), x.size(1), weight.size(0), weight.size(2), stride, padding};
}

bool isBiasOf(const Tensor& weight, const Tensor& bias) {
  return bias.device().is_cpu() && bias.scalar_type() == at::kFloat && bias.dim() == 1 &&
         bias.size(0) == weight.size(0);
}

struct DirectConvolution : torch::autograd::Function<DirectConvolution> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight, const OptTensor& bias,
                        int64_t stride, int64_t padding) {
    ctx->save_for_backward({x, weight});
    ctx->saved_data["stride"] = stride;
    ctx->saved_data["padding"] = padding;
    ctx->saved_data["input"] = x.requires_grad();
    ctx->saved_data["weight"] = weight.requires_grad();
    ctx->saved_data["bias"] = bias.has_value() && bias->requires_grad();
    return directConvolution(x, weight, bias, stride, padding, true);
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const auto is = [&](const char* name) { return ctx->saved_data[name].toBool(); };
    const Tensor dy = asChannelsLast(gradients[0]);
    const int64_t stride = ctx->saved_data["stride"].toInt(), padding = ctx->saved_data["padding"].toInt();
    variable_list result(5);
    if (is("input")) result[0] = directInputGradient(dy, saved[0], saved[1], stride, padding);
    if (is("weight")) result[1] = directWeightGradient(dy, saved[0], saved[1], stride, padding);
    if (is("bias")) result[2] = at::sum(dy, at::IntArrayRef({0, 2, 3}));
    return result;
  }
};

}  // namespace

bool learns(const Tensor& x, const Tensor& weight, const OptTensor& bias) {
  return c10::GradMode::is_enabled() &&
         (x.requires_grad() || weight.requires_grad() || (bias.has_value() && bias->requires_grad()));
}

bool isOurs(const Tensor& x, const Tensor& weight, const ConvShape& shape, bool learning) {
  if (widest() < 8 || !x.device().is_cpu() || !weight.device().is_cpu()) return false;
  if (x.scalar_type() != at::kFloat || weight.scalar_type() != at::kFloat || x.dim() != 4 || weight.dim() != 4)
    return false;
  const int64_t kernel = weight.size(2);
  if (kernel < 2 || kernel > kLargest || weight.size(3) != kernel || weight.size(1) != x.size(1)) return false;
  if (!both(shape.stride, 1, 2) || !both(shape.padding, 0, kernel - 1) || !both(shape.dilation, 1, 1)) return false;
  const int64_t seen = kernel - 2 * shape.padding[0];
  if (shape.groups != 1 || x.numel() == 0 || weight.numel() == 0 || x.size(2) < seen || x.size(3) < seen) return false;
  if (!x.is_contiguous(at::MemoryFormat::ChannelsLast)) return false;
  return widest() == 8 || (learning && inTiles(shapeOf(x, weight, shape.stride[0], shape.padding[0])));
}

Tensor directConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, int64_t stride,
                         int64_t padding, bool tiles) {
  const Tensor w = weight.detach().contiguous(), b = bias.has_value() ? bias->detach().contiguous() : Tensor();
  const ConvolutionShape shape = shapeOf(x, w, stride, padding);
  const Tensor y = channelsLastEmpty({shape.images, shape.outputs, shape.outHeight(), shape.outWidth()}, x);
  convolve(shape, x.data_ptr<float>(), w.data_ptr<float>(), b.defined() ? b.data_ptr<float>() : nullptr,
           y.data_ptr<float>(), tiles);
  return y;
}

Tensor directInputGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding) {
  const Tensor w = weight.detach().contiguous(), dx = channelsLastEmpty(x.sizes(), x);
  convolveInput(shapeOf(x, w, stride, padding), dy.data_ptr<float>(), w.data_ptr<float>(), dx.data_ptr<float>());
  return dx;
}

Tensor directWeightGradient(const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t stride, int64_t padding) {
  const Tensor dw = at::empty(weight.sizes(), at::kFloat);
  convolveWeights(shapeOf(x, weight, stride, padding), dy.data_ptr<float>(), x.data_ptr<float>(),
                  dw.data_ptr<float>());
  return dw;
}

Tensor fusedConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, const ConvShape& shape) {
  // A bias that does not fit is refused by libtorch, in its words.
  if (bias.has_value() && !isBiasOf(weight, *bias))
    return at::conv2d(x, weight, bias, shape.stride, shape.padding, shape.dilation, shape.groups);
  if (!learns(x, weight, bias)) return directConvolution(x, weight, bias, shape.stride[0], shape.padding[0], false);
  return DirectConvolution::apply(x, weight, bias, shape.stride[0], shape.padding[0]);
}

}  // namespace engine
