// Batch normalisation and ReLU, with or without a residual added in between, in one pass each way.
#include "../bind.hpp"
#include "../ops.hpp"
#include "fused.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Norm {
  Tensor runningMean, runningVar;
  double momentum, eps;
};

template <class T>
Tensor normalised(const Tensor& x, const Affine& affine, const OptTensor& other) {
  Tensor y = channelsLastEmpty(x.sizes(), x);
  if (other.has_value())
    applyAddRelu(rowsOf<T>(x), affine, dataOf<T>(asChannelsLast(*other)), dataOf<T>(y));
  else
    applyRelu(rowsOf<T>(x), affine, dataOf<T>(y));
  return y;
}

template <class T>
variable_list normReluBackward(const variable_list& saved, const Tensor& dy, bool residual) {
  const Tensor &x = saved[0], &weight = saved[1], &y = saved[2];
  const Moments m{tensorVector(saved[3]), {}};
  const std::vector<float> inverse = tensorVector(saved[4]);
  const T *g = dataOf<T>(dy), *o = dataOf<T>(y);
  Tensor other;
  if (residual) other = channelsLastEmpty(x.sizes(), x);
  const Rows<T> rows = rowsOf<T>(x);
  const Sums sums = reluSums(g, o, rows, m, inverse, residual ? dataOf<T>(other) : nullptr);
  Tensor dx = channelsLastEmpty(x.sizes(), x);
  normBackward(g, o, rows, m, inverse, weight.data_ptr<float>(), sums, dataOf<T>(dx));
  return {dx, vectorTensor(sums.product), vectorTensor(sums.gradient), other, Tensor()};
}

struct NormRelu : torch::autograd::Function<NormRelu> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        const OptTensor& other, const Norm& norm) {
    const Tensor x = asChannelsLast(input);
    return byElement(x, [&](auto element) {
      using T = decltype(element);
      const Rows<T> rows = rowsOf<T>(x);
      const Moments m = moments(rows);
      updateRunning(m.mean.data(), m.variance.data(), rows.rows, norm.runningMean, norm.runningVar, norm.momentum);
      const Affine affine = normaliser(m.mean.data(), m.variance.data(), weight.data_ptr<float>(),
                                       bias.data_ptr<float>(), rows.channels, norm.eps);
      const Tensor y = normalised<T>(x, affine, other);
      ctx->save_for_backward(
          {x, weight, y, vectorTensor(m.mean), vectorTensor(inverseDeviation(m.variance, norm.eps))});
      ctx->saved_data["residual"] = other.has_value();
      return y;
    });
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const bool residual = ctx->saved_data["residual"].toBool();
    const Tensor dy = asChannelsLast(gradients[0]);
    return byElement(saved[0], [&](auto element) { return normReluBackward<decltype(element)>(saved, dy, residual); });
  }
};

void check(const Tensor& x, const Tensor& weight, const Tensor& bias, const OptTensor& other, const Norm& norm) {
  checkFusable(x);
  checkChannels(weight, x.size(1), "weight");
  checkChannels(bias, x.size(1), "bias");
  checkChannels(norm.runningMean, x.size(1), "runningMean");
  checkChannels(norm.runningVar, x.size(1), "runningVar");
  if (!other.has_value()) return;
  checkFusable(*other);
  TORCH_CHECK(other->sizes() == x.sizes() && other->scalar_type() == x.scalar_type(), "expected a residual of shape ",
              x.sizes(), " and the input's type, got ", other->toString(), " ", other->sizes());
}

}  // namespace

void defineFusedNorm(Exports& exports) {
  OP("normRelu", [](const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                    const Tensor& runningVar, const OptTensor& other, double momentum, double eps) {
    const Norm norm{runningMean, runningVar, momentum, eps};
    check(x, weight, bias, other, norm);
    return NormRelu::apply(x, weight, bias, other, norm);
  });
  // The same with the running statistics, which stay; outside of the graph.
  OP("normReluJudging", [](const Tensor& input, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                           const Tensor& runningVar, const OptTensor& other, double eps) {
    at::NoGradGuard guard;
    check(input, weight, bias, other, Norm{runningMean, runningVar, 0, eps});
    const Tensor x = asChannelsLast(input);
    const Affine affine = normaliser(runningMean.data_ptr<float>(), runningVar.data_ptr<float>(),
                                     weight.data_ptr<float>(), bias.data_ptr<float>(), x.size(1), eps);
    return byElement(x, [&](auto element) { return normalised<decltype(element)>(x, affine, other); });
  });
}

}  // namespace engine
