#include <ATen/Parallel.h>

#include <algorithm>
#include <type_traits>

#include "depthwise.hpp"
#include "tiles.hpp"

namespace engine {
namespace {

// Scratch memory of a tile, in floats: what the nearest caches hold.
constexpr int64_t kScratch = 12 << 10;
// Channels of an image that are done one after another, a vector at a time: whole cache lines of bfloat16.
constexpr int64_t kGroup = 32;
// Sums are kept for so many parts of a batch.
constexpr int64_t kParts = 16;

int64_t up(int64_t value, int64_t by) { return (value + by - 1) / by; }

// Values of channels, with zeros up to whole lanes.
std::vector<float> padded(int64_t lanes, const std::vector<float>& values) {
  std::vector<float> all(up(values.size(), lanes) * lanes);
  std::copy(values.begin(), values.end(), all.begin());
  return all;
}

// What `shape` comes to, with blocks of as many channels as a vector holds.
template <int N>
struct Plan {
  explicit Plan(const DepthwiseShape& shape)
      : shape(shape),
        half(shape.kernel / 2),
        blocks(up(shape.channels, N)),
        groups(up(blocks, kBlocks)),
        columns((shape.outWidth() - 1) * shape.stride + shape.kernel),
        returnedColumns(shape.outWidth() + 2 * half) {}

  int64_t taps() const { return shape.kernel * shape.kernel * N; }
  // Rows of the input that some of the result have met, and the other way round.
  std::pair<int64_t, int64_t> inputRows(int64_t from, int64_t to) const {
    return {std::max<int64_t>(0, from * shape.stride - half),
            std::min(shape.height, (to - 1) * shape.stride + half + 1)};
  }
  std::pair<int64_t, int64_t> outRows(int64_t from, int64_t to) const {
    return {std::max<int64_t>(0, up(from - half, shape.stride)),
            std::min(shape.outHeight(), (to - 1 + half) / shape.stride + 1)};
  }
  int64_t lanes(int64_t block) const { return std::min<int64_t>(N, shape.channels - block * N); }

  static constexpr int64_t kBlocks = kGroup / N;
  DepthwiseShape shape;
  int64_t half, blocks, groups, columns, returnedColumns;
};

// [channels, K, K] as [blocks, K, K, N]; `from(ky, place)` is the column that lies at a place of a row.
template <int N, class From>
std::vector<float> arranged(const Plan<N>& plan, const float* weight, const From& from) {
  const int64_t kernel = plan.shape.kernel;
  std::vector<float> taps(plan.blocks * plan.taps());
  for (int64_t c = 0; c < plan.shape.channels; c++)
    for (int64_t ky = 0; ky < kernel; ky++)
      for (int64_t place = 0; place < kernel; place++)
        taps[c / N * plan.taps() + (ky * kernel + place) * N + c % N] =
            weight[(c * kernel + ky) * kernel + from(place)];
  return taps;
}

template <int N>
std::vector<float> forwardTaps(const Plan<N>& plan, const float* weight) {
  return arranged(plan, weight, [](int64_t place) { return place; });
}

// Backwards for stride 1; for stride 2 the even ones backwards, then the odd ones (tiles.hpp).
template <int N>
std::vector<float> backwardTaps(const Plan<N>& plan, const float* weight) {
  const int64_t last = plan.shape.kernel - 1, even = plan.shape.kernel / 2 + 1;
  if (plan.shape.stride == 1) return arranged(plan, weight, [&](int64_t place) { return last - place; });
  return arranged(plan, weight, [&](int64_t place) {
    return place < even ? 2 * (even - 1 - place) : 2 * (last - place) + 1;
  });
}

// body(std::integral_constant of the kernel, of the stride)
template <class Body>
void bySize(const DepthwiseShape& shape, const Body& body) {
  using std::integral_constant;
  if (shape.kernel == 3 && shape.stride == 1) body(integral_constant<int, 3>{}, integral_constant<int, 1>{});
  if (shape.kernel == 3 && shape.stride == 2) body(integral_constant<int, 3>{}, integral_constant<int, 2>{});
  if (shape.kernel == 5 && shape.stride == 1) body(integral_constant<int, 5>{}, integral_constant<int, 1>{});
  if (shape.kernel == 5 && shape.stride == 2) body(integral_constant<int, 5>{}, integral_constant<int, 2>{});
}

// body(first row, end row) for rows in tiles.
template <class Body>
void overTiles(int64_t rows, int64_t size, const Body& body) {
  for (int64_t from = 0; from < rows; from += size) body(from, std::min(rows, from + size));
}

template <int N, class T>
void forward(const DepthwiseShape& shape, const T* x, const Affine* before, const float* weight,
               const Affine* after, T* raw, T* out) {
  const Plan<N> plan(shape);
  const std::vector<float> taps = forwardTaps(plan, weight);
  const Affine first = before ? Affine{padded(N, before->scale), padded(N, before->shift)} : Affine{};
  const Affine second = out ? Affine{padded(N, after->scale), padded(N, after->shift)} : Affine{};
  const int64_t rowSize = plan.columns * N;
  const int64_t tile = std::max<int64_t>(4, (kScratch / rowSize - shape.kernel) / shape.stride + 1);
  const int64_t inPixels = shape.height * shape.width, outPixels = shape.outHeight() * shape.outWidth();
  at::parallel_for(0, shape.images * plan.groups, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> active(((tile - 1) * shape.stride + shape.kernel) * rowSize);
    for (int64_t item = begin; item < end; item++) {
      const int64_t n = item / plan.groups, group = item % plan.groups * plan.kBlocks;
      overTiles(shape.outHeight(), tile, [&](int64_t from, int64_t to) {
        const auto [top, bottom] = plan.inputRows(from, to);
        for (int64_t block = group; block < std::min(plan.blocks, group + plan.kBlocks); block++) {
          const int64_t channel = block * N, lanes = plan.lanes(block);
          const int64_t in = n * inPixels * shape.channels + channel, at = n * outPixels * shape.channels + channel;
          const Span span{top, bottom, shape.width, shape.channels, lanes};
          const float* scale = before ? &first.scale[channel] : nullptr;
          const float* shift = before ? &first.shift[channel] : nullptr;
          ForwardTile<T> t{active.data(), top, bottom, plan.columns, &taps[block * plan.taps()],
                           Span{from, to, shape.outWidth(), shape.channels, lanes}, raw ? raw + at : nullptr,
                           out ? out + at : nullptr, nullptr, nullptr};
          if (out) t.scale = &second.scale[channel], t.shift = &second.shift[channel];
          bySize(shape, [&](auto k, auto s) {
            Compiled<N>::run([&]() INLINED_BODY {
              loadActive<N>(x + in, span, scale, shift, active.data(), plan.columns, plan.half);
              forwardTile<N, k(), s()>(t);
            });
          });
        }
      });
    }
  });
}

template <int N, class T>
DepthwiseSums backward(const DepthwiseShape& shape, const Returned<T>& returned, const T* x, const NormBefore* before,
                       const float* weight, T* dx) {
  const Plan<N> plan(shape);
  const std::vector<float> taps = backwardTaps(plan, weight);
  const std::vector<float> behind[] = {padded(N, returned.after.scale), padded(N, returned.after.shift),
                                       padded(N, returned.by.a), padded(N, returned.by.b), padded(N, returned.by.c)};
  std::vector<float> first[4];
  if (before) {
    const std::vector<float>* values[] = {&before->affine.scale, &before->affine.shift, &before->mean,
                                          &before->factor};
    for (int i = 0; i < 4; i++) first[i] = padded(N, *values[i]);
  }
  const int64_t rowSize = plan.columns * N, returnedSize = plan.returnedColumns * N;
  const int64_t tile = std::max<int64_t>(4, kScratch / rowSize);
  const int64_t inPixels = shape.height * shape.width, outPixels = shape.outHeight() * shape.outWidth();
  // A part: some images. Each has its own sums: [blocks, K * K + 2, N].
  const int64_t images = up(shape.images, kParts), parts = up(shape.images, images);
  const int64_t sumsSize = plan.taps() + 2 * N;
  std::vector<float> sums(parts * plan.blocks * sumsSize);
  at::parallel_for(0, parts * plan.groups, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> active(tile * rowSize), sent((tile + 2 * plan.half + 1) * returnedSize);
    for (int64_t item = begin; item < end; item++) {
      const int64_t part = item / plan.groups, group = item % plan.groups * plan.kBlocks;
      for (int64_t n = part * images; n < std::min(shape.images, (part + 1) * images); n++)
        overTiles(shape.height, tile, [&](int64_t from, int64_t to) {
          const auto [top, bottom] = plan.outRows(from, to);
          for (int64_t block = group; block < std::min(plan.blocks, group + plan.kBlocks); block++) {
            const int64_t channel = block * N, lanes = plan.lanes(block);
            const int64_t in = n * inPixels * shape.channels + channel, at = n * outPixels * shape.channels + channel;
            const Span span{from, to, shape.width, shape.channels, lanes};
            const float* factors[5];
            for (int i = 0; i < 5; i++) factors[i] = &behind[i][channel];
            const Span outSpan{top, bottom, shape.outWidth(), shape.channels, lanes};
            const float* scale = before ? &first[0][channel] : nullptr;
            const float* shift = before ? &first[1][channel] : nullptr;
            float* own = &sums[(part * plan.blocks + block) * sumsSize];
            const BackwardTile<T> t{sent.data(), top, bottom, plan.returnedColumns, active.data(), plan.columns,
                                    &taps[block * plan.taps()], span, x + in, dx + in,
                                    before ? &first[2][channel] : nullptr, before ? &first[3][channel] : nullptr,
                                    own, own + plan.taps(), own + plan.taps() + N};
            bySize(shape, [&](auto k, auto s) {
              Compiled<N>::run([&]() INLINED_BODY {
                loadReturned<N>(returned.dy + at, returned.raw + at, outSpan, factors, sent.data(),
                                plan.returnedColumns, plan.half);
                loadActive<N>(x + in, span, scale, shift, active.data(), plan.columns, plan.half);
                inputGradientTile<N, k(), s()>(t);
                weightGradientTile<N, k(), s()>(t);
              });
            });
          }
        });
    }
  });
  std::vector<double> totals(plan.blocks * sumsSize);
  for (int64_t part = 0; part < parts; part++)
    for (size_t i = 0; i < totals.size(); i++) totals[i] += sums[part * totals.size() + i];
  const int64_t area = shape.kernel * shape.kernel;
  DepthwiseSums result{std::vector<float>(shape.channels * area), std::vector<float>(shape.channels),
                       std::vector<float>(shape.channels)};
  for (int64_t c = 0; c < shape.channels; c++) {
    const double* own = &totals[c / N * sumsSize + c % N];
    for (int64_t i = 0; i < area; i++) result.weight[c * area + i] = static_cast<float>(own[i * N]);
    result.gradient[c] = static_cast<float>(own[plan.taps()]);
    result.product[c] = static_cast<float>(own[plan.taps() + N]);
  }
  return result;
}

}  // namespace

template <class T>
void depthwise(const DepthwiseShape& shape, const T* x, const Affine* before, const float* weight,
               const Affine* after, T* raw, T* out) {
  byWidth([&](auto width) { forward<width()>(shape, x, before, weight, after, raw, out); });
}

template <class T>
DepthwiseSums depthwiseBackward(const DepthwiseShape& shape, const Returned<T>& returned, const T* x,
                                const NormBefore* before, const float* weight, T* dx) {
  DepthwiseSums sums;
  byWidth([&](auto width) { sums = backward<width()>(shape, returned, x, before, weight, dx); });
  return sums;
}

#define DEPTHWISE_KERNELS(T)                                                                                        \
  template void depthwise(const DepthwiseShape&, const T*, const Affine*, const float*, const Affine*, T*, T*);     \
  template DepthwiseSums depthwiseBackward(const DepthwiseShape&, const Returned<T>&, const T*, const NormBefore*, \
                                           const float*, T*);

DEPTHWISE_KERNELS(float)
DEPTHWISE_KERNELS(Bfloat16)

}  // namespace engine
