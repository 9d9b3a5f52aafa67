#include "channel_kernels.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

// One binary for all machines: the loader picks the widest vectors the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif

namespace engine {
namespace {

constexpr int64_t kChunks = 16;

// Small enough that single-precision sums stay exact to a few units in the last place.
int64_t chunkRows(int64_t rows) {
  return std::min<int64_t>(1024, std::max<int64_t>(64, (rows + kChunks - 1) / kChunks));
}

// body(chunk, first row, end row) for every chunk, in parallel.
template <class Body>
void overChunks(int64_t rows, const Body& body) {
  const int64_t size = chunkRows(rows), count = (rows + size - 1) / size;
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; chunk++) body(chunk, chunk * size, std::min(rows, (chunk + 1) * size));
  });
}

int64_t chunkCount(int64_t rows) { return (rows + chunkRows(rows) - 1) / chunkRows(rows); }

// Sums of two kinds, a row of both for each chunk.
struct Partials {
  Partials(int64_t rows, int64_t channels) : channels(channels), count(chunkCount(rows)), data(2 * channels * count) {}
  float* first(int64_t chunk) { return data.data() + 2 * channels * chunk; }
  float* second(int64_t chunk) { return first(chunk) + channels; }
  double sumFirst(int64_t c) const { return sum(c); }
  double sumSecond(int64_t c) const { return sum(channels + c); }
  double sum(int64_t at) const {
    double total = 0;
    for (int64_t chunk = 0; chunk < count; chunk++) total += data[2 * channels * chunk + at];
    return total;
  }
  int64_t channels, count;
  std::vector<float> data;
};

// Sums of x - pivot and its squares. Four rows at a time: the sums are loaded and stored less often.
WIDE void sumRows(const float* x, int64_t rows, int64_t stride, int64_t channels, const float* pivot, float* s,
                  float* q) {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *a = x + r * stride, *b = a + stride, *c = b + stride, *d = c + stride;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float k = pivot[i], e = a[i] - k, f = b[i] - k, g = c[i] - k, h = d[i] - k;
      s[i] += (e + f) + (g + h);
      q[i] += (e * e + f * f) + (g * g + h * h);
    }
  }
  for (; r < rows; r++) {
    const float* a = x + r * stride;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float e = a[i] - pivot[i];
      s[i] += e;
      q[i] += e * e;
    }
  }
}

WIDE void reluRows(const float* x, int64_t rows, int64_t stride, int64_t channels, const float* scale,
                   const float* shift, float* out) {
  for (int64_t r = 0; r < rows; r++) {
    const float* a = x + r * stride;
    float* o = out + r * channels;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float y = a[i] * scale[i] + shift[i];
      o[i] = y < 0 ? 0 : y;  // lets NaN through
    }
  }
}

WIDE void addReluRows(const float* x, int64_t rows, int64_t stride, int64_t channels, const float* scale,
                      const float* shift, const float* other, float* out) {
  for (int64_t r = 0; r < rows; r++) {
    const float *a = x + r * stride, *b = other + r * channels;
    float* o = out + r * channels;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float y = a[i] * scale[i] + shift[i] + b[i];
      o[i] = y < 0 ? 0 : y;
    }
  }
}

WIDE void reluSumRows(const float* dy, const float* y, const float* x, int64_t rows, int64_t stride, int64_t channels,
                      const float* mean, const float* inverse, float* s, float* p) {
  for (int64_t r = 0; r < rows; r++) {
    const float *g = dy + r * channels, *o = y + r * channels, *a = x + r * stride;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float dz = o[i] > 0 ? g[i] : 0;
      s[i] += dz;
      p[i] += dz * ((a[i] - mean[i]) * inverse[i]);
    }
  }
}

WIDE void maskRows(const float* dy, const float* y, int64_t count, float* out) {
#pragma GCC ivdep
  for (int64_t i = 0; i < count; i++) out[i] = y[i] > 0 ? dy[i] : 0;
}

// dx = a * dz + b * x + c, with a, b, c a channel.
WIDE void backwardRows(const float* dy, const float* y, const float* x, int64_t rows, int64_t stride,
                       int64_t channels, const float* ka, const float* kb, const float* kc, float* out) {
  for (int64_t r = 0; r < rows; r++) {
    const float *g = dy + r * channels, *o = y + r * channels, *a = x + r * stride;
    float* d = out + r * channels;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float dz = o[i] > 0 ? g[i] : 0;
      d[i] = ka[i] * dz + (kb[i] * a[i] + kc[i]);
    }
  }
}

WIDE void accumulateRows(const float* dy, const float* x, int64_t rows, int64_t stride, int64_t channels,
                         const float* scale, const float* shift, const float* mean, const float* inverse,
                         const float* weight, float* total, int64_t totalStride, float* s, float* p) {
  for (int64_t r = 0; r < rows; r++) {
    const float *g = dy + r * channels, *a = x + r * stride;
    float* t = total + r * totalStride;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) {
      const float dz = a[i] * scale[i] + shift[i] > 0 ? g[i] : 0;
      s[i] += dz;
      p[i] += dz * ((a[i] - mean[i]) * inverse[i]);
      t[i] += weight[i] * dz;
    }
  }
}

WIDE void finishRows(const float* gradient, int64_t gradientStride, const float* total, int64_t totalStride,
                     const float* x, int64_t stride, int64_t rows, int64_t channels, const float* ka, const float* kb,
                     const float* kc, float* out) {
  for (int64_t r = 0; r < rows; r++) {
    const float *g = gradient + r * gradientStride, *t = total + r * totalStride, *a = x + r * stride;
    float* o = out + r * channels;
#pragma GCC ivdep
    for (int64_t i = 0; i < channels; i++) o[i] = g[i] + (ka[i] * t[i] + (kb[i] * a[i] + kc[i]));
  }
}

Moments momentsOf(Partials& partials, const float* pivot, int64_t rows) {
  const int64_t channels = partials.channels;
  Moments m{std::vector<float>(channels), std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; c++) {
    const double offset = partials.sumFirst(c) / rows;
    m.mean[c] = static_cast<float>(pivot[c] + offset);
    const double variance = partials.sumSecond(c) / rows - offset * offset;
    // Written so that NaN stays.
    m.variance[c] = static_cast<float>(variance < 0 ? 0 : variance);
  }
  return m;
}

Sums sumsOf(const Partials& partials) {
  Sums sums{std::vector<float>(partials.channels), std::vector<float>(partials.channels)};
  for (int64_t c = 0; c < partials.channels; c++) {
    sums.gradient[c] = static_cast<float>(partials.sumFirst(c));
    sums.product[c] = static_cast<float>(partials.sumSecond(c));
  }
  return sums;
}

}  // namespace

// The first row as pivot keeps the squares small where the mean is far from 0.
Moments moments(const Rows& x) {
  Partials partials(x.rows, x.channels);
  overChunks(x.rows, [&](int64_t chunk, int64_t from, int64_t to) {
    sumRows(x.data + from * x.stride, to - from, x.stride, x.channels, x.data, partials.first(chunk),
            partials.second(chunk));
  });
  return momentsOf(partials, x.data, x.rows);
}

Moments copyWithMoments(const Rows& from, const Rows& to) {
  Partials partials(from.rows, from.channels);
  overChunks(from.rows, [&](int64_t chunk, int64_t begin, int64_t end) {
    sumRows(from.data + begin * from.stride, end - begin, from.stride, from.channels, from.data,
            partials.first(chunk), partials.second(chunk));
    for (int64_t r = begin; r < end; r++)
      std::copy_n(from.data + r * from.stride, from.channels, to.data + r * to.stride);
  });
  return momentsOf(partials, from.data, from.rows);
}

Affine normaliser(const float* mean, const float* variance, const float* weight, const float* bias,
                  int64_t channels, double eps) {
  Affine affine{std::vector<float>(channels), std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; c++) {
    const double scale = weight[c] / std::sqrt(static_cast<double>(variance[c]) + eps);
    affine.scale[c] = static_cast<float>(scale);
    affine.shift[c] = static_cast<float>(bias[c] - mean[c] * scale);
  }
  return affine;
}

void applyRelu(const Rows& x, const Affine& affine, float* out) {
  overChunks(x.rows, [&](int64_t, int64_t from, int64_t to) {
    reluRows(x.data + from * x.stride, to - from, x.stride, x.channels, affine.scale.data(), affine.shift.data(),
             out + from * x.channels);
  });
}

void applyAddRelu(const Rows& x, const Affine& affine, const float* other, float* out) {
  overChunks(x.rows, [&](int64_t, int64_t from, int64_t to) {
    addReluRows(x.data + from * x.stride, to - from, x.stride, x.channels, affine.scale.data(), affine.shift.data(),
                other + from * x.channels, out + from * x.channels);
  });
}

Sums reluSums(const float* dy, const float* y, const Rows& x, const Moments& m, const std::vector<float>& inverse,
              float* masked) {
  Partials partials(x.rows, x.channels);
  overChunks(x.rows, [&](int64_t chunk, int64_t from, int64_t to) {
    const int64_t at = from * x.channels;
    reluSumRows(dy + at, y + at, x.data + from * x.stride, to - from, x.stride, x.channels, m.mean.data(),
                inverse.data(), partials.first(chunk), partials.second(chunk));
    if (masked) maskRows(dy + at, y + at, (to - from) * x.channels, masked + at);
  });
  return sumsOf(partials);
}

void normBackward(const float* dy, const float* y, const Rows& x, const Moments& m,
                  const std::vector<float>& inverse, const float* weight, const Sums& sums, float* out) {
  std::vector<float> a(x.channels), b(x.channels), c(x.channels);
  for (int64_t i = 0; i < x.channels; i++) {
    const double k = static_cast<double>(weight[i]) * inverse[i];
    const double slope = static_cast<double>(sums.product[i]) / x.rows * inverse[i];
    a[i] = static_cast<float>(k);
    b[i] = static_cast<float>(-k * slope);
    c[i] = static_cast<float>(k * (slope * m.mean[i] - static_cast<double>(sums.gradient[i]) / x.rows));
  }
  overChunks(x.rows, [&](int64_t, int64_t from, int64_t to) {
    const int64_t at = from * x.channels;
    backwardRows(dy + at, y + at, x.data + from * x.stride, to - from, x.stride, x.channels, a.data(), b.data(),
                 c.data(), out + at);
  });
}

Sums accumulate(const float* dy, const Rows& x, const Affine& affine, const Moments& m,
                const std::vector<float>& inverse, const float* weight, const Rows& total) {
  Partials partials(x.rows, x.channels);
  overChunks(x.rows, [&](int64_t chunk, int64_t from, int64_t to) {
    accumulateRows(dy + from * x.channels, x.data + from * x.stride, to - from, x.stride, x.channels,
                   affine.scale.data(), affine.shift.data(), m.mean.data(), inverse.data(), weight,
                   total.data + from * total.stride, total.stride, partials.first(chunk), partials.second(chunk));
  });
  return sumsOf(partials);
}

void finish(const Rows& gradient, const Rows& total, const Rows& x, const float* mean, const float* inverse,
            const float* sumTotal, const float* sumProduct, float* out) {
  const int64_t channels = x.channels;
  std::vector<float> a(channels), b(channels), c(channels);
  for (int64_t i = 0; i < channels; i++) {
    const double k = inverse[i], slope = static_cast<double>(sumProduct[i]) / x.rows * k;
    a[i] = static_cast<float>(k);
    b[i] = static_cast<float>(-k * slope);
    c[i] = static_cast<float>(k * (slope * mean[i] - static_cast<double>(sumTotal[i]) / x.rows));
  }
  overChunks(x.rows, [&](int64_t, int64_t from, int64_t to) {
    finishRows(gradient.data + from * gradient.stride, gradient.stride, total.data + from * total.stride, total.stride,
               x.data + from * x.stride, x.stride, to - from, channels, a.data(), b.data(), c.data(),
               out + from * channels);
  });
}

}  // namespace engine
