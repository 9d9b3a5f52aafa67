#include "channel_kernels.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

#include "row_kernels.hpp"

namespace engine {
namespace {

constexpr int64_t kChunks = 16;

// Small enough that single-precision sums stay exact to a few units in the last place.
int64_t chunkRows(int64_t rows) {
  return std::min<int64_t>(1024, std::max<int64_t>(64, (rows + kChunks - 1) / kChunks));
}

// body(width, chunk, first row, end row) for every chunk, in parallel, compiled for the widest vectors: an INLINED_BODY.
template <class Body>
void overChunks(int64_t rows, const Body& body) {
  const int64_t size = chunkRows(rows), count = (rows + size - 1) / size;
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    widely([&](auto width) INLINED_BODY {
      for (int64_t chunk = begin; chunk < end; chunk++)
        body(width, chunk, chunk * size, (chunk + 1) * size < rows ? (chunk + 1) * size : rows);
    });
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

Moments momentsOf(const Partials& partials, const std::vector<float>& pivot, int64_t rows) {
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

// body(std::true_type where ReLU6 follows)
template <class Body>
void byActivation(After after, const Body& body) {
  if (after == After::relu6) body(std::true_type{});
  else body(std::false_type{});
}

// The first row as pivot keeps the squares small where the mean is far from 0.
template <class T>
std::vector<float> firstRow(const Rows<T>& x) {
  std::vector<float> row(x.channels);
  for (int64_t c = 0; c < x.channels; c++) load(x.data + c, row[c]);
  return row;
}

}  // namespace

template <class T>
Moments moments(const Rows<T>& x) {
  const std::vector<float> pivot = firstRow(x);
  Partials partials(x.rows, x.channels);
  overChunks(x.rows, [&](auto width, int64_t chunk, int64_t from, int64_t to) INLINED_BODY {
    sumRows<width()>(x.data + from * x.stride, to - from, x.stride, x.channels, pivot.data(), partials.first(chunk),
                     partials.second(chunk));
  });
  return momentsOf(partials, pivot, x.rows);
}

template <class T>
void copyRows(const Rows<T>& from, const Rows<T>& to) {
  overChunks(from.rows, [&](auto width, int64_t, int64_t begin, int64_t end) INLINED_BODY {
    for (int64_t r = begin; r < end; r++)
      std::copy_n(from.data + r * from.stride, from.channels, to.data + r * to.stride);
  });
}

template <class T>
Moments copyWithMoments(const Rows<T>& from, const Rows<T>& to) {
  const std::vector<float> pivot = firstRow(from);
  Partials partials(from.rows, from.channels);
  overChunks(from.rows, [&](auto width, int64_t chunk, int64_t begin, int64_t end) INLINED_BODY {
    sumRows<width()>(from.data + begin * from.stride, end - begin, from.stride, from.channels, pivot.data(),
                     partials.first(chunk), partials.second(chunk));
    for (int64_t r = begin; r < end; r++)
      std::copy_n(from.data + r * from.stride, from.channels, to.data + r * to.stride);
  });
  return momentsOf(partials, pivot, from.rows);
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

template <class T>
void applyRelu(const Rows<T>& x, const Affine& affine, T* out) {
  overChunks(x.rows, [&](auto width, int64_t, int64_t from, int64_t to) INLINED_BODY {
    reluRows<width()>(x.data + from * x.stride, to - from, x.stride, x.channels, affine.scale.data(),
                      affine.shift.data(), out + from * x.channels);
  });
}

template <class T>
void applyAddRelu(const Rows<T>& x, const Affine& affine, const T* other, T* out) {
  overChunks(x.rows, [&](auto width, int64_t, int64_t from, int64_t to) INLINED_BODY {
    addReluRows<width()>(x.data + from * x.stride, to - from, x.stride, x.channels, affine.scale.data(),
                         affine.shift.data(), other + from * x.channels, out + from * x.channels);
  });
}

template <class T>
Sums reluSums(const T* dy, const T* y, const Rows<T>& x, const Moments& m, const std::vector<float>& inverse,
              T* masked) {
  Partials partials(x.rows, x.channels);
  overChunks(x.rows, [&](auto width, int64_t chunk, int64_t from, int64_t to) INLINED_BODY {
    const int64_t at = from * x.channels;
    reluSumRows<width()>(dy + at, y + at, x.data + from * x.stride, to - from, x.stride, x.channels, m.mean.data(),
                         inverse.data(), partials.first(chunk), partials.second(chunk));
    if (masked) maskRows<width()>(dy + at, y + at, (to - from) * x.channels, masked + at);
  });
  return sumsOf(partials);
}

template <class T>
void normBackward(const T* dy, const T* y, const Rows<T>& x, const Moments& m, const std::vector<float>& inverse,
                  const float* weight, const Sums& sums, T* out) {
  std::vector<float> a(x.channels), b(x.channels), c(x.channels);
  for (int64_t i = 0; i < x.channels; i++) {
    const double k = static_cast<double>(weight[i]) * inverse[i];
    const double slope = static_cast<double>(sums.product[i]) / x.rows * inverse[i];
    a[i] = static_cast<float>(k);
    b[i] = static_cast<float>(-k * slope);
    c[i] = static_cast<float>(k * (slope * m.mean[i] - static_cast<double>(sums.gradient[i]) / x.rows));
  }
  overChunks(x.rows, [&](auto width, int64_t, int64_t from, int64_t to) INLINED_BODY {
    const int64_t at = from * x.channels;
    backwardRows<width()>(dy + at, y + at, x.data + from * x.stride, to - from, x.stride, x.channels, a.data(),
                          b.data(), c.data(), out + at);
  });
}

template <class T>
Sums accumulate(const T* dy, const Rows<T>& x, const Affine& affine, const Moments& m,
                const std::vector<float>& inverse, const float* weight, const Rows<float>& total) {
  Partials partials(x.rows, x.channels);
  overChunks(x.rows, [&](auto width, int64_t chunk, int64_t from, int64_t to) INLINED_BODY {
    accumulateRows<width()>(dy + from * x.channels, x.data + from * x.stride, to - from, x.stride, x.channels,
                            affine.scale.data(), affine.shift.data(), m.mean.data(), inverse.data(), weight, total.data
                            + from * total.stride, total.stride, partials.first(chunk), partials.second(chunk));
  });
  return sumsOf(partials);
}

template <class T>
void finish(const Rows<T>& gradient, const Rows<float>& total, const Rows<T>& x, const float* mean,
            const float* inverse, const float* sumTotal, const float* sumProduct, T* out) {
  const int64_t channels = x.channels;
  std::vector<float> a(channels), b(channels), c(channels);
  for (int64_t i = 0; i < channels; i++) {
    const double k = inverse[i], slope = static_cast<double>(sumProduct[i]) / x.rows * k;
    a[i] = static_cast<float>(k);
    b[i] = static_cast<float>(-k * slope);
    c[i] = static_cast<float>(k * (slope * mean[i] - static_cast<double>(sumTotal[i]) / x.rows));
  }
  overChunks(x.rows, [&](auto width, int64_t, int64_t from, int64_t to) INLINED_BODY {
    finishRows<width()>(gradient.data + from * gradient.stride, gradient.stride, total.data + from * total.stride,
                        total.stride, x.data + from * x.stride, x.stride, to - from, channels, a.data(), b.data(),
                        c.data(), out + from * channels);
  });
}

template <class T>
void applyNorm(const Rows<T>& x, const Affine& affine, After after, const T* other, T* out) {
  const auto apply = [&](auto six, auto adds) {
    overChunks(x.rows, [&](auto width, int64_t, int64_t from, int64_t to) INLINED_BODY {
      const int64_t at = from * x.channels;
      normRows<width(), six(), adds()>(x.data + at, to - from, x.channels, affine.scale.data(), affine.shift.data(),
                                       other ? other + at : nullptr, out + at);
    });
  };
  byActivation(after, [&](auto six) {
    if (other) apply(six, std::true_type{});
    else apply(six, std::false_type{});
  });
}

template <class T>
Sums normSums(const T* dy, const Rows<T>& x, const Affine& affine, After after, const Moments& m,
              const std::vector<float>& inverse) {
  Partials partials(x.rows, x.channels);
  byActivation(after, [&](auto six) {
    overChunks(x.rows, [&](auto width, int64_t chunk, int64_t from, int64_t to) INLINED_BODY {
      const int64_t at = from * x.channels;
      normSumRows<width(), six()>(dy + at, x.data + at, to - from, x.channels, affine.scale.data(),
                                  affine.shift.data(), m.mean.data(), partials.first(chunk), partials.second(chunk));
    });
  });
  Sums sums = sumsOf(partials);
  for (int64_t c = 0; c < x.channels; c++) sums.product[c] *= inverse[c];
  return sums;
}

Slopes slopes(int64_t rows, const Moments& m, const std::vector<float>& inverse, const float* weight,
              const Sums* sums) {
  const size_t channels = inverse.size();
  Slopes by{std::vector<float>(channels), std::vector<float>(channels), std::vector<float>(channels)};
  for (size_t i = 0; i < channels; i++) {
    const double k = static_cast<double>(weight[i]) * inverse[i];
    by.a[i] = static_cast<float>(k);
    if (!sums) continue;
    const double slope = static_cast<double>(sums->product[i]) / rows * inverse[i];
    by.b[i] = static_cast<float>(-k * slope);
    by.c[i] = static_cast<float>(k * (slope * m.mean[i] - static_cast<double>(sums->gradient[i]) / rows));
  }
  return by;
}

template <class T>
void normGradient(const T* dy, const Rows<T>& x, const Affine& affine, After after, const Slopes& by, T* out) {
  byActivation(after, [&](auto six) {
    overChunks(x.rows, [&](auto width, int64_t, int64_t from, int64_t to) INLINED_BODY {
      const int64_t at = from * x.channels;
      normBackwardRows<width(), six()>(dy + at, x.data + at, to - from, x.channels, affine.scale.data(),
                                       affine.shift.data(), by.a.data(), by.b.data(), by.c.data(), out + at);
    });
  });
}

#define CHANNEL_KERNELS(T)                                                                                       \
  template Moments moments(const Rows<T>&);                                                                      \
  template void copyRows(const Rows<T>&, const Rows<T>&);                                                        \
  template Moments copyWithMoments(const Rows<T>&, const Rows<T>&);                                              \
  template void applyRelu(const Rows<T>&, const Affine&, T*);                                                    \
  template void applyAddRelu(const Rows<T>&, const Affine&, const T*, T*);                                       \
  template Sums reluSums(const T*, const T*, const Rows<T>&, const Moments&, const std::vector<float>&, T*);     \
  template void normBackward(const T*, const T*, const Rows<T>&, const Moments&, const std::vector<float>&,      \
                             const float*, const Sums&, T*);                                                     \
  template Sums accumulate(const T*, const Rows<T>&, const Affine&, const Moments&, const std::vector<float>&,   \
                           const float*, const Rows<float>&);                                                    \
  template void finish(const Rows<T>&, const Rows<float>&, const Rows<T>&, const float*, const float*,           \
                       const float*, const float*, T*);                                              \
  template void applyNorm(const Rows<T>&, const Affine&, After, const T*, T*);                                   \
  template Sums normSums(const T*, const Rows<T>&, const Affine&, After, const Moments&,                         \
                         const std::vector<float>&);                                                             \
  template void normGradient(const T*, const Rows<T>&, const Affine&, After, const Slopes&, T*);

CHANNEL_KERNELS(float)
CHANNEL_KERNELS(Bfloat16)

}  // namespace engine
