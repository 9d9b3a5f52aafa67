// A whole dense block (Huang et al., 2017) as one differentiable function, for training.
//
// Computed plainly, every layer copies all features before it (concatenation), measures them again
// (batch statistics) and passes over them twice more (norm, ReLU); backwards likewise. Here features live
// in one buffer [N,H,W,channels at the end]: a layer writes its new channels there, their statistics are
// measured once, since they are the same for every later norm, and norm and ReLU are one pass. Backwards,
// the part of a norm's gradient that runs through the statistics is linear in what its layers send back,
// so it is applied once a channel, after the last layer that reads it.
#include "../bind.hpp"
#include "fused.hpp"
#include "../ops.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Parameters of a layer, in this order; and its running statistics.
enum { kWeight1, kBias1, kConv1, kWeight2, kBias2, kConv2, kParameters };
enum { kMean1, kVar1, kMean2, kVar2, kBuffers };

struct Block {
  std::vector<Tensor> buffers;
  double momentum, eps;
};

// Kept for the way back, beside the parameters: a layer's first and second normed activations, what the
// 1x1 convolution gave, and its statistics.
enum { kActive1, kNarrow, kActive2, kNarrowMean, kNarrowInverse, kKept };

Rows firstChannels(const Tensor& features, int64_t from, int64_t channels) {
  Rows rows = rowsOf(features);
  return Rows{rows.data + from, rows.rows, channels, rows.stride};
}

Tensor matrix(const Tensor& weight) { return weight.reshape({weight.size(0), weight.size(1)}); }

// The 1x1 convolutions are matrix products over all pixels. From images of 16x16 on, oneDNN computes them a tenth to
// a third faster as what they are (docs/decisions/010).
constexpr int64_t kConvolved = 256;

bool convolved1x1(const Tensor& x) {
  return at::globalContext().hasMKLDNN() && at::globalContext().userEnabledMkldnn() &&
         x.size(2) * x.size(3) >= kConvolved;
}

Tensor pixels(const Tensor& x) { return x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)}); }

Tensor asImages(const Tensor& rows, const Tensor& like) {
  return rows.view({like.size(0), like.size(2), like.size(3), rows.size(1)}).permute({0, 3, 1, 2});
}

Tensor convolve1x1(const Tensor& x, const Tensor& weight) {
  if (convolved1x1(x)) return asChannelsLast(at::conv2d(x, weight));
  return asImages(at::mm(pixels(x), matrix(weight).t()), x);
}

// Gradients of the input and of the weights.
std::pair<Tensor, Tensor> convolve1x1Backward(const Tensor& dy, const Tensor& x, const Tensor& weight) {
  if (!convolved1x1(x))
    return {asImages(at::mm(pixels(dy), matrix(weight)), x),
            at::mm(pixels(dy).t(), pixels(x)).reshape(weight.sizes())};
  const auto result = at::convolution_backward(dy, x, weight, c10::nullopt, at::IntArrayRef({1, 1}),
                                               at::IntArrayRef({0, 0}), at::IntArrayRef({1, 1}), false,
                                               at::IntArrayRef({0, 0}), 1, {true, true, false});
  return {asChannelsLast(std::get<0>(result)), std::get<1>(result)};
}

Tensor convolve3x3(const Tensor& x, const Tensor& weight) {
  return asChannelsLast(at::conv2d(x, weight, {}, at::IntArrayRef({1, 1}), at::IntArrayRef({1, 1})));
}

struct DenseBlock : torch::autograd::Function<DenseBlock> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const at::TensorList& params, const Block& block) {
    const Tensor x = asChannelsLast(input);
    const int64_t count = static_cast<int64_t>(params.size()) / kParameters, inputs = x.size(1);
    const int64_t growth = params[kConv2].size(0), width = inputs + count * growth;
    const int64_t n = x.size(0), h = x.size(2), w = x.size(3), rows = n * h * w;
    const Tensor features = channelsLastEmpty({n, width, h, w});
    Moments all{std::vector<float>(width), std::vector<float>(width)};
    const auto enter = [&](const Tensor& fresh, int64_t at) {
      const Moments m = copyWithMoments(rowsOf(fresh), firstChannels(features, at, fresh.size(1)));
      std::copy(m.mean.begin(), m.mean.end(), all.mean.begin() + at);
      std::copy(m.variance.begin(), m.variance.end(), all.variance.begin() + at);
    };
    enter(x, 0);
    variable_list saved{features};
    for (int64_t l = 0; l < count; l++) {
      const Tensor* p = &params[l * kParameters];
      const Tensor* b = &block.buffers[l * kBuffers];
      const int64_t channels = inputs + l * growth, narrowed = p[kConv1].size(0);
      updateRunning(all.mean.data(), all.variance.data(), rows, b[kMean1], b[kVar1], block.momentum);
      const Affine first = normaliser(all.mean.data(), all.variance.data(), p[kWeight1].data_ptr<float>(),
                                      p[kBias1].data_ptr<float>(), channels, block.eps);
      const Tensor active1 = channelsLastEmpty({n, channels, h, w});
      applyRelu(firstChannels(features, 0, channels), first, active1.data_ptr<float>());
      const Tensor narrow = convolve1x1(active1, p[kConv1]);
      const Rows narrowRows = rowsOf(narrow);
      const Moments m = moments(narrowRows);
      updateRunning(m.mean.data(), m.variance.data(), rows, b[kMean2], b[kVar2], block.momentum);
      const Affine second = normaliser(m.mean.data(), m.variance.data(), p[kWeight2].data_ptr<float>(),
                                       p[kBias2].data_ptr<float>(), narrowed, block.eps);
      const Tensor active2 = channelsLastEmpty({n, narrowed, h, w});
      applyRelu(narrowRows, second, active2.data_ptr<float>());
      enter(convolve3x3(active2, p[kConv2]), channels);
      saved.insert(saved.end(), {active1, narrow, active2, vectorTensor(m.mean),
                                 vectorTensor(inverseDeviation(m.variance, block.eps))});
    }
    saved.push_back(vectorTensor(all.mean));
    saved.push_back(vectorTensor(all.variance));
    saved.insert(saved.end(), params.begin(), params.end());
    ctx->save_for_backward(saved);
    ctx->saved_data["count"] = count;
    ctx->saved_data["inputs"] = inputs;
    ctx->saved_data["eps"] = block.eps;
    return features;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const int64_t count = ctx->saved_data["count"].toInt(), inputs = ctx->saved_data["inputs"].toInt();
    const double eps = ctx->saved_data["eps"].toDouble();
    const Tensor& features = saved[0];
    const size_t statistics = 1 + count * kKept;
    const Moments all{tensorVector(saved[statistics]), tensorVector(saved[statistics + 1])};
    const Tensor* params = &saved[statistics + 2];
    const std::vector<float> inverse = inverseDeviation(all.variance, eps);
    const int64_t width = features.size(1), growth = params[kConv2].size(0);
    const int64_t n = features.size(0), h = features.size(2), w = features.size(3);
    const Tensor outer = asChannelsLast(gradients[0]);
    // What the layers send back to each channel before its statistics' part, and that part's sums.
    const Tensor total = at::zeros({n, h, w, width}, at::kFloat).permute({0, 3, 1, 2});
    std::vector<float> sumTotal(width), sumProduct(width);
    const auto leave = [&](int64_t from, int64_t channels) {
      Tensor result = channelsLastEmpty({n, channels, h, w});
      finish(firstChannels(outer, from, channels), firstChannels(total, from, channels),
             firstChannels(features, from, channels), all.mean.data() + from, inverse.data() + from,
             sumTotal.data() + from, sumProduct.data() + from, result.data_ptr<float>());
      return result;
    };
    variable_list result(1 + count * kParameters + 1);
    for (int64_t l = count - 1; l >= 0; l--) {
      const Tensor* p = params + l * kParameters;
      const Tensor* kept = &saved[1 + l * kKept];
      Tensor* out = &result[1 + l * kParameters];
      const int64_t channels = inputs + l * growth, narrowed = p[kConv1].size(0);
      const Tensor fresh = leave(channels, growth);
      auto [dActive2, dConv2, unused] = at::convolution_backward(
          fresh, kept[kActive2], p[kConv2], c10::nullopt, at::IntArrayRef({1, 1}), at::IntArrayRef({1, 1}),
          at::IntArrayRef({1, 1}), false, at::IntArrayRef({0, 0}), 1, {true, true, false});
      dActive2 = asChannelsLast(dActive2);
      out[kConv2] = dConv2;
      const Moments m{tensorVector(kept[kNarrowMean]), {}};
      const std::vector<float> narrowInverse = tensorVector(kept[kNarrowInverse]);
      const Rows narrowRows = rowsOf(kept[kNarrow]);
      const float *g = dActive2.data_ptr<float>(), *y = kept[kActive2].data_ptr<float>();
      const Sums second = reluSums(g, y, narrowRows, m, narrowInverse, nullptr);
      out[kWeight2] = vectorTensor(second.product);
      out[kBias2] = vectorTensor(second.gradient);
      const Tensor dNarrow = channelsLastEmpty(kept[kNarrow].sizes());
      normBackward(g, y, narrowRows, m, narrowInverse, p[kWeight2].data_ptr<float>(), second,
                   dNarrow.data_ptr<float>());
      const auto [dActive1, dConv1] = convolve1x1Backward(dNarrow, kept[kActive1], p[kConv1]);
      out[kConv1] = dConv1;
      const float* weight = p[kWeight1].data_ptr<float>();
      const Affine affine = normaliser(all.mean.data(), all.variance.data(), weight, p[kBias1].data_ptr<float>(),
                                       channels, eps);
      const Sums first = accumulate(dActive1.data_ptr<float>(), firstChannels(features, 0, channels), affine, all,
                                    inverse, weight, firstChannels(total, 0, channels));
      for (int64_t c = 0; c < channels; c++) {
        sumTotal[c] += weight[c] * first.gradient[c];
        sumProduct[c] += weight[c] * first.product[c];
      }
      out[kWeight1] = vectorTensor(first.product);
      out[kBias1] = vectorTensor(first.gradient);
    }
    result[0] = leave(0, inputs);
    return result;
  }
};

void check(const Tensor& x, const std::vector<Tensor>& params, const Block& block) {
  checkFusable(x);
  TORCH_CHECK(!params.empty() && params.size() % kParameters == 0, "expected six parameters a layer, got ",
              params.size());
  const size_t count = params.size() / kParameters;
  TORCH_CHECK(block.buffers.size() == count * kBuffers, "expected ", count * kBuffers, " buffers, got ",
              block.buffers.size());
  TORCH_CHECK(params[kConv2].dim() == 4, "expected a 3x3 convolution of rank 4, got ", params[kConv2].sizes());
  const int64_t growth = params[kConv2].size(0);
  for (size_t l = 0; l < count; l++) {
    const Tensor* p = &params[l * kParameters];
    const Tensor* b = &block.buffers[l * kBuffers];
    const int64_t channels = x.size(1) + static_cast<int64_t>(l) * growth;
    for (int i : {kConv1, kConv2})
      TORCH_CHECK(p[i].dim() == 4 && p[i].device().is_cpu() && p[i].scalar_type() == at::kFloat,
                  "expected float32 convolutions of rank 4, got ", p[i].toString(), " ", p[i].sizes());
    const int64_t narrowed = p[kConv1].size(0);
    TORCH_CHECK(p[kConv1].sizes() == at::IntArrayRef({narrowed, channels, 1, 1}), "layer ", l,
                ": expected a 1x1 convolution of ", channels, " channels, got ", p[kConv1].sizes());
    TORCH_CHECK(p[kConv2].sizes() == at::IntArrayRef({growth, narrowed, 3, 3}), "layer ", l,
                ": expected a 3x3 convolution of ", narrowed, " to ", growth, " channels, got ", p[kConv2].sizes());
    for (int i : {kWeight1, kBias1}) checkChannels(p[i], channels, "norm1");
    for (int i : {kWeight2, kBias2}) checkChannels(p[i], narrowed, "norm2");
    for (int i : {kMean1, kVar1}) checkChannels(b[i], channels, "norm1's statistics");
    for (int i : {kMean2, kVar2}) checkChannels(b[i], narrowed, "norm2's statistics");
  }
}

}  // namespace

void defineFusedDenseBlock(Exports& exports) {
  OP("denseBlock", [](const Tensor& x, const std::vector<Tensor>& params, const std::vector<Tensor>& buffers,
                      double momentum, double eps) {
    const Block block{buffers, momentum, eps};
    check(x, params, block);
    const at::TensorList list(params);
    return DenseBlock::apply(x, list, block);
  });
}

}  // namespace engine
