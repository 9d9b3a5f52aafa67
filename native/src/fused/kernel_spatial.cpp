#include "spatial_kernels.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

#include "row_kernels.hpp"

namespace engine {

template <class T>
void spatialMoments(const T* x, int64_t images, int64_t pixels, int64_t channels, double eps, float* mean,
                    float* deviation) {
  at::parallel_for(0, images, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> pivot(channels), sums(channels), squares(channels);
    for (int64_t n = begin; n < end; n++) {
      const T* image = x + n * pixels * channels;
      // The first pixel as pivot keeps the squares small where the mean is far from 0.
      for (int64_t c = 0; c < channels; c++) load(image + c, pivot[c]);
      std::fill(sums.begin(), sums.end(), 0.f);
      std::fill(squares.begin(), squares.end(), 0.f);
      widely([&](auto width) INLINED_BODY {
        sumRows<width()>(image, pixels, channels, channels, pivot.data(), sums.data(), squares.data());
      });
      for (int64_t c = 0; c < channels; c++) {
        const double offset = static_cast<double>(sums[c]) / pixels;
        const double variance = static_cast<double>(squares[c]) / pixels - offset * offset;
        mean[n * channels + c] = static_cast<float>(pivot[c] + offset);
        deviation[n * channels + c] = static_cast<float>(std::sqrt((variance < 0 ? 0 : variance) + eps));
      }
    }
  });
}

template <class T>
void spatialMomentsBackward(const float* dMean, const float* dDeviation, const T* x, int64_t images, int64_t pixels,
                            int64_t channels, const float* mean, const float* deviation, T* out) {
  at::parallel_for(0, images, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> scale(channels), shift(channels);
    for (int64_t n = begin; n < end; n++) {
      for (int64_t c = 0; c < channels; c++) {
        const int64_t at = n * channels + c;
        scale[c] = dDeviation[at] / (pixels * deviation[at]);
        shift[c] = dMean[at] / pixels - scale[c] * mean[at];
      }
      const int64_t from = n * pixels * channels;
      widely([&](auto width) INLINED_BODY {
        affineRows<width()>(x + from, pixels, channels, scale.data(), shift.data(), out + from);
      });
    }
  });
}

#define SPATIAL_KERNELS(T)                                                                                       \
  template void spatialMoments(const T*, int64_t, int64_t, int64_t, double, float*, float*);                     \
  template void spatialMomentsBackward(const float*, const float*, const T*, int64_t, int64_t, int64_t,          \
                                       const float*, const float*, T*);

SPATIAL_KERNELS(float)
SPATIAL_KERNELS(Bfloat16)

}  // namespace engine
