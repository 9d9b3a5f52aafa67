// A depthwise convolution between two norms, each with ReLU6, as one differentiable function: the inner part of an
// inverted residual (Sandler et al., 2018, section 3.3), where its features are widest. What lies between norm,
// ReLU6 and convolution is never stored, in neither direction.
#include "../../bind.hpp"
#include "../../ops.hpp"
#include "../fused.hpp"
#include "depthwise.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Norms {
  bool training;
  double momentum, eps;
};

// The parameters and running statistics of a norm.
enum { kWeight, kBias, kMean, kVar, kNorm };

Moments statisticsOf(const std::vector<Tensor>& norm) { return {tensorVector(norm[kMean]), tensorVector(norm[kVar])}; }

Affine affineOf(const Moments& m, const Tensor& weight, const Tensor& bias, double eps) {
  return normaliser(m.mean.data(), m.variance.data(), weight.data_ptr<float>(), bias.data_ptr<float>(),
                    weight.size(0), eps);
}

// The statistics that normalise: those of x, towards which the running ones move, or the running ones.
template <class T>
Moments settle(const Rows<T>& x, const std::vector<Tensor>& norm, const Norms& how) {
  if (!how.training) return statisticsOf(norm);
  Moments m = moments(x);
  updateRunning(m.mean.data(), m.variance.data(), x.rows, norm[kMean], norm[kVar], how.momentum);
  return m;
}

DepthwiseShape shapeOf(const Tensor& x, const Tensor& weight, int64_t stride) {
  return {x.size(0), x.size(2), x.size(3), x.size(1), weight.size(2), stride};
}

Tensor resultOf(const DepthwiseShape& shape, const Tensor& x) {
  return channelsLastEmpty({shape.images, shape.channels, shape.outHeight(), shape.outWidth()}, x);
}

struct Depthwise : torch::autograd::Function<Depthwise> {
  // `before`: four tensors, or none.
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const OptTensor& weightBefore,
                        const OptTensor& biasBefore, const Tensor& weightAfter, const Tensor& biasAfter,
                        const std::vector<Tensor>& before, const std::vector<Tensor>& after, int64_t stride,
                        const Norms& how) {
    const Tensor x = asChannelsLast(input), taps = weight.contiguous();
    const DepthwiseShape shape = shapeOf(x, taps, stride);
    const Tensor raw = resultOf(shape, x), y = resultOf(shape, x);
    variable_list saved{x, raw, taps, weightAfter, biasAfter};
    byElement(x, [&](auto element) {
      using T = decltype(element);
      Moments first;
      Affine entering;
      if (!before.empty()) {
        first = settle(rowsOf<T>(x), before, how);
        entering = affineOf(first, *weightBefore, *biasBefore, how.eps);
      }
      const Affine* enters = before.empty() ? nullptr : &entering;
      Moments second;
      if (how.training) {
        depthwise<T>(shape, dataOf<T>(x), enters, taps.data_ptr<float>(), nullptr, dataOf<T>(raw), nullptr);
        second = settle(rowsOf<T>(raw), after, how);
        applyNorm<T>(rowsOf<T>(raw), affineOf(second, weightAfter, biasAfter, how.eps), After::relu6, nullptr,
                     dataOf<T>(y));
      } else {
        second = statisticsOf(after);
        const Affine leaving = affineOf(second, weightAfter, biasAfter, how.eps);
        depthwise<T>(shape, dataOf<T>(x), enters, taps.data_ptr<float>(), &leaving, dataOf<T>(raw), dataOf<T>(y));
      }
      saved.insert(saved.end(), {vectorTensor(second.mean), vectorTensor(second.variance)});
      if (enters)
        saved.insert(saved.end(), {*weightBefore, *biasBefore, vectorTensor(first.mean), vectorTensor(first.variance)});
    });
    ctx->save_for_backward(saved);
    ctx->saved_data["stride"] = stride;
    ctx->saved_data["training"] = how.training;
    ctx->saved_data["eps"] = how.eps;
    return y;
  }

  template <class T>
  static variable_list backwardOf(AutogradContext* ctx, const variable_list& saved, const Tensor& dy) {
    const Tensor &x = saved[0], &raw = saved[1], &taps = saved[2];
    const bool training = ctx->saved_data["training"].toBool(), normed = saved.size() > 7;
    const double eps = ctx->saved_data["eps"].toDouble();
    const DepthwiseShape shape = shapeOf(x, taps, ctx->saved_data["stride"].toInt());
    variable_list result(10);
    // Through the norm behind.
    const Moments second{tensorVector(saved[5]), tensorVector(saved[6])};
    const std::vector<float> inverse = inverseDeviation(second.variance, eps);
    const Affine leaving = affineOf(second, saved[3], saved[4], eps);
    const Rows<T> rawRows = rowsOf<T>(raw);
    const Sums behind = normSums<T>(dataOf<T>(dy), rawRows, leaving, After::relu6, second, inverse);
    result[4] = vectorTensor(behind.product);
    result[5] = vectorTensor(behind.gradient);
    const Slopes by = slopes(rawRows.rows, second, inverse, saved[3].data_ptr<float>(), training ? &behind : nullptr);
    // Through the convolution, and through the ReLU6 before it.
    Tensor dx = channelsLastEmpty(x.sizes(), x);
    const Returned<T> returned{dataOf<T>(dy), dataOf<T>(raw), leaving, by};
    Moments first;
    Affine entering;
    std::vector<float> factor, inverseFirst;
    if (normed) {
      first = {tensorVector(saved[9]), tensorVector(saved[10])};
      inverseFirst = inverseDeviation(first.variance, eps);
      entering = affineOf(first, saved[7], saved[8], eps);
      factor = training ? std::vector<float>(shape.channels, 1.f) : entering.scale;
    }
    const NormBefore before{entering, first.mean, factor};
    DepthwiseSums sums = depthwiseBackward<T>(shape, returned, dataOf<T>(x), normed ? &before : nullptr,
                                              taps.data_ptr<float>(), dataOf<T>(dx));
    result[0] = dx;
    result[1] = vectorTensor(sums.weight).view(taps.sizes());
    if (!normed) return result;
    // And through the norm before.
    for (int64_t c = 0; c < shape.channels; c++) sums.product[c] *= inverseFirst[c];
    result[2] = vectorTensor(sums.product);
    result[3] = vectorTensor(sums.gradient);
    if (!training) return result;
    const Rows<T> rows = rowsOf<T>(x);
    const Sums all{sums.gradient, sums.product};
    const Slopes last = slopes(rows.rows, first, inverseFirst, saved[7].data_ptr<float>(), &all);
    normGradient<T>(dataOf<T>(dx), rows, entering, After::nothing, last, dataOf<T>(dx));
    return result;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const Tensor dy = asChannelsLast(gradients[0]);
    return byElement(dy, [&](auto element) { return backwardOf<decltype(element)>(ctx, saved, dy); });
  }
};

// Outside of a graph nothing but the result is stored.
Tensor judged(const Tensor& input, const Tensor& weight, const std::vector<Tensor>& before,
              const std::vector<Tensor>& after, int64_t stride, double eps) {
  const Tensor x = asChannelsLast(input), taps = weight.contiguous();
  const DepthwiseShape shape = shapeOf(x, taps, stride);
  const Tensor y = resultOf(shape, x);
  const auto affine = [&](const std::vector<Tensor>& norm) {
    return affineOf(statisticsOf(norm), norm[kWeight], norm[kBias], eps);
  };
  const Affine entering = before.empty() ? Affine{} : affine(before), leaving = affine(after);
  byElement(x, [&](auto element) {
    using T = decltype(element);
    depthwise<T>(shape, dataOf<T>(x), before.empty() ? nullptr : &entering, taps.data_ptr<float>(), &leaving, nullptr,
                 dataOf<T>(y));
  });
  return y;
}

void check(const Tensor& x, const Tensor& weight, const std::vector<Tensor>& before, const std::vector<Tensor>& after,
           int64_t stride) {
  checkFusable(x);
  const int64_t channels = x.size(1);
  TORCH_CHECK(weight.dim() == 4 && weight.device().is_cpu() && weight.scalar_type() == at::kFloat &&
                  weight.size(0) == channels && weight.size(1) == 1 && weight.size(2) == weight.size(3) &&
                  (weight.size(2) == 3 || weight.size(2) == 5),
              "expected float32 weights of shape [", channels, ",1,K,K] with K 3 or 5, got ", weight.toString(), " ",
              weight.sizes());
  TORCH_CHECK(stride == 1 || stride == 2, "expected a stride of 1 or 2, got ", stride);
  TORCH_CHECK(before.empty() || before.size() == kNorm, "expected four tensors of the norm before, or none, got ",
              before.size());
  TORCH_CHECK(after.size() == kNorm, "expected four tensors of the norm behind, got ", after.size());
  for (const Tensor& each : before) checkChannels(each, channels, "each tensor of the norm before");
  for (const Tensor& each : after) checkChannels(each, channels, "each tensor of the norm behind");
}

// Whether a way back will be wanted.
bool isFollowed(const Tensor& x, const Tensor& weight, const std::vector<Tensor>& before,
                const std::vector<Tensor>& after) {
  if (!at::GradMode::is_enabled()) return false;
  bool any = x.requires_grad() || weight.requires_grad();
  for (const auto* norm : {&before, &after})
    for (const Tensor& each : *norm) any = any || each.requires_grad();
  return any;
}

}  // namespace

void defineFusedDepthwise(Exports& exports) {
  OP("depthwiseNorms", [](const Tensor& x, const Tensor& weight, const std::vector<Tensor>& before,
                          const std::vector<Tensor>& after, int64_t stride, bool training, double momentum,
                          double eps) {
    check(x, weight, before, after, stride);
    if (!training && !isFollowed(x, weight, before, after)) return judged(x, weight, before, after, stride, eps);
    const auto one = [&](int which) { return before.empty() ? OptTensor() : OptTensor(before[which]); };
    return Depthwise::apply(x, weight, one(kWeight), one(kBias),
                            after[kWeight], after[kBias], before, after, stride, Norms{training, momentum, eps});
  });
}

}  // namespace engine
