// Batch normalisation with the statistics of all processes.
#include "group.hpp"

#if ENGINE_PROCESSES
#include <torch/csrc/autograd/custom_function.h>

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// values := their sums over all processes.
void sumAll(Group& g, const Tensor& values) { finish(g, beginSum(g, values)); }

// Along all dimensions but that of the channels.
std::vector<int64_t> others(const Tensor& x) {
  std::vector<int64_t> dims;
  for (int64_t d = 0; d < x.dim(); d++)
    if (d != 1) dims.push_back(d);
  return dims;
}

// [C] as it is broadcast over x.
Tensor over(const Tensor& values, const Tensor& x) {
  std::vector<int64_t> shape(x.dim(), 1);
  shape[1] = -1;
  return values.view(shape);
}

struct NormTogether : torch::autograd::Function<NormTogether> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        const Tensor& runningMean, const Tensor& runningVar, double momentum, double eps) {
    Group& g = group();
    const Tensor x = input.to(at::kFloat);
    const int64_t channels = x.size(1);
    const auto dims = others(x);
    const auto [variance, mean] = at::var_mean(x, dims, /*unbiased=*/false);
    const double n = static_cast<double>(x.numel() / channels);
    // Sums in float64: [count, sums, sums of squares]
    const Tensor m = mean.to(at::kCPU, at::kDouble), v = variance.to(at::kCPU, at::kDouble);
    const Tensor sums = at::cat({at::full({1}, n, at::kDouble), m * n, (v + m * m) * n});
    sumAll(g, sums);
    const double count = sums[0].item<double>();
    const Tensor all = sums.narrow(0, 1, channels) / count;
    const Tensor spread = (sums.narrow(0, 1 + channels, channels) / count - all * all).clamp_min(0);
    const Tensor mu = all.to(x.device(), at::kFloat);
    const Tensor inverse = (spread + eps).rsqrt().to(x.device(), at::kFloat);
    runningMean.mul_(1 - momentum).add_(mu, momentum);
    runningVar.mul_(1 - momentum).add_(spread.to(x.device(), at::kFloat), momentum * count / std::max(1.0, count - 1));
    const Tensor scale = weight * inverse;
    ctx->save_for_backward({x, weight, mu, inverse});
    ctx->saved_data["count"] = count;
    return at::addcmul(over(bias, x), x - over(mu, x), over(scale, x)).to(input.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    Group& g = group();
    const auto saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &mu = saved[2], &inverse = saved[3];
    const double count = ctx->saved_data["count"].toDouble();
    const Tensor dy = gradients[0].to(at::kFloat);
    const auto dims = others(x);
    const Tensor normed = (x - over(mu, x)) * over(inverse, x);
    const Tensor sum = dy.sum(dims), product = (dy * normed).sum(dims);
    const Tensor sums = at::cat({sum, product}).to(at::kCPU, at::kDouble);
    sumAll(g, sums);
    const Tensor means = (sums / count).to(x.device(), at::kFloat);
    const int64_t channels = x.size(1);
    // dx = weight / deviation * (dy - mean(dy) - normed * mean(dy * normed)), means over the pixels of all processes
    const Tensor dx = (dy - over(means.narrow(0, 0, channels), x) - normed * over(means.narrow(0, channels, channels), x)) *
                      over(weight * inverse, x);
    return {dx.to(gradients[0].scalar_type()), product, sum, Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

void defineNormsTogether(Exports& exports) {
  OP("batchNormTogether", [](const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                             const Tensor& runningVar, double momentum, double eps) {
    return NormTogether::apply(x, weight, bias, runningMean, runningVar, momentum, eps);
  });
}

}  // namespace engine
#endif
