// The innermost loops: sums in registers, three quarters of all that there are.
#pragma once
#include <algorithm>

#include "../lanes.hpp"

namespace engine {

// Places (or weights) whose sums are kept in registers, two vectors of outputs each: twelve of sixteen registers, or
// twenty-four of the thirty-two that AVX-512 has.
template <int N>
constexpr int kTogether = N == 16 ? 12 : 6;

// body(from, std::integral_constant): `count` things in groups as large as registers allow.
template <int N, class Body>
INLINED void together(int64_t count, const Body& body) {
  int64_t i = 0;
  for (; i + kTogether<N> <= count; i += kTogether<N>) body(i, std::integral_constant<int, kTogether<N>>{});
  if constexpr (kTogether<N> > 6)
    if (i + 6 <= count) body(i, std::integral_constant<int, 6>{}), i += 6;
  if (i + 4 <= count) body(i, std::integral_constant<int, 4>{}), i += 4;
  if (i + 2 <= count) body(i, std::integral_constant<int, 2>{}), i += 2;
  if (i < count) body(i, std::integral_constant<int, 1>{});
}

// What places see: `rows` stretches of `length` values, `line` apart.
struct Seen {
  int64_t rows, length, line;
};

// P places by two vectors of outputs. `taps`: [rows, length, 2 N]; `bias`: [2 N]; place p sees `source` from here[p]
// on, and its sums go to to[p].
template <int N, int P>
INLINED void sumPlaces(const float* source, const int64_t* here, const Seen& seen, const float* taps, const float* bias,
                       float* const* to) {
  using V = typename Lanes<N>::Floats;
  V sums[P][2];
#pragma GCC unroll 16
  for (int c = 0; c < 2; c++) {
    V start;
    load(bias + c * N, start);
#pragma GCC unroll 16
    for (int p = 0; p < P; p++) sums[p][c] = start;
  }
  const float* from[P];
#pragma GCC unroll 16
  for (int p = 0; p < P; p++) from[p] = source + here[p];
  for (int64_t row = 0; row < seen.rows; row++) {
    for (int64_t i = 0; i < seen.length; i++, taps += 2 * N) {
      V first, second;
      load(taps, first);
      load(taps + N, second);
#pragma GCC unroll 16
      for (int p = 0; p < P; p++) {
        const V value = from[p][i] - V{};
        sums[p][0] += value * first;
        sums[p][1] += value * second;
      }
    }
#pragma GCC unroll 16
    for (int p = 0; p < P; p++) from[p] += seen.line;
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; p++)
#pragma GCC unroll 16
    for (int c = 0; c < 2; c++) store(to[p] + c * N, sums[p][c]);
}

// K weights by two vectors of outputs: sums += what `places` see times `gradient`, [places, 2 N]. `into`: [K, 2 N].
template <int N, int K>
INLINED void sumWeights(const float* seen, const int64_t* here, const float* gradient, int64_t places, float* into) {
  using V = typename Lanes<N>::Floats;
  V sums[K][2];
#pragma GCC unroll 16
  for (int k = 0; k < K; k++)
#pragma GCC unroll 16
    for (int c = 0; c < 2; c++) load(into + (2 * k + c) * N, sums[k][c]);
  for (int64_t p = 0; p < places; p++, gradient += 2 * N) {
    V first, second;
    load(gradient, first);
    load(gradient + N, second);
    const float* from = seen + here[p];
#pragma GCC unroll 16
    for (int k = 0; k < K; k++) {
      const V value = from[k] - V{};
      sums[k][0] += value * first;
      sums[k][1] += value * second;
    }
  }
#pragma GCC unroll 16
  for (int k = 0; k < K; k++)
#pragma GCC unroll 16
    for (int c = 0; c < 2; c++) store(into + (2 * k + c) * N, sums[k][c]);
}

// The same for any number of weights.
template <int N>
INLINED void sumAllWeights(int64_t weights, const float* seen, const int64_t* here, const float* gradient,
                           int64_t places, float* into) {
  together<N>(weights, [&](int64_t k, auto count) INLINED_BODY {
    sumWeights<N, decltype(count)::value>(seen + k, here, gradient, places, into + k * 2 * N);
  });
}

}  // namespace engine
