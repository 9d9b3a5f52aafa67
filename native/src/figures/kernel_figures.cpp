// Figures of an image that a network learns late: levels, energy of differences at three scales, colour, a thumbnail. What they
// are for, and the noise that is added, stands in src/safe/statistics/image-statistics.ts.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "../bind.hpp"
#include "../fused/lanes.hpp"
#include "../ops.hpp"

namespace engine {
namespace {

// Grey levels squared, added before a logarithm: contrasts below two levels count as none.
constexpr double kFloor = 4;
constexpr int64_t kCells = 4, kScales = 3;
// Of whole numbers below 2^20, so many add up within 32 bits.
constexpr int64_t kColumns = 1024;
// Buckets of the sizes of bends, which are below 2^8: those of one bucket differ by a 64th at most.
constexpr int kBucketShift = 17;
// Of fewer values, counting takes longer than sorting a part of them.
constexpr size_t kFewValues = 4096;
constexpr int64_t kBuckets = (int64_t{127 + 8} << (23 - kBucketShift)) + 1;

struct Images {
  const uint8_t* data;
  int64_t height, width, channels;  // of the whole image
  int64_t left, top, right, bottom;  // margins that are not read
  int64_t rows() const { return height - top - bottom; }
  int64_t columns() const { return width - left - right; }
  const uint8_t* row(int64_t image, int64_t y) const {
    return data + (((image * height) + top + y) * width + left) * channels;
  }
};

// Memory for one image, kept for the next.
struct Scratch {
  std::vector<float> plane, halved, bends, picked;
  std::vector<uint32_t> counts = std::vector<uint32_t>(kBuckets);
};

double square(double x) { return x * x; }

// FNV-1a.
uint32_t hashOf(const Images& images, int64_t image) {
  uint32_t hash = 0x811c9dc5u;
  for (int64_t y = 0; y < images.rows(); y++) {
    const uint8_t* row = images.row(image, y);
    for (int64_t i = 0; i < images.columns() * images.channels; i++) hash = (hash ^ row[i]) * 0x01000193u;
  }
  return hash;
}

template <class V>
INLINED double sumOf(const V& values) {
  float each[sizeof(V) / sizeof(float)];
  std::memcpy(each, &values, sizeof(V));
  double sum = 0;
  for (float value : each) sum += value;
  return sum;
}

// The sum of what `of` makes of `count` values: stretches of 16 N of them in single precision, together in double.
template <int N, class Of>
INLINED double sumOver(const float* from, int64_t count, const Of& of) {
  using V = typename Lanes<N>::Floats;
  double total = 0;
  for (int64_t begin = 0; begin < count; begin += 16 * N) {
    const int64_t end = std::min(count, begin + 16 * N);
    V sums{};
    float rest = 0;
    int64_t i = begin;
    for (; i + N <= end; i += N) {
      V values;
      load(from + i, values);
      sums += of(values);
    }
    for (; i < end; i++) rest += of(from[i]);
    total += sumOf(sums) + rest;
  }
  return total;
}

// With the weights of ITU-R BT.601, [rows * columns].
INLINED void lumaOf(const Images& images, int64_t image, float* luma) {
  const int64_t columns = images.columns();
  for (int64_t y = 0; y < images.rows(); y++, luma += columns) {
    const uint8_t* row = images.row(image, y);
    if (images.channels == 1)
      for (int64_t x = 0; x < columns; x++) luma[x] = row[x];
    else
      for (int64_t x = 0; x < columns; x++)
        luma[x] = 0.299f * row[3 * x] + 0.587f * row[3 * x + 1] + 0.114f * row[3 * x + 2];
  }
}

// The value at place `k` of the sorted values, all at least 0: its bucket is found by counting, unless they are few. May change the order of values.
float select(std::vector<float>& values, int64_t k, Scratch& scratch) {
  if (values.size() < kFewValues) {
    std::nth_element(values.begin(), values.begin() + k, values.end());
    return values[k];
  }
  const auto bucketOf = [](float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return std::min<int64_t>(bits >> kBucketShift, kBuckets - 1);
  };
  std::fill(scratch.counts.begin(), scratch.counts.end(), 0u);
  for (const float value : values) scratch.counts[bucketOf(value)]++;
  int64_t bucket = 0, before = 0;
  while (before + scratch.counts[bucket] <= k) before += scratch.counts[bucket++];
  scratch.picked.clear();
  for (const float value : values)
    if (bucketOf(value) == bucket) scratch.picked.push_back(value);
  const auto place = scratch.picked.begin() + (k - before);
  std::nth_element(scratch.picked.begin(), place, scratch.picked.end());
  return *place;
}

struct Differences {
  double horizontal = 0, vertical = 0, curvature = 0, middle = 0;
};

// Sums of squares of a stretch of a row, and the bends.
template <class V>
INLINED void differencesAt(const float* at, int64_t width, float* bends, V& horizontal, V& vertical, V& curvature) {
  V value, right, left, above, below;
  load(at, value), load(at + 1, right), load(at - 1, left), load(at - width, above), load(at + width, below);
  const V h = right - value, v = below - value;
  const V turn = value - (left + right + above + below) * 0.25f;
  horizontal += h * h, vertical += v * v, curvature += turn * turn;
  const V size = turn < V{} ? -turn : turn;
  store(bends, size);
}

// Mean squares of neighbours' differences and of the Laplacian, and the square of its median size. Pixels of the rim have no
// neighbours on all sides and are left out.
template <int N>
INLINED Differences differences(const float* plane, int64_t width, int64_t height, Scratch& scratch) {
  Differences sums;
  const int64_t inner = std::max<int64_t>(0, width - 2), n = inner * std::max<int64_t>(0, height - 2);
  if (n == 0) return sums;
  scratch.bends.resize(n);
  for (int64_t y = 1; y < height - 1; y++) {
    const float* row = plane + y * width + 1;
    float* bends = scratch.bends.data() + (y - 1) * inner;
    for (int64_t begin = 0; begin < inner; begin += 16 * N) {
      const int64_t end = std::min(inner, begin + 16 * N);
      typename Lanes<N>::Floats h{}, v{}, c{};
      float h1 = 0, v1 = 0, c1 = 0;
      int64_t x = begin;
      for (; x + N <= end; x += N) differencesAt(row + x, width, bends + x, h, v, c);
      for (; x < end; x++) differencesAt(row + x, width, bends + x, h1, v1, c1);
      sums.horizontal += sumOf(h) + h1, sums.vertical += sumOf(v) + v1, sums.curvature += sumOf(c) + c1;
    }
  }
  const double middle = select(scratch.bends, n >> 1, scratch);
  return {sums.horizontal / n, sums.vertical / n, sums.curvature / n, square(middle)};
}

// Means of 2 x 2 pixels. An odd row or column at the end is left out.
INLINED void halve(const std::vector<float>& plane, int64_t width, int64_t height, std::vector<float>& out) {
  const int64_t columns = width / 2, rows = height / 2;
  out.resize(columns * rows);
  for (int64_t y = 0; y < rows; y++) {
    const float *above = plane.data() + 2 * y * width, *below = above + width;
    for (int64_t x = 0; x < columns; x++)
      out[y * columns + x] = (above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1]) / 4;
  }
}

// Of a colour difference in whole numbers, `by` times as large as it is: mean, mean size and energy from pixel to pixel.
template <class Of>
INLINED void addColour(const Images& images, int64_t image, double by, const Of& of, double*& out) {
  int64_t sum = 0, size = 0, energy = 0;
  for (int64_t y = 0; y < images.rows(); y++) {
    const uint8_t* row = images.row(image, y);
    for (int64_t begin = 0; begin < images.columns(); begin += kColumns) {
      const int64_t end = std::min(images.columns(), begin + kColumns);
      int32_t part = 0, sizes = 0, energies = 0;
      for (int64_t x = begin; x < end; x++) {
        const int32_t value = of(row + 3 * x);
        part += value;
        sizes += value < 0 ? -value : value;
      }
      for (int64_t x = std::max<int64_t>(1, begin); x < end; x++) {
        const int32_t step = of(row + 3 * x) - of(row + 3 * x - 3);
        energies += step * step;
      }
      sum += part, size += sizes, energy += energies;
    }
  }
  const double n = static_cast<double>(images.rows() * images.columns());
  *out++ = sum / (by * n);
  *out++ = std::log(square(size / (by * n)) + kFloor);
  *out++ = std::log(energy / (by * by * n) + kFloor);
}

// Mean luma of 4 x 4 cells, less the image's mean. Also for sides that 4 does not divide: cells then differ by a pixel.
template <int N>
INLINED void addThumbnail(const float* luma, int64_t width, int64_t height, double mean, double*& out) {
  double sums[kCells * kCells] = {}, counts[kCells * kCells] = {};
  for (int64_t y = 0; y < height; y++) {
    const int64_t row = y * kCells / height * kCells;
    for (int64_t c = 0; c < kCells; c++) {
      const int64_t from = (c * width + kCells - 1) / kCells, to = ((c + 1) * width + kCells - 1) / kCells;
      sums[row + c] += sumOver<N>(luma + y * width + from, to - from, [](const auto& value) INLINED_BODY { return value; });
      counts[row + c] += to - from;
    }
  }
  for (int64_t c = 0; c < kCells * kCells; c++) *out++ = sums[c] / std::max(1.0, counts[c]) - mean;
}

int64_t figureCount(int64_t channels) { return 2 + 6 * kScales + 2 + (channels == 3 ? 6 : 0) + kCells * kCells; }

template <int N>
INLINED void figuresOf(const Images& images, int64_t image, Scratch& scratch, double* out) {
  int64_t width = images.columns(), height = images.rows();
  const double n = static_cast<double>(width * height);
  scratch.plane.resize(width * height);
  lumaOf(images, image, scratch.plane.data());
  const std::vector<float> luma = scratch.plane;
  const auto same = [](const auto& value) INLINED_BODY { return value; };
  const double mean = sumOver<N>(luma.data(), width * height, same) / n;
  const float centre = static_cast<float>(mean);
  const double squares = sumOver<N>(luma.data(), width * height, [centre](const auto& value) INLINED_BODY {
    const auto off = value - centre;
    return off * off;
  });
  *out++ = hashOf(images, image);
  *out++ = mean;
  *out++ = std::log(squares / n + kFloor);
  double energies[kScales];
  for (int64_t scale = 0; scale < kScales; scale++) {
    const Differences d = differences<N>(scratch.plane.data(), width, height, scratch);
    const double energy = std::log(d.horizontal + d.vertical + kFloor);
    *out++ = energy, *out++ = std::log(d.curvature + kFloor), *out++ = std::log(d.middle + kFloor);
    // Nearly free of contrast: direction, sharpness, and sharpness of the typical pixel, where edges weigh less than noise.
    *out++ = std::log(d.horizontal + kFloor) - std::log(d.vertical + kFloor);
    *out++ = std::log(d.curvature + kFloor) - energy, *out++ = std::log(d.middle + kFloor) - energy;
    energies[scale] = energy;
    halve(scratch.plane, width, height, scratch.halved);
    std::swap(scratch.plane, scratch.halved);
    width /= 2, height /= 2;
  }
  // How the energy falls from scale to scale: blur takes it from the finest.
  *out++ = energies[0] - energies[1], *out++ = energies[1] - energies[2];
  if (images.channels == 3) {
    // Red less green; yellow less blue.
    addColour(images, image, 1, [](const uint8_t* p) INLINED_BODY { return int32_t{p[0]} - p[1]; }, out);
    addColour(images, image, 2, [](const uint8_t* p) INLINED_BODY { return int32_t{p[0]} + p[1] - 2 * p[2]; }, out);
  }
  addThumbnail<N>(luma.data(), images.columns(), images.rows(), mean, out);
}

// [N][1 + F]: the hash of each image's bytes, then its figures.
std::vector<std::vector<double>> imageFigures(const Bytes& data, const std::vector<int64_t>& shape,
                                              const std::vector<int64_t>& margins) {
  TORCH_CHECK(data.type == napi_uint8_array || data.type == napi_uint8_clamped_array, "expected a Uint8Array");
  TORCH_CHECK(shape.size() == 4 && (shape[3] == 1 || shape[3] == 3), "expected a shape [N,H,W,C] of 1 or 3 channels, got ",
              c10::IntArrayRef(shape));
  int64_t bytes = 1;
  for (int64_t side : shape) {
    TORCH_CHECK(side >= 1 && side <= (1 << 24), "expected sizes of at least 1, got ", c10::IntArrayRef(shape));
    TORCH_CHECK(bytes <= (int64_t{1} << 40) / side, "shape too large");
    bytes *= side;
  }
  TORCH_CHECK(bytes == static_cast<int64_t>(data.length), "expected ", bytes, " bytes, got ", data.length);
  TORCH_CHECK(margins.size() == 4 && *std::min_element(margins.begin(), margins.end()) >= 0,
              "expected four margins of at least 0, got ", c10::IntArrayRef(margins));
  const Images images{static_cast<const uint8_t*>(data.data), shape[1], shape[2], shape[3],
                      margins[0], margins[1], margins[2], margins[3]};
  TORCH_CHECK(images.rows() >= 1 && images.columns() >= 1, "expected margins within ", shape[1], "x", shape[2], ", got ",
              c10::IntArrayRef(margins));
  std::vector<std::vector<double>> figures(shape[0], std::vector<double>(1 + figureCount(shape[3])));
  at::parallel_for(0, shape[0], 1, [&](int64_t begin, int64_t end) {
    Scratch scratch;
    widely([&](auto width) INLINED_BODY {
      for (int64_t image = begin; image < end; image++)
        figuresOf<decltype(width)::value>(images, image, scratch, figures[image].data());
    });
  });
  return figures;
}

}  // namespace

void defineFigures(Exports& exports) { exports.define("imageFigures", imageFigures); }

}  // namespace engine
