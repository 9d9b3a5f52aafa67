// A whole dense block (Huang et al., 2017) as one differentiable function, for training.
//
// Computed plainly, every layer copies all features before it (concatenation), measures them again
// (batch statistics) and passes over them twice more (norm, ReLU); backwards likewise. Here features live
// in one buffer [N,H,W,channels at the end]: a layer writes its new channels there, their statistics are
// measured once, since they are the same for every later norm, and norm and ReLU are one pass. Backwards,
// the part of a norm's gradient that runs through the statistics is linear in what its layers send back,
// so it is applied once a channel, after the last layer that reads it.
#include "../bind.hpp"
#include "../ops.hpp"
#include "dense_convolutions.hpp"

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

template <class T>
Rows<T> firstChannels(const Tensor& features, int64_t from, int64_t channels) {
  Rows<T> rows = rowsOf<T>(features);
  return Rows<T>{rows.data + from, rows.rows, channels, rows.stride};
}

// The buffer of features of a block, growing layer by layer, with the statistics of every channel so far.
template <class T>
struct Features {
  Features(const Tensor& x, int64_t width)
      : all(channelsLastEmpty({x.size(0), width, x.size(2), x.size(3)}, x)),
        statistics{std::vector<float>(width), std::vector<float>(width)} {}

  // Writes new channels behind the others and measures them.
  void enter(const Tensor& fresh, int64_t at) {
    const Moments m = copyWithMoments(rowsOf<T>(fresh), firstChannels<T>(all, at, fresh.size(1)));
    std::copy(m.mean.begin(), m.mean.end(), statistics.mean.begin() + at);
    std::copy(m.variance.begin(), m.variance.end(), statistics.variance.begin() + at);
  }

  // relu(x * scale + shift) of the first channels, on its own, in memory for as many channels as there will be.
  Tensor active(int64_t channels, const Affine& affine, const Tensor& memory) const {
    const int64_t pixels = memory.numel() / memory.size(1);
    Tensor y = memory.permute({0, 2, 3, 1}).view(-1).narrow(0, 0, pixels * channels);
    y = y.view({all.size(0), all.size(2), all.size(3), channels}).permute({0, 3, 1, 2});
    applyRelu(firstChannels<T>(all, 0, channels), affine, dataOf<T>(y));
    return y;
  }

  // The same in memory of its own.
  Tensor active(int64_t channels, const Affine& affine) const {
    return active(channels, affine, channelsLastEmpty({all.size(0), channels, all.size(2), all.size(3)}, all));
  }

  Tensor all;
  Moments statistics;
};

template <class T>
Tensor activeOf(const Tensor& x, const Affine& affine) {
  Tensor y = channelsLastEmpty(x.sizes(), x);
  applyRelu(rowsOf<T>(x), affine, dataOf<T>(y));
  return y;
}

template <class T>
Tensor forwardOf(AutogradContext* ctx, const Tensor& x, const at::TensorList& params, const Block& block) {
  const int64_t count = static_cast<int64_t>(params.size()) / kParameters, inputs = x.size(1);
  const int64_t growth = params[kConv2].size(0), width = inputs + count * growth;
  const int64_t rows = x.size(0) * x.size(2) * x.size(3);
  Features<T> features(x, width);
  const Moments& all = features.statistics;
  features.enter(x, 0);
  variable_list saved{features.all};
  for (int64_t l = 0; l < count; l++) {
    const Tensor* p = &params[l * kParameters];
    const Tensor* b = &block.buffers[l * kBuffers];
    const int64_t channels = inputs + l * growth, narrowed = p[kConv1].size(0);
    updateRunning(all.mean.data(), all.variance.data(), rows, b[kMean1], b[kVar1], block.momentum);
    const Affine first = normaliser(all.mean.data(), all.variance.data(), p[kWeight1].data_ptr<float>(),
                                    p[kBias1].data_ptr<float>(), channels, block.eps);
    const Tensor active1 = features.active(channels, first);
    const Tensor narrow = convolve1x1(active1, p[kConv1]);
    const Moments m = moments(rowsOf<T>(narrow));
    updateRunning(m.mean.data(), m.variance.data(), rows, b[kMean2], b[kVar2], block.momentum);
    const Affine second = normaliser(m.mean.data(), m.variance.data(), p[kWeight2].data_ptr<float>(),
                                     p[kBias2].data_ptr<float>(), narrowed, block.eps);
    const Tensor active2 = activeOf<T>(narrow, second);
    features.enter(convolve3x3(active2, p[kConv2], true), channels);
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
  return features.all;
}

template <class T>
variable_list backwardOf(AutogradContext* ctx, const variable_list& saved, const Tensor& outer) {
  const int64_t count = ctx->saved_data["count"].toInt(), inputs = ctx->saved_data["inputs"].toInt();
  const double eps = ctx->saved_data["eps"].toDouble();
  const Tensor& features = saved[0];
  const size_t statistics = 1 + count * kKept;
  const Moments all{tensorVector(saved[statistics]), tensorVector(saved[statistics + 1])};
  const Tensor* params = &saved[statistics + 2];
  const std::vector<float> inverse = inverseDeviation(all.variance, eps);
  const int64_t width = features.size(1), growth = params[kConv2].size(0);
  const int64_t n = features.size(0), h = features.size(2), w = features.size(3);
  // What the layers send back to each channel before its statistics' part, and that part's sums.
  const Tensor total = at::zeros({n, h, w, width}, at::kFloat).permute({0, 3, 1, 2});
  std::vector<float> sumTotal(width), sumProduct(width);
  const auto leave = [&](int64_t from, int64_t channels) {
    Tensor result = channelsLastEmpty({n, channels, h, w}, features);
    finish(firstChannels<T>(outer, from, channels), firstChannels<float>(total, from, channels),
           firstChannels<T>(features, from, channels), all.mean.data() + from, inverse.data() + from,
           sumTotal.data() + from, sumProduct.data() + from, dataOf<T>(result));
    return result;
  };
  variable_list result(1 + count * kParameters + 1);
  for (int64_t l = count - 1; l >= 0; l--) {
    const Tensor* p = params + l * kParameters;
    const Tensor* kept = &saved[1 + l * kKept];
    Tensor* out = &result[1 + l * kParameters];
    const int64_t channels = inputs + l * growth;
    const Tensor fresh = leave(channels, growth);
    const auto [dActive2, dConv2] = convolve3x3Backward(fresh, kept[kActive2], p[kConv2]);
    out[kConv2] = dConv2;
    const Moments m{tensorVector(kept[kNarrowMean]), {}};
    const std::vector<float> narrowInverse = tensorVector(kept[kNarrowInverse]);
    const Rows<T> narrowRows = rowsOf<T>(kept[kNarrow]);
    const T *g = dataOf<T>(dActive2), *y = dataOf<T>(kept[kActive2]);
    const Sums second = reluSums(g, y, narrowRows, m, narrowInverse, static_cast<T*>(nullptr));
    out[kWeight2] = vectorTensor(second.product);
    out[kBias2] = vectorTensor(second.gradient);
    const Tensor dNarrow = channelsLastEmpty(kept[kNarrow].sizes(), features);
    normBackward(g, y, narrowRows, m, narrowInverse, p[kWeight2].data_ptr<float>(), second, dataOf<T>(dNarrow));
    const auto [dActive1, dConv1] = convolve1x1Backward(dNarrow, kept[kActive1], p[kConv1]);
    out[kConv1] = dConv1;
    const float* weight = p[kWeight1].data_ptr<float>();
    const Affine affine = normaliser(all.mean.data(), all.variance.data(), weight, p[kBias1].data_ptr<float>(),
                                     channels, eps);
    const Sums first = accumulate(dataOf<T>(dActive1), firstChannels<T>(features, 0, channels), affine, all, inverse,
                                  weight, firstChannels<float>(total, 0, channels));
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

// With the running statistics, which stay.
template <class T>
Tensor judgingOf(const Tensor& x, const std::vector<Tensor>& params, const Block& block) {
  const int64_t count = static_cast<int64_t>(params.size()) / kParameters, inputs = x.size(1);
  const int64_t growth = params[kConv2].size(0);
  Features<T> features(x, inputs + count * growth);
  copyRows(rowsOf<T>(x), firstChannels<T>(features.all, 0, inputs));
  const auto affine = [&](const Tensor* p, const Tensor* b, int weight, int mean) {
    return normaliser(b[mean].data_ptr<float>(), b[mean + 1].data_ptr<float>(), p[weight].data_ptr<float>(),
                      p[weight + 1].data_ptr<float>(), p[weight].size(0), block.eps);
  };
  // Tensors that grow from layer to layer would find no block of their size that waits.
  const int64_t most = inputs + (count - 1) * growth;
  const Tensor memory = channelsLastEmpty({x.size(0), most, x.size(2), x.size(3)}, x);
  for (int64_t l = 0; l < count; l++) {
    const Tensor* p = &params[l * kParameters];
    const Tensor* b = &block.buffers[l * kBuffers];
    const int64_t channels = inputs + l * growth;
    const Tensor narrow = convolve1x1(features.active(channels, affine(p, b, kWeight1, kMean1), memory), p[kConv1]);
    const Tensor fresh = convolve3x3(activeOf<T>(narrow, affine(p, b, kWeight2, kMean2)), p[kConv2], false);
    copyRows(rowsOf<T>(fresh), firstChannels<T>(features.all, channels, growth));
  }
  return features.all;
}

struct DenseBlock : torch::autograd::Function<DenseBlock> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const at::TensorList& params, const Block& block) {
    const Tensor x = asChannelsLast(input);
    return byElement(x, [&](auto element) { return forwardOf<decltype(element)>(ctx, x, params, block); });
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const Tensor outer = asChannelsLast(gradients[0]);
    return byElement(outer, [&](auto element) { return backwardOf<decltype(element)>(ctx, saved, outer); });
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
  // Outside of the graph.
  OP("denseBlockJudging", [](const Tensor& input, const std::vector<Tensor>& params,
                             const std::vector<Tensor>& buffers, double eps) {
    at::NoGradGuard guard;
    const Block block{buffers, 0, eps};
    check(input, params, block);
    const Tensor x = asChannelsLast(input);
    return byElement(x, [&](auto element) { return judgingOf<decltype(element)>(x, params, block); });
  });
}

}  // namespace engine
