// Convolutions of channels-last float32 images with all channels together, for processors whose vectors hold eight or
// sixteen values. Work is cut by images, rows and channels alone, so results do not depend on the number of threads.
#pragma once
#include <cstdint>

namespace engine {

struct ConvolutionShape {
  int64_t images, height, width, inputs;  // channels
  int64_t outputs;                        // channels
  int64_t kernel;                         // its height and width
  int64_t stride;                         // 1 or 2
  int64_t padding;                        // zeros around the image, fewer than `kernel`
  int64_t outHeight() const { return (height + 2 * padding - kernel) / stride + 1; }
  int64_t outWidth() const { return (width + 2 * padding - kernel) / stride + 1; }
};

// `x`: [images, height, width, inputs]; `weight`: [outputs, inputs, kernel, kernel]; `bias`: [outputs] or null;
// `y`: [images, outHeight, outWidth, outputs]. `tiles`: in tiles where the shape suits them, which is faster and rounds
// more.
void convolve(const ConvolutionShape& shape, const float* x, const float* weight, const float* bias, float* y,
              bool tiles);
// The gradient of the input, into `dx`; this and the next in tiles where they suit.
void convolveInput(const ConvolutionShape& shape, const float* dy, const float* weight, float* dx);
// The gradient of the weights, into `dw`.
void convolveWeights(const ConvolutionShape& shape, const float* dy, const float* x, float* dw);

// The same in tiles of 2x2 results (winograd.hpp), for shapes that suit it.
bool inTiles(const ConvolutionShape& shape);
bool weightsInTiles(const ConvolutionShape& shape);
void convolveTiles(const ConvolutionShape& shape, const float* x, const float* weight, const float* bias, float* y);
void convolveTilesInput(const ConvolutionShape& shape, const float* dy, const float* weight, float* dx);
void convolveTilesWeights(const ConvolutionShape& shape, const float* dy, const float* x, float* dw);

}  // namespace engine
