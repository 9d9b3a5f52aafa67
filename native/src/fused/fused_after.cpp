// Batch normalisation with ReLU6 or nothing behind it, a residual added or not: one pass forward, two back, or one
// where the running statistics normalise.
#include "../bind.hpp"
#include "../ops.hpp"
#include "fused.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Norm {
  Tensor runningMean, runningVar;
  After after;
  bool training;
  double momentum, eps;
};

struct NormAfter : torch::autograd::Function<NormAfter> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        const OptTensor& other, const Norm& norm) {
    const Tensor x = asChannelsLast(input);
    const Tensor residual = other.has_value() ? asChannelsLast(*other) : Tensor();
    const Tensor y = channelsLastEmpty(x.sizes(), x);
    byElement(x, [&](auto element) {
      using T = decltype(element);
      const Rows<T> rows = rowsOf<T>(x);
      const Moments m = norm.training ? moments(rows)
                                      : Moments{tensorVector(norm.runningMean), tensorVector(norm.runningVar)};
      if (norm.training)
        updateRunning(m.mean.data(), m.variance.data(), rows.rows, norm.runningMean, norm.runningVar, norm.momentum);
      const Affine affine = normaliser(m.mean.data(), m.variance.data(), weight.data_ptr<float>(),
                                       bias.data_ptr<float>(), rows.channels, norm.eps);
      applyNorm<T>(rows, affine, norm.after, residual.defined() ? dataOf<T>(residual) : nullptr, dataOf<T>(y));
      ctx->save_for_backward({x, weight, bias, vectorTensor(m.mean), vectorTensor(m.variance)});
    });
    ctx->saved_data["six"] = norm.after == After::relu6;
    ctx->saved_data["residual"] = residual.defined();
    ctx->saved_data["training"] = norm.training;
    ctx->saved_data["eps"] = norm.eps;
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &bias = saved[2];
    const Moments m{tensorVector(saved[3]), tensorVector(saved[4])};
    const double eps = ctx->saved_data["eps"].toDouble();
    const bool training = ctx->saved_data["training"].toBool();
    const After after = ctx->saved_data["six"].toBool() ? After::relu6 : After::nothing;
    const std::vector<float> inverse = inverseDeviation(m.variance, eps);
    const Affine affine = normaliser(m.mean.data(), m.variance.data(), weight.data_ptr<float>(),
                                     bias.data_ptr<float>(), x.size(1), eps);
    const Tensor dy = asChannelsLast(gradients[0]);
    const Tensor dx = channelsLastEmpty(x.sizes(), x);
    return byElement(x, [&](auto element) -> variable_list {
      using T = decltype(element);
      const Rows<T> rows = rowsOf<T>(x);
      const Sums sums = normSums<T>(dataOf<T>(dy), rows, affine, after, m, inverse);
      const Slopes by = slopes(rows.rows, m, inverse, weight.data_ptr<float>(), training ? &sums : nullptr);
      normGradient<T>(dataOf<T>(dy), rows, affine, after, by, dataOf<T>(dx));
      return {dx, vectorTensor(sums.product), vectorTensor(sums.gradient),
              ctx->saved_data["residual"].toBool() ? dy : Tensor(), Tensor()};
    });
  }
};

Tensor checkedAndNormed(const Tensor& x, const Tensor& weight, const Tensor& bias, const OptTensor& other,
                        const Norm& norm) {
  checkFusable(x);
  checkChannels(weight, x.size(1), "weight");
  checkChannels(bias, x.size(1), "bias");
  checkChannels(norm.runningMean, x.size(1), "runningMean");
  checkChannels(norm.runningVar, x.size(1), "runningVar");
  if (other.has_value()) {
    checkFusable(*other);
    TORCH_CHECK(other->sizes() == x.sizes() && other->scalar_type() == x.scalar_type(),
                "expected a residual of shape ", x.sizes(), " and the input's type, got ", other->toString(), " ",
                other->sizes());
  }
  return NormAfter::apply(x, weight, bias, other, norm);
}

}  // namespace

void defineFusedAfter(Exports& exports) {
  OP("normRelu6", [](const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                     const Tensor& runningVar, bool training, double momentum, double eps) {
    const Norm norm{runningMean, runningVar, After::relu6, training, momentum, eps};
    return checkedAndNormed(x, weight, bias, OptTensor(), norm);
  });
  OP("normAdd", [](const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                   const Tensor& runningVar, const OptTensor& other, bool training, double momentum, double eps) {
    const Norm norm{runningMean, runningVar, After::nothing, training, momentum, eps};
    return checkedAndNormed(x, weight, bias, other, norm);
  });
}

}  // namespace engine
