// Batch normalisation and ReLU, with or without a residual added in between, in one pass each way.
#include "../bind.hpp"
#include "fused.hpp"
#include "../ops.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Norm {
  Tensor runningMean, runningVar;
  double momentum, eps;
};

struct NormRelu : torch::autograd::Function<NormRelu> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        const OptTensor& other, const Norm& norm) {
    const Tensor x = asChannelsLast(input);
    const Rows rows = rowsOf(x);
    const Moments m = moments(rows);
    updateRunning(m.mean.data(), m.variance.data(), rows.rows, norm.runningMean, norm.runningVar, norm.momentum);
    const Affine affine = normaliser(m.mean.data(), m.variance.data(), weight.data_ptr<float>(),
                                     bias.data_ptr<float>(), rows.channels, norm.eps);
    Tensor y = channelsLastEmpty(x.sizes());
    if (other.has_value())
      applyAddRelu(rows, affine, asChannelsLast(*other).data_ptr<float>(), y.data_ptr<float>());
    else
      applyRelu(rows, affine, y.data_ptr<float>());
    ctx->save_for_backward({x, weight, y, vectorTensor(m.mean), vectorTensor(inverseDeviation(m.variance, norm.eps))});
    ctx->saved_data["residual"] = other.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &y = saved[2];
    const Moments m{tensorVector(saved[3]), {}};
    const std::vector<float> inverse = tensorVector(saved[4]);
    const Tensor dy = asChannelsLast(gradients[0]);
    const float *g = dy.data_ptr<float>(), *o = y.data_ptr<float>();
    Tensor other;
    if (ctx->saved_data["residual"].toBool()) other = channelsLastEmpty(x.sizes());
    const Rows rows = rowsOf(x);
    const Sums sums = reluSums(g, o, rows, m, inverse, other.defined() ? other.data_ptr<float>() : nullptr);
    Tensor dx = channelsLastEmpty(x.sizes());
    normBackward(g, o, rows, m, inverse, weight.data_ptr<float>(), sums, dx.data_ptr<float>());
    return {dx, vectorTensor(sums.product), vectorTensor(sums.gradient), other, Tensor()};
  }
};

void check(const Tensor& x, const Tensor& weight, const Tensor& bias, const Norm& norm) {
  checkFusable(x);
  checkChannels(weight, x.size(1), "weight");
  checkChannels(bias, x.size(1), "bias");
  checkChannels(norm.runningMean, x.size(1), "runningMean");
  checkChannels(norm.runningVar, x.size(1), "runningVar");
}

}  // namespace

void defineFusedNorm(Exports& exports) {
  OP("normRelu", [](const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                    const Tensor& runningVar, const OptTensor& other, double momentum, double eps) {
    const Norm norm{runningMean, runningVar, momentum, eps};
    check(x, weight, bias, norm);
    if (other.has_value()) {
      checkFusable(*other);
      TORCH_CHECK(other->sizes() == x.sizes(), "expected a residual of shape ", x.sizes(), ", got ", other->sizes());
    }
    return NormRelu::apply(x, weight, bias, other, norm);
  });
}

}  // namespace engine
