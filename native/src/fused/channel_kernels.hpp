// Passes over feature maps that lie in memory as [rows, channels], channels innermost (channels-last),
// possibly as the first channels of wider rows. Sums are taken over fixed chunks of rows, so results do
// not depend on the number of threads. `T` is float or Bfloat16; sums and statistics are float32.
#pragma once
#include <cstdint>
#include <vector>

namespace engine {

// A bfloat16 as it lies in memory (lanes.hpp).
struct Bfloat16;

// The first `channels` of each row; rows lie `stride` values apart.
template <class T>
struct Rows {
  T* data;
  int64_t rows;
  int64_t channels;
  int64_t stride;
};

// y = relu(x * scale + shift) is batch normalisation and ReLU in one.
struct Affine {
  std::vector<float> scale, shift;
};

struct Moments {
  std::vector<float> mean, variance;  // biased variance
};

template <class T>
Moments moments(const Rows<T>& x);
template <class T>
void copyRows(const Rows<T>& from, const Rows<T>& to);
// Copies `from` into `to` and returns its moments, in one pass.
template <class T>
Moments copyWithMoments(const Rows<T>& from, const Rows<T>& to);
Affine normaliser(const float* mean, const float* variance, const float* weight, const float* bias,
                  int64_t channels, double eps);
template <class T>
void applyRelu(const Rows<T>& x, const Affine& affine, T* out);
// y = relu(x * scale + shift + other)
template <class T>
void applyAddRelu(const Rows<T>& x, const Affine& affine, const T* other, T* out);

// Sums over rows of a gradient that has come through ReLU, and of it times the normalised input.
struct Sums {
  std::vector<float> gradient, product;
};

// dz = dy where y > 0. Where `masked` is given, dz is written there.
template <class T>
Sums reluSums(const T* dy, const T* y, const Rows<T>& x, const Moments& m, const std::vector<float>& inverse,
              T* masked);
// dx = weight * inverse * (dz - mean(dz) - xhat * mean(dz * xhat)), into `out`; dz = dy where y > 0.
template <class T>
void normBackward(const T* dy, const T* y, const Rows<T>& x, const Moments& m, const std::vector<float>& inverse,
                  const float* weight, const Sums& sums, T* out);
// The same sums with the ReLU's side told by x * scale + shift > 0; and total += weight * dz.
template <class T>
Sums accumulate(const T* dy, const Rows<T>& x, const Affine& affine, const Moments& m,
                const std::vector<float>& inverse, const float* weight, const Rows<float>& total);
// gradient += inverse * (total - mean(total) - xhat * mean(total * xhat)), for sums over all rows; the
// result is written densely into `out`.
template <class T>
void finish(const Rows<T>& gradient, const Rows<float>& total, const Rows<T>& x, const float* mean,
            const float* inverse, const float* sumTotal, const float* sumProduct, T* out);

// A norm with nothing behind it or ReLU6, min(max(y, 0), 6); feature maps lie densely.
enum class After { nothing, relu6 };

// y = after(x * scale + shift + other); `other` may be null.
template <class T>
void applyNorm(const Rows<T>& x, const Affine& affine, After after, const T* other, T* out);
// Sums over rows of dz, which is dy as it comes through `after`, and of dz times the normalised input. Nothing was
// added in between.
template <class T>
Sums normSums(const T* dy, const Rows<T>& x, const Affine& affine, After after, const Moments& m,
              const std::vector<float>& inverse);
// The gradient of the norm's input is a * dz + b * x + c. `sums`: null where the statistics are not the batch's.
struct Slopes {
  std::vector<float> a, b, c;
};
Slopes slopes(int64_t rows, const Moments& m, const std::vector<float>& inverse, const float* weight,
              const Sums* sums);
// That gradient into `out`, which may be `dy`.
template <class T>
void normGradient(const T* dy, const Rows<T>& x, const Affine& affine, After after, const Slopes& by, T* out);

}  // namespace engine
