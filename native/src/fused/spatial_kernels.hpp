// Mean and deviation of every channel over the pixels of each image: [images, pixels, channels] to
// [images, channels] each. Every image is summed by one thread, so results do not depend on their number.
#pragma once
#include <cstdint>

namespace engine {

// deviation = sqrt(variance + eps), the variance biased.
template <class T>
void spatialMoments(const T* x, int64_t images, int64_t pixels, int64_t channels, double eps, float* mean,
                    float* deviation);
// dx = dMean / pixels + dDeviation * (x - mean) / (pixels * deviation)
template <class T>
void spatialMomentsBackward(const float* dMean, const float* dDeviation, const T* x, int64_t images, int64_t pixels,
                            int64_t channels, const float* mean, const float* deviation, T* out);

}  // namespace engine
