// What the fused layers share.
#pragma once
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <vector>

#include "../compat.hpp"
#include "channel_kernels.hpp"
#include "lanes.hpp"

namespace engine {

// Fused layers work on float32 or bfloat16, channels-last, CPU.
inline bool fusable(const Tensor& x) {
  return x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

inline void checkFusable(const Tensor& x) {
  TORCH_CHECK(fusable(x) && x.dim() == 4 && x.numel() > 0,
              "expected a non-empty float32 or bfloat16 [N,C,H,W] on the CPU, got ", x.toString(), " ", x.sizes());
}

// body(float{}) or body(Bfloat16{}), by the tensor's element type.
template <class Body>
auto byElement(const Tensor& x, const Body& body) {
  return x.scalar_type() == at::kBFloat16 ? body(Bfloat16{}) : body(float{});
}

inline void checkChannels(const Tensor& t, int64_t channels, const char* name) {
  TORCH_CHECK(t.device().is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 1 && t.size(0) == channels &&
                  t.is_contiguous(),
              "expected ", name, " of shape [", channels, "] and float32, got ", t.toString(), " ", t.sizes());
}

// [N,C,H,W] over fresh channels-last memory, of the element type of `like`.
inline Tensor channelsLastEmpty(at::IntArrayRef sizes, const Tensor& like) {
  return at::empty({sizes[0], sizes[2], sizes[3], sizes[1]}, like.scalar_type()).permute({0, 3, 1, 2});
}

inline Tensor asChannelsLast(const Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); }

// The memory of a tensor whose element type `T` is.
template <class T>
T* dataOf(const Tensor& t) {
  return static_cast<T*>(t.data_ptr());
}

// Rows of a channels-last tensor, or of its first channels.
template <class T>
Rows<T> rowsOf(const Tensor& t) {
  const int64_t rows = t.size(0) * t.size(2) * t.size(3);
  return Rows<T>{dataOf<T>(t), rows, t.size(1), t.size(1)};
}

inline std::vector<float> inverseDeviation(const std::vector<float>& variance, double eps) {
  std::vector<float> inverse(variance.size());
  for (size_t i = 0; i < variance.size(); i++)
    inverse[i] = static_cast<float>(1 / std::sqrt(static_cast<double>(variance[i]) + eps));
  return inverse;
}

// running += momentum * (batch's - running), the variance unbiased.
inline void updateRunning(const float* mean, const float* variance, int64_t rows, const Tensor& runningMean,
                          const Tensor& runningVar, double momentum) {
  float *m = runningMean.data_ptr<float>(), *v = runningVar.data_ptr<float>();
  const double unbiased = rows > 1 ? static_cast<double>(rows) / (rows - 1) : 1;
  for (int64_t c = 0; c < runningMean.size(0); c++) {
    m[c] = static_cast<float>((1 - momentum) * m[c] + momentum * mean[c]);
    v[c] = static_cast<float>((1 - momentum) * v[c] + momentum * unbiased * variance[c]);
  }
}

inline Tensor vectorTensor(const std::vector<float>& values) {
  Tensor t = at::empty({static_cast<int64_t>(values.size())}, at::kFloat);
  std::copy(values.begin(), values.end(), t.data_ptr<float>());
  return t;
}

inline std::vector<float> tensorVector(const Tensor& t) {
  const float* data = t.data_ptr<float>();
  return std::vector<float>(data, data + t.numel());
}

}  // namespace engine
