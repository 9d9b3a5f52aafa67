// The loops of kernel_channels.cpp: over rows of channels, N values at a time (lanes.hpp).
#pragma once
#include "lanes.hpp"

namespace engine {
namespace {

// Sums of x - pivot and its squares. Four rows at a time: the sums are loaded and stored less often.
template <int N, class T>
INLINED void sumRows(const T* x, int64_t rows, int64_t stride, int64_t channels, const float* pivot, float* s, float* q) {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const T *a = x + r * stride, *b = a + stride, *c = b + stride, *d = c + stride;
    overChannels<N>(channels, [&](int64_t i, auto k) INLINED_BODY {
      decltype(k) e, f, g, h, sum, squares;
      load(pivot + i, k), load(a + i, e), load(b + i, f), load(c + i, g), load(d + i, h);
      load(s + i, sum), load(q + i, squares);
      e = e - k, f = f - k, g = g - k, h = h - k;
      store(s + i, sum + ((e + f) + (g + h)));
      store(q + i, squares + ((e * e + f * f) + (g * g + h * h)));
    });
  }
  for (; r < rows; r++) {
    const T* a = x + r * stride;
    overChannels<N>(channels, [&](int64_t i, auto k) INLINED_BODY {
      decltype(k) e, sum, squares;
      load(pivot + i, k), load(a + i, e), load(s + i, sum), load(q + i, squares);
      e = e - k;
      store(s + i, sum + e);
      store(q + i, squares + e * e);
    });
  }
}

template <int N, class T>
INLINED void reluRows(const T* x, int64_t rows, int64_t stride, int64_t channels, const float* scale, const float* shift,
                      T* out) {
  for (int64_t r = 0; r < rows; r++) {
    const T* a = x + r * stride;
    T* o = out + r * channels;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) k, c;
      load(a + i, v), load(scale + i, k), load(shift + i, c);
      store(o + i, relu(v * k + c));
    });
  }
}

template <int N, class T>
INLINED void affineRows(const T* x, int64_t rows, int64_t channels, const float* scale, const float* shift, T* out) {
  for (int64_t r = 0; r < rows; r++) {
    const T* a = x + r * channels;
    T* o = out + r * channels;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) k, c;
      load(a + i, v), load(scale + i, k), load(shift + i, c);
      store(o + i, v * k + c);
    });
  }
}

template <int N, class T>
INLINED void addReluRows(const T* x, int64_t rows, int64_t stride, int64_t channels, const float* scale,
                         const float* shift, const T* other, T* out) {
  for (int64_t r = 0; r < rows; r++) {
    const T *a = x + r * stride, *b = other + r * channels;
    T* o = out + r * channels;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) k, c, w;
      load(a + i, v), load(scale + i, k), load(shift + i, c), load(b + i, w);
      store(o + i, relu(v * k + c + w));
    });
  }
}

template <int N, class T>
INLINED void reluSumRows(const T* dy, const T* y, const T* x, int64_t rows, int64_t stride, int64_t channels,
                         const float* mean, const float* inverse, float* s, float* p) {
  for (int64_t r = 0; r < rows; r++) {
    const T *g = dy + r * channels, *o = y + r * channels, *a = x + r * stride;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) dz, active, m, k, sum, product;
      load(g + i, dz), load(o + i, active), load(a + i, v), load(mean + i, m), load(inverse + i, k);
      load(s + i, sum), load(p + i, product);
      dz = active > 0 ? dz : decltype(v){};
      store(s + i, sum + dz);
      store(p + i, product + dz * ((v - m) * k));
    });
  }
}

template <int N, class T>
INLINED void maskRows(const T* dy, const T* y, int64_t count, T* out) {
  overChannels<N>(count, [&](int64_t i, auto v) INLINED_BODY {
    decltype(v) active;
    load(dy + i, v), load(y + i, active);
    store(out + i, active > 0 ? v : decltype(v){});
  });
}

// dx = a * dz + b * x + c, with a, b, c a channel.
template <int N, class T>
INLINED void backwardRows(const T* dy, const T* y, const T* x, int64_t rows, int64_t stride, int64_t channels,
                          const float* ka, const float* kb, const float* kc, T* out) {
  for (int64_t r = 0; r < rows; r++) {
    const T *g = dy + r * channels, *o = y + r * channels, *a = x + r * stride;
    T* d = out + r * channels;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) dz, active, k, slope, constant;
      load(g + i, dz), load(o + i, active), load(a + i, v);
      load(ka + i, k), load(kb + i, slope), load(kc + i, constant);
      dz = active > 0 ? dz : decltype(v){};
      store(d + i, k * dz + (slope * v + constant));
    });
  }
}

template <int N, class T>
INLINED void accumulateRows(const T* dy, const T* x, int64_t rows, int64_t stride, int64_t channels, const float* scale,
                            const float* shift, const float* mean, const float* inverse, const float* weight,
                            float* total, int64_t totalStride, float* s, float* p) {
  for (int64_t r = 0; r < rows; r++) {
    const T *g = dy + r * channels, *a = x + r * stride;
    float* t = total + r * totalStride;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) dz, k, c, m, n, w, before, sum, product;
      load(g + i, dz), load(a + i, v), load(scale + i, k), load(shift + i, c), load(mean + i, m), load(inverse + i, n);
      load(weight + i, w), load(t + i, before), load(s + i, sum), load(p + i, product);
      dz = v * k + c > 0 ? dz : decltype(v){};
      store(s + i, sum + dz);
      store(p + i, product + dz * ((v - m) * n));
      store(t + i, before + w * dz);
    });
  }
}

template <int N, class T>
INLINED void finishRows(const T* gradient, int64_t gradientStride, const float* total, int64_t totalStride, const T* x,
                     int64_t stride, int64_t rows, int64_t channels, const float* ka, const float* kb, const float* kc,
                        T* out) {
  for (int64_t r = 0; r < rows; r++) {
    const T *g = gradient + r * gradientStride, *a = x + r * stride;
    const float* t = total + r * totalStride;
    T* o = out + r * channels;
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) own, sent, k, slope, constant;
      load(g + i, own), load(t + i, sent), load(a + i, v);
      load(ka + i, k), load(kb + i, slope), load(kc + i, constant);
      store(o + i, own + (k * sent + (slope * v + constant)));
    });
  }
}

// What follows a norm: nothing, or min(max(value, 0), 6), which lets NaN through.
template <bool six, class V>
INLINED V activated(const V& value) {
  if constexpr (!six) return value;
  const V top = V{} + 6.f;
  const V low = value < V{} ? V{} : value;
  return low > top ? top : low;
}

// A gradient as it comes through that: as it is, or 0 where the value before was not between 0 and 6. One comparison:
// of two joined, GCC makes one for each value.
template <bool six, class V>
INLINED V passed(const V& gradient, const V& before) {
  if constexpr (!six) return gradient;
  return before * (6.f - before) > V{} ? gradient : V{};
}

// body(first row, end row) of a few rows at a time: factors of a channel stay in registers, rows in the nearest cache.
template <class Body>
INLINED void overFewRows(int64_t rows, const Body& body) {
  for (int64_t r = 0; r < rows; r += 8) body(r, r + 8 < rows ? r + 8 : rows);
}

// out = activated(x * scale + shift + other), with `other` or without.
template <int N, bool six, bool adds, class T>
INLINED void normRows(const T* x, int64_t rows, int64_t channels, const float* scale, const float* shift, const T* other,
                      T* out) {
  overFewRows(rows, [&](int64_t from, int64_t to) INLINED_BODY {
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) k, c, w;
      load(scale + i, k), load(shift + i, c);
      for (int64_t r = from; r < to; r++) {
        const int64_t at = r * channels + i;
        load(x + at, v);
        v = v * k + c;
        if constexpr (adds) load(other + at, w), v = v + w;
        store(out + at, activated<six>(v));
      }
    });
  });
}

// Sums of dz, and of dz * (x - mean); dz = dy as it comes through the activation.
template <int N, bool six, class T>
INLINED void normSumRows(const T* dy, const T* x, int64_t rows, int64_t channels, const float* scale, const float* shift,
                         const float* mean, float* s, float* p) {
  overFewRows(rows, [&](int64_t from, int64_t to) INLINED_BODY {
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) dz, k, c, m, sum, product;
      load(scale + i, k), load(shift + i, c), load(mean + i, m), load(s + i, sum), load(p + i, product);
      for (int64_t r = from; r < to; r++) {
        const int64_t at = r * channels + i;
        load(dy + at, dz), load(x + at, v);
        dz = passed<six>(dz, v * k + c);
        sum = sum + dz;
        product = product + dz * (v - m);
      }
      store(s + i, sum), store(p + i, product);
    });
  });
}

// out = a * dz + b * x + c, with a, b, c a channel; may be written over dy.
template <int N, bool six, class T>
INLINED void normBackwardRows(const T* dy, const T* x, int64_t rows, int64_t channels, const float* scale,
                              const float* shift, const float* ka, const float* kb, const float* kc, T* out) {
  overFewRows(rows, [&](int64_t from, int64_t to) INLINED_BODY {
    overChannels<N>(channels, [&](int64_t i, auto v) INLINED_BODY {
      decltype(v) dz, k, c, factor, slope, constant;
      load(scale + i, k), load(shift + i, c);
      load(ka + i, factor), load(kb + i, slope), load(kc + i, constant);
      for (int64_t r = from; r < to; r++) {
        const int64_t at = r * channels + i;
        load(dy + at, dz), load(x + at, v);
        dz = passed<six>(dz, v * k + c);
        store(out + at, factor * dz + (slope * v + constant));
      }
    });
  });
}

}  // namespace
}  // namespace engine
