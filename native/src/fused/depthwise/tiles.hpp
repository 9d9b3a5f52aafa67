// The loops of kernel_depthwise.cpp over some rows of an image and N channels, as many as a vector holds (lanes.hpp). They lie in
// scratch memory as float32 [rows, columns, N], with zeros left and right of the image.
#pragma once
#include "../row_kernels.hpp"

namespace engine {
namespace {

template <int N>
using Wide = typename Lanes<N>::Floats;

// The last channels, fewer than N: rare, and therefore no part of the loops.
template <class T>
__attribute__((noinline)) void copySome(const T* from, int64_t lanes, T* to) {
  for (int64_t i = 0; i < lanes; i++) to[i] = from[i];
}

template <class T, class V>
INLINED void loadSome(const T* from, int64_t lanes, V& value) {
  constexpr int64_t N = sizeof(V) / sizeof(float);
  if (__builtin_expect(lanes == N, 1)) return load(from, value);
  T some[N] = {};
  copySome(from, lanes, some);
  load(some, value);
}

template <class T, class V>
INLINED void storeSome(T* to, int64_t lanes, const V& value) {
  constexpr int64_t N = sizeof(V) / sizeof(float);
  if (__builtin_expect(lanes == N, 1)) return store(to, value);
  T some[N];
  store(some, value);
  copySome(some, lanes, to);
}

// As memory of the type holds it.
template <class V>
INLINED V asStored(float, const V& value) {
  return value;
}
template <class V>
INLINED V asStored(Bfloat16, const V& value) {
  Bfloat16 half[sizeof(V) / sizeof(float)];
  store(half, value);
  V back;
  load(half, back);
  return back;
}

// Rows of an image, some channels of it: what lies between two pixels, and how many channels there are.
struct Span {
  int64_t from, to, width, channels, lanes;
};

// relu6(x * scale + shift), or x itself where `scale` is null.
template <int N, class T>
INLINED void loadActive(const T* x, const Span& span, const float* scale, const float* shift, float* scratch,
                        int64_t columns, int64_t left) {
  Wide<N> k{}, c{};
  if (scale) load(scale, k), load(shift, c);
  for (int64_t y = span.from; y < span.to; y++) {
    const T* a = x + y * span.width * span.channels;
    float* to = scratch + ((y - span.from) * columns + left) * N;
    for (int64_t i = 0; i < span.width; i++) {
      Wide<N> v;
      loadSome(a + i * span.channels, span.lanes, v);
      store(to + i * N, scale ? activated<true>(v * k + c) : v);
    }
  }
}

// a * dz + b * raw + c, with dz = dy where raw * scale + shift is in (0, 6); `factors`: scale, shift, a, b, c.
template <int N, class T>
INLINED void loadReturned(const T* dy, const T* raw, const Span& span, const float* const* factors, float* scratch,
                          int64_t columns, int64_t left) {
  Wide<N> k, shift, a, b, c;
  load(factors[0], k), load(factors[1], shift), load(factors[2], a), load(factors[3], b), load(factors[4], c);
  for (int64_t y = span.from; y < span.to; y++) {
    const int64_t at = y * span.width * span.channels;
    float* to = scratch + ((y - span.from) * columns + left) * N;
    for (int64_t i = 0; i < span.width; i++) {
      Wide<N> dz, v;
      loadSome(dy + at + i * span.channels, span.lanes, dz);
      loadSome(raw + at + i * span.channels, span.lanes, v);
      dz = passed<true>(dz, v * k + shift);
      store(to + i * N, a * dz + (b * v + c));
    }
  }
}

// Rows of scratch memory, and the M taps that each meets.
struct Meeting {
  const float* rows[5];
  const float* taps[5];
  int count = 0;
  void add(const float* row, const float* tap) {
    rows[count] = row;
    taps[count++] = tap;
  }
};

// emit(column, sum) for U columns from x on: the sum over rows and taps of row[x * S + tap] * taps[tap].
template <int N, int M, int S, int U, class Emit>
INLINED void someColumns(const Meeting& meeting, int64_t x, const Emit& emit) {
  Wide<N> sums[U] = {};
  for (int r = 0; r < meeting.count; r++) {
    const float* in = meeting.rows[r] + x * S * N;
    Wide<N> taps[M];
#pragma GCC unroll 8
    for (int m = 0; m < M; m++) load(meeting.taps[r] + m * N, taps[m]);
#pragma GCC unroll 16
    for (int c = 0; c < (U - 1) * S + M; c++) {
      Wide<N> v;
      load(in + c * N, v);
#pragma GCC unroll 8
      for (int u = 0; u < U; u++)
        if (c - u * S >= 0 && c - u * S < M) sums[u] = sums[u] + v * taps[c - u * S];
    }
  }
#pragma GCC unroll 8
  for (int u = 0; u < U; u++) emit(x + u, sums[u]);
}

template <int N, int M, int S, class Emit>
INLINED void overColumns(const Meeting& meeting, int64_t count, const Emit& emit) {
  int64_t x = 0;
  for (; x + 4 <= count; x += 4) someColumns<N, M, S, 4>(meeting, x, emit);
  if (count - x == 3) someColumns<N, M, S, 3>(meeting, x, emit);
  if (count - x == 2) someColumns<N, M, S, 2>(meeting, x, emit);
  if (count - x == 1) someColumns<N, M, S, 1>(meeting, x, emit);
}

template <class T>
struct ForwardTile {
  const float* active;  // the image's rows from `first` to `end`, `columns` each, half a kernel of them on the left
  int64_t first, end, columns;
  const float* taps;  // [K, K, N]
  Span out;
  T* raw;  // null: not stored
  T* y;    // null: not stored
  const float *scale, *shift;
};

template <int N, int K, int S, class T>
INLINED void forwardTile(const ForwardTile<T>& t) {
  Wide<N> k{}, c{};
  if (t.y) load(t.scale, k), load(t.shift, c);
  for (int64_t oy = t.out.from; oy < t.out.to; oy++) {
    Meeting meeting;
    for (int ky = 0; ky < K; ky++) {
      const int64_t y = oy * S + ky - K / 2;
      if (y >= t.first && y < t.end)
        meeting.add(t.active + (y - t.first) * t.columns * N, t.taps + ky * K * N);
    }
    const int64_t row = oy * t.out.width;
    overColumns<N, K, S>(meeting, t.out.width, [&](int64_t x, const Wide<N>& sum) INLINED_BODY {
      const int64_t at = (row + x) * t.out.channels;
      Wide<N> v = sum;
      if (t.raw) {
        v = asStored(T{}, sum);
        storeSome(t.raw + at, t.out.lanes, v);
      }
      if (t.y) storeSome(t.y + at, t.out.lanes, activated<true>(v * k + c));
    });
  }
}

template <class T>
struct BackwardTile {
  const float* returned;  // the result's rows from `first` to `end`, `columns` each, half a kernel of them on the left
  int64_t first, end, columns;
  const float* active;  // the input's rows of `in`, half a kernel of columns on the left
  int64_t activeColumns;
  const float* taps;  // [K, K, N], in the order that columns of `returned` meet them
  Span in;
  const T* x;
  T* dx;
  const float *mean, *factor;           // null without a norm before
  float *weight, *gradient, *product;  // sums: [K, K, N], [N], [N]
};

// The taps of a kernel's row that columns of one parity meet, for stride 2: `Q` and every second behind it.
template <int K, int Q>
constexpr int kTaps = (K - Q + 1) / 2;

template <int N, int K, int S, class T>
INLINED void inputGradientTile(const BackwardTile<T>& t) {
  constexpr int P = K / 2;
  const bool normed = t.mean != nullptr;
  Wide<N> mean{}, factor{}, gradient{}, product{};
  if (normed) load(t.mean, mean), load(t.factor, factor);
  for (int64_t y = t.in.from; y < t.in.to; y++) {
    const int64_t row = y * t.in.width;
    const float* active = t.active + ((y - t.in.from) * t.activeColumns + P) * N;
    const auto emit = [&](int64_t x, const Wide<N>& sum) INLINED_BODY {
      const int64_t at = (row + x) * t.in.channels;
      if (!normed) return storeSome(t.dx + at, t.in.lanes, sum);
      Wide<N> v, a;
      load(active + x * N, a);
      loadSome(t.x + at, t.in.lanes, v);
      const Wide<N> dz = passed<true>(sum, a);
      gradient = gradient + dz;
      product = product + dz * (v - mean);
      storeSome(t.dx + at, t.in.lanes, factor * dz);
    };
    // Rows of the result that this one has met; `skip` columns of zeros are left out, `tap` is the first.
    const auto meet = [&](int64_t skip, int tap) INLINED_BODY {
      Meeting meeting;
      for (int ky = 0; ky < K; ky++) {
        const int64_t up = y + P - ky;
        if (up % S != 0 || up / S < t.first || up / S >= t.end) continue;
        meeting.add(t.returned + ((up / S - t.first) * t.columns + skip) * N, t.taps + (ky * K + tap) * N);
      }
      return meeting;
    };
    if constexpr (S == 1) {
      overColumns<N, K, 1>(meet(0, 0), t.in.width, emit);
    } else {
      // Column x = 2 j + q - P meets the taps q, q + 2, ...: columns j, j - 1, ... of the result.
      const auto parity = [&](auto q, auto taps) INLINED_BODY {
        constexpr int Q = decltype(q)::value, M = decltype(taps)::value;
        const int64_t from = (P - Q + 1) / 2, to = (t.in.width - 1 + P - Q) / 2;
        const auto every = [&](int64_t j, const Wide<N>& sum) INLINED_BODY { emit(2 * (from + j) + Q - P, sum); };
        overColumns<N, M, 1>(meet(P + from - (M - 1), Q == 0 ? 0 : kTaps<K, 0>), to - from + 1, every);
      };
      parity(std::integral_constant<int, 0>{}, std::integral_constant<int, kTaps<K, 0>>{});
      parity(std::integral_constant<int, 1>{}, std::integral_constant<int, kTaps<K, 1>>{});
    }
  }
  if (!normed) return;
  Wide<N> before;
  load(t.gradient, before), store(t.gradient, before + gradient);
  load(t.product, before), store(t.product, before + product);
}

// sums[tap] += g[x] * a[x * S + tap] for U columns.
template <int N, int K, int S, int U, int Z>
INLINED void dotColumns(const float* g, const float* a, Wide<N> (&sums)[Z][K]) {
  Wide<N> sent[U];
#pragma GCC unroll 8
  for (int u = 0; u < U; u++) load(g + u * N, sent[u]);
#pragma GCC unroll 16
  for (int c = 0; c < (U - 1) * S + K; c++) {
    Wide<N> v;
    load(a + c * N, v);
#pragma GCC unroll 8
    for (int u = 0; u < U; u++)
      if (c - u * S >= 0 && c - u * S < K) sums[u % Z][c - u * S] = sums[u % Z][c - u * S] + sent[u] * v;
  }
}

template <int N, int K, int S, class T>
INLINED void weightGradientTile(const BackwardTile<T>& t) {
  constexpr int P = K / 2;
  // Sums that depend on themselves wait for each other: three taps are too few.
  constexpr int Z = K == 3 ? 2 : 1;
  const int64_t width = (t.in.width - 1) / S + 1;
  for (int ky = 0; ky < K; ky++) {
    Wide<N> sums[Z][K] = {};
    for (int64_t oy = t.first; oy < t.end; oy++) {
      const int64_t y = oy * S + ky - P;
      if (y < t.in.from || y >= t.in.to) continue;
      const float* g = t.returned + ((oy - t.first) * t.columns + P) * N;
      const float* a = t.active + (y - t.in.from) * t.activeColumns * N;
      int64_t x = 0;
      for (; x + 4 <= width; x += 4) dotColumns<N, K, S, 4>(g + x * N, a + x * S * N, sums);
      for (; x < width; x++) dotColumns<N, K, S, 1>(g + x * N, a + x * S * N, sums);
    }
#pragma GCC unroll 8
    for (int kx = 0; kx < K; kx++) {
      float* to = t.weight + (ky * K + kx) * N;
      Wide<N> before;
      load(to, before);
      for (int z = 0; z < Z; z++) before = before + sums[z][kx];
      store(to, before);
    }
  }
}

}  // namespace
}  // namespace engine
