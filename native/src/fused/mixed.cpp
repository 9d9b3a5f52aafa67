#include "mixed.hpp"

#include <torch/csrc/autograd/custom_function.h>

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Tensor rounded(const Tensor& weight) { return weight.detach().to(at::kBFloat16); }

OptTensor rounded(const OptTensor& bias) { return bias.has_value() ? OptTensor(rounded(*bias)) : OptTensor(); }

struct MixedConvolution : torch::autograd::Function<MixedConvolution> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight, const OptTensor& bias,
                        const ConvShape& shape) {
    const Tensor half = rounded(weight);
    // Kept for the way back: the rounded weights, half the size of those that the optimiser will have changed.
    ctx->save_for_backward({x, half});
    ctx->saved_data["input"] = x.requires_grad();
    ctx->saved_data["weight"] = weight.requires_grad();
    ctx->saved_data["bias"] = bias.has_value() && bias->requires_grad();
    ctx->saved_data["stride"] = shape.stride;
    ctx->saved_data["padding"] = shape.padding;
    ctx->saved_data["dilation"] = shape.dilation;
    ctx->saved_data["groups"] = shape.groups;
    return at::conv2d(x, half, rounded(bias), shape.stride, shape.padding, shape.dilation, shape.groups);
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const auto is = [&](const char* name) { return ctx->saved_data[name].toBool(); };
    const auto sizes = [&](const char* name) { return ctx->saved_data[name].toIntVector(); };
    const Tensor g = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    Tensor dx, dw, db;
    if (is("input") || is("weight"))
      std::tie(dx, dw, std::ignore) = at::convolution_backward(
          g, saved[0], saved[1], c10::nullopt, sizes("stride"), sizes("padding"), sizes("dilation"), false,
          at::IntArrayRef({0, 0}), ctx->saved_data["groups"].toInt(), {is("input"), is("weight"), false});
    if (is("weight")) dw = dw.to(at::kFloat);
    if (is("bias")) db = at::sum(g, at::IntArrayRef({0, 2, 3}), false, at::kFloat);
    return {dx, dw, db, Tensor()};
  }
};

}  // namespace

Tensor mixedConvolution(const Tensor& x, const Tensor& weight, const OptTensor& bias, const ConvShape& shape) {
  return MixedConvolution::apply(x, weight, bias, shape);
}

}  // namespace engine
