#include <ATen/Parallel.h>

#include "sums.hpp"
#include "tiles.hpp"

namespace engine {
namespace {

// Tiles that are multiplied at a time: the nearest cache holds what becomes of them.
constexpr int64_t kAtOnce = 12;

// 3x3 weights as [outputs, inputs, taps]: `output` and `input` from one to the next; `turned`: by half a turn.
struct Weights {
  const float* data;
  int64_t output, input;
  int64_t outputs, inputs;
  bool turned;
};

// [blocks, products, inputs, 2 N]
template <int N>
std::vector<float> through(const Weights& w) {
  using V = typename Lanes<N>::Floats;
  constexpr int64_t width = 2 * N;
  const int64_t blocks = upTo(w.outputs, width), size = kProducts * w.inputs * width;
  std::vector<float> all(blocks * size);
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++) {
      const int64_t lanes = std::min(width, w.outputs - b * width);
      Compiled<N>::run([&]() INLINED_BODY {
        float taps[9][width] = {};
        for (int64_t i = 0; i < w.inputs; i++) {
          for (int64_t lane = 0; lane < lanes; lane++) {
            const float* from = w.data + (b * width + lane) * w.output + i * w.input;
#pragma GCC unroll 16
            for (int t = 0; t < 9; t++) taps[t][lane] = from[w.turned ? 8 - t : t];
          }
          for (int64_t half = 0; half < width; half += N) {
            V g[3][3], u[4][4];
#pragma GCC unroll 16
            for (int t = 0; t < 9; t++) load(&taps[t][half], g[t / 3][t % 3]);
            weightsThrough(g, u);
#pragma GCC unroll 16
            for (int k = 0; k < kProducts; k++)
              store(&all[b * size + (k * w.inputs + i) * width + half], u[k / 4][k % 4]);
          }
        }
      });
    }
  });
  return all;
}

// One product of all tiles with a block of weights: [tiles, inputs] times [inputs, 2 N].
template <int N>
INLINED void multiply(const float* seen, const int64_t* rows, int64_t tiles, int64_t inputs, const float* weights,
                      const float* none, float* to) {
  const Seen each{1, inputs, 0};
  together<N>(tiles, [&](int64_t t, auto count) INLINED_BODY {
    constexpr int T = decltype(count)::value;
    float* into[T];
    for (int p = 0; p < T; p++) into[p] = to + (t + p) * 2 * N;
    sumPlaces<N, T>(seen, &rows[t], each, weights, none, into);
  });
}

// Products of one block of outputs as results, where they are within the image.
template <int N>
INLINED void write(const float* products, const Tile* tiles, int64_t count, const float* bias, int64_t lanes,
                   const Map& to, float* result) {
  using V = typename Lanes<N>::Floats;
  const int64_t product = count * 2 * N;
  for (int64_t t = 0; t < count; t++)
    for (int64_t half = 0; half < lanes; half += N) {
      V m[4][4], y[2][2], b;
#pragma GCC unroll 16
      for (int k = 0; k < kProducts; k++) load(products + k * product + t * 2 * N + half, m[k / 4][k % 4]);
      resultsOf(m, y);
      load(bias + half, b);
      float* const into = result + tiles[t].at + half;
      if (tiles[t].whole() && half + N <= lanes) {
        store(into, y[0][0] + b);
        store(into + to.channels, y[0][1] + b);
        store(into + to.width * to.channels, y[1][0] + b);
        store(into + (to.width + 1) * to.channels, y[1][1] + b);
        continue;
      }
      float part[4][N];
      store(part[0], y[0][0] + b), store(part[1], y[0][1] + b);
      store(part[2], y[1][0] + b), store(part[3], y[1][1] + b);
      for (int64_t i = 0; i < tiles[t].rows; i++)
        for (int64_t j = 0; j < tiles[t].columns; j++)
          std::copy_n(part[2 * i + j], std::min<int64_t>(N, lanes - half), into + (i * to.width + j) * to.channels);
    }
}

template <int N>
void run(const Pass& pass, const float* source, const Weights& w, const float* bias, float* result) {
  constexpr int64_t width = 2 * N;
  const Chunks chunks = chunksOf(pass);
  const int64_t inputs = w.inputs, blocks = upTo(w.outputs, width), size = kProducts * inputs * width;
  const std::vector<float> weights = through<N>(w), none(width);
  std::vector<float> biases(blocks * width);
  if (bias) std::copy_n(bias, w.outputs, biases.begin());
  at::parallel_for(0, chunks.count(), 1, [&](int64_t begin, int64_t end) {
    Padded padded(pass, chunks);
    std::vector<int64_t> here, there, rows(kAtOnce);
    std::vector<float> seen(kProducts * kAtOnce * inputs), products(kProducts * kAtOnce * width);
    for (int64_t t = 0; t < kAtOnce; t++) rows[t] = t * inputs;
    for (int64_t i = begin; i < end; i++) {
      const Chunk chunk = chunks.at(i);
      padded.fill(chunk, source);
      padded.places(chunk, pass.phases[0], here, there);
      const std::vector<Tile> tiles = tilesIn(pass, chunk);
      for (int64_t first = 0; first < static_cast<int64_t>(tiles.size()); first += kAtOnce) {
        const int64_t count = std::min<int64_t>(kAtOnce, tiles.size() - first);
        Compiled<N>::run([&]() INLINED_BODY { seeTiles<N>(padded, &here[first], count, inputs, seen.data()); });
        for (int64_t b = 0; b < blocks; b++)
          Compiled<N>::run([&]() INLINED_BODY {
            for (int64_t k = 0; k < kProducts; k++)
              multiply<N>(&seen[k * count * inputs], rows.data(), count, inputs,
                          &weights[b * size + k * inputs * width], none.data(), &products[k * count * width]);
            write<N>(products.data(), &tiles[first], count, &biases[b * width], std::min(width, w.outputs - b * width),
                     pass.to, result + b * width);
          });
      }
    }
  });
}

}  // namespace

bool inTiles(const ConvolutionShape& s) {
  return s.kernel == 3 && s.stride == 1 && s.padding <= 2 && s.inputs >= 16 && s.outputs >= 16 && s.outHeight() > 1 &&
         s.outWidth() > 1;
}

void convolveTiles(const ConvolutionShape& s, const float* x, const float* weight, const float* bias, float* y) {
  byWidth([&](auto width) {
    const Pass pass =
        tilesOf(s.images, {s.height, s.width, s.inputs}, {s.outHeight(), s.outWidth(), s.outputs}, s.padding);
    run<decltype(width)::value>(pass, x, {weight, s.inputs * 9, 9, s.outputs, s.inputs, false}, bias, y);
  });
}

void convolveTilesInput(const ConvolutionShape& s, const float* dy, const float* weight, float* dx) {
  byWidth([&](auto width) {
    const Pass pass =
        tilesOf(s.images, {s.outHeight(), s.outWidth(), s.outputs}, {s.height, s.width, s.inputs}, 2 - s.padding);
    run<decltype(width)::value>(pass, dy, {weight, 9, s.inputs * 9, s.inputs, s.outputs, true}, nullptr, dx);
  });
}

}  // namespace engine
