// Passes over feature maps that lie in memory as [rows, channels], channels innermost (channels-last),
// possibly as the first channels of wider rows. Sums are taken over fixed chunks of rows, so results do
// not depend on the number of threads.
#pragma once
#include <cstdint>
#include <vector>

namespace engine {

// The first `channels` of each row; rows lie `stride` values apart.
struct Rows {
  float* data;
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

Moments moments(const Rows& x);
// Copies `from` into `to` and returns its moments, in one pass.
Moments copyWithMoments(const Rows& from, const Rows& to);
Affine normaliser(const float* mean, const float* variance, const float* weight, const float* bias,
                  int64_t channels, double eps);
void applyRelu(const Rows& x, const Affine& affine, float* out);
// y = relu(x * scale + shift + other)
void applyAddRelu(const Rows& x, const Affine& affine, const float* other, float* out);

// Sums over rows of a gradient that has come through ReLU, and of it times the normalised input.
struct Sums {
  std::vector<float> gradient, product;
};

// dz = dy where y > 0. Where `masked` is given, dz is written there.
Sums reluSums(const float* dy, const float* y, const Rows& x, const Moments& m, const std::vector<float>& inverse,
              float* masked);
// dx = weight * inverse * (dz - mean(dz) - xhat * mean(dz * xhat)), into `out`; dz = dy where y > 0.
void normBackward(const float* dy, const float* y, const Rows& x, const Moments& m,
                  const std::vector<float>& inverse, const float* weight, const Sums& sums, float* out);
// The same sums with the ReLU's side told by x * scale + shift > 0; and total += weight * dz.
Sums accumulate(const float* dy, const Rows& x, const Affine& affine, const Moments& m,
                const std::vector<float>& inverse, const float* weight, const Rows& total);
// gradient += inverse * (total - mean(total) - xhat * mean(total * xhat)), for sums over all rows; the
// result is written densely into `out`.
void finish(const Rows& gradient, const Rows& total, const Rows& x, const float* mean, const float* inverse,
            const float* sumTotal, const float* sumProduct, float* out);

}  // namespace engine
