// Winograd's F(2x2, 3x3) over channels (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016,
// section 4): four results of a 3x3 kernel from 16 products instead of 36.
#pragma once
#include <vector>

#include "../lanes.hpp"

namespace engine {

// Products a tile of 2x2 results takes.
constexpr int64_t kProducts = 16;

// 4x4 values through B^T on both sides.
template <class V>
INLINED void seenThrough(V (&d)[4][4]) {
#pragma GCC unroll 16
  for (int j = 0; j < 4; j++) {
    const V a = d[0][j] - d[2][j], b = d[1][j] + d[2][j], c = d[2][j] - d[1][j], e = d[1][j] - d[3][j];
    d[0][j] = a, d[1][j] = b, d[2][j] = c, d[3][j] = e;
  }
#pragma GCC unroll 16
  for (int i = 0; i < 4; i++) {
    const V a = d[i][0] - d[i][2], b = d[i][1] + d[i][2], c = d[i][2] - d[i][1], e = d[i][1] - d[i][3];
    d[i][0] = a, d[i][1] = b, d[i][2] = c, d[i][3] = e;
  }
}

// 3x3 weights through G on both sides.
template <class V>
INLINED void weightsThrough(const V (&g)[3][3], V (&u)[4][4]) {
  V half[4][3];
#pragma GCC unroll 16
  for (int j = 0; j < 3; j++) {
    const V ends = (g[0][j] + g[2][j]) * 0.5f, middle = g[1][j] * 0.5f;
    half[0][j] = g[0][j], half[1][j] = ends + middle, half[2][j] = ends - middle, half[3][j] = g[2][j];
  }
#pragma GCC unroll 16
  for (int i = 0; i < 4; i++) {
    const V ends = (half[i][0] + half[i][2]) * 0.5f, middle = half[i][1] * 0.5f;
    u[i][0] = half[i][0], u[i][1] = ends + middle, u[i][2] = ends - middle, u[i][3] = half[i][2];
  }
}

// 4x4 sums of products through A^T on both sides: 2x2 results.
template <class V>
INLINED void resultsOf(const V (&m)[4][4], V (&y)[2][2]) {
  V half[2][4];
#pragma GCC unroll 16
  for (int j = 0; j < 4; j++) {
    half[0][j] = m[0][j] + m[1][j] + m[2][j];
    half[1][j] = m[1][j] - m[2][j] - m[3][j];
  }
#pragma GCC unroll 16
  for (int i = 0; i < 2; i++) {
    y[i][0] = half[i][0] + half[i][1] + half[i][2];
    y[i][1] = half[i][1] - half[i][2] - half[i][3];
  }
}

// The way back of `resultsOf`: 2x2 gradients through A on both sides.
template <class V>
INLINED void gradientsThrough(const V (&y)[2][2], V (&d)[4][4]) {
  V half[4][2];
#pragma GCC unroll 16
  for (int j = 0; j < 2; j++) {
    half[0][j] = y[0][j], half[1][j] = y[0][j] + y[1][j];
    half[2][j] = y[0][j] - y[1][j], half[3][j] = V{} - y[1][j];
  }
#pragma GCC unroll 16
  for (int i = 0; i < 4; i++) {
    d[i][0] = half[i][0], d[i][1] = half[i][0] + half[i][1];
    d[i][2] = half[i][0] - half[i][1], d[i][3] = V{} - half[i][1];
  }
}

// The way back of `weightsThrough`: 4x4 gradients through G^T on both sides.
template <class V>
INLINED void weightGradient(const V (&u)[4][4], V (&g)[3][3]) {
  V half[3][4];
#pragma GCC unroll 16
  for (int j = 0; j < 4; j++) {
    const V sum = (u[1][j] + u[2][j]) * 0.5f;
    half[0][j] = u[0][j] + sum, half[1][j] = (u[1][j] - u[2][j]) * 0.5f, half[2][j] = sum + u[3][j];
  }
#pragma GCC unroll 16
  for (int i = 0; i < 3; i++) {
    const V sum = (half[i][1] + half[i][2]) * 0.5f;
    g[i][0] = half[i][0] + sum, g[i][1] = (half[i][1] - half[i][2]) * 0.5f, g[i][2] = sum + half[i][3];
  }
}

}  // namespace engine
