// A depthwise convolution (each channel by itself) of channels-last images, with the norm and ReLU6 before it and
// those behind it: the normed values before are never stored. Work is cut by images and channels alone, so
// results do not depend on the number of threads. `T` is float or Bfloat16; arithmetic is float32.
#pragma once
#include "../channel_kernels.hpp"

namespace engine {

// Zeros of half a kernel around the image; the result is [ceil(height / stride), ceil(width / stride)].
struct DepthwiseShape {
  int64_t images, height, width, channels;
  int64_t kernel;  // 3 or 5
  int64_t stride;  // 1 or 2
  int64_t outHeight() const { return (height - 1) / stride + 1; }
  int64_t outWidth() const { return (width - 1) / stride + 1; }
};

// What is convolved is relu6(x * scale + shift), or x where `before` is null. `weight`: [channels, kernel, kernel].
// The result goes to `raw`, and relu6 of it * scale + shift (of `after`) to `out`; one of them may be null.
template <class T>
void depthwise(const DepthwiseShape& shape, const T* x, const Affine* before, const float* weight,
               const Affine* after, T* raw, T* out);

// What comes back through the norm behind: a * dz + b * raw + c, with dz = dy where raw * scale + shift is in (0, 6).
template <class T>
struct Returned {
  const T* dy;
  const T* raw;
  const Affine& after;
  const Slopes& by;
};

// The norm before: where it passes gradients, its mean, and what the gradient of its input is times.
struct NormBefore {
  const Affine& affine;
  const std::vector<float>& mean;
  const std::vector<float>& factor;
};

struct DepthwiseSums {
  std::vector<float> weight;             // [channels, kernel, kernel]
  std::vector<float> gradient, product;  // over pixels: of dz, and of dz * (x - mean), dz behind the norm before
};

// Into `dx`: the gradient of what is convolved; with a norm before, factor * dz of that norm.
template <class T>
DepthwiseSums depthwiseBackward(const DepthwiseShape& shape, const Returned<T>& returned, const T* x,
                                const NormBefore* before, const float* weight, T* dx);

}  // namespace engine
