#include "parts.hpp"
#include "sums.hpp"
#include "tiles.hpp"

namespace engine {
namespace {

// Outputs that are done for tiles once those have been seen through.
constexpr int64_t kGroup = 128;

// Gradients of one block of outputs through A, [products, tiles, 2 N]; zeros outside of the image and of the block.
template <int N>
INLINED void seeGradients(const float* dy, const std::vector<Tile>& tiles, int64_t lanes, const Map& map, float* to) {
  using V = typename Lanes<N>::Floats;
  const int64_t product = tiles.size() * 2 * N;
  for (size_t t = 0; t < tiles.size(); t++)
    for (int64_t half = 0; half < 2 * N; half += N) {
      V y[2][2], d[4][4];
      const float* const from = dy + tiles[t].at + half;
      if (tiles[t].whole() && half + N <= lanes) {
        load(from, y[0][0]);
        load(from + map.channels, y[0][1]);
        load(from + map.width * map.channels, y[1][0]);
        load(from + (map.width + 1) * map.channels, y[1][1]);
      } else {
        float part[4][N] = {};
        for (int64_t i = 0; i < tiles[t].rows; i++)
          for (int64_t j = 0; j < tiles[t].columns; j++)
            std::copy_n(from + (i * map.width + j) * map.channels, std::clamp<int64_t>(lanes - half, 0, N),
                        part[2 * i + j]);
        load(part[0], y[0][0]), load(part[1], y[0][1]), load(part[2], y[1][0]), load(part[3], y[1][1]);
      }
      gradientsThrough(y, d);
#pragma GCC unroll 16
      for (int k = 0; k < kProducts; k++) store(to + k * product + t * 2 * N + half, d[k / 4][k % 4]);
    }
}

// The sums of all parts, of a block [products, inputs, 2 N], as weights.
template <int N>
void writeWeights(const PartSums& sums, int64_t outputs, int64_t inputs, float* dw) {
  using V = typename Lanes<N>::Floats;
  constexpr int64_t width = 2 * N;
  at::parallel_for(0, sums.blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++) {
      const int64_t lanes = std::min(width, outputs - b * width);
      Compiled<N>::run([&]() INLINED_BODY {
        for (int64_t i = 0; i < inputs; i++)
          for (int64_t half = 0; half < lanes; half += N) {
            V u[4][4] = {}, g[3][3];
            for (int64_t part = 0; part < sums.parts; part++)
#pragma GCC unroll 16
              for (int k = 0; k < kProducts; k++) {
                V value;
                load(sums.of(part, b) + (k * inputs + i) * width + half, value);
                u[k / 4][k % 4] += value;
              }
            weightGradient(u, g);
            float taps[9][N];
#pragma GCC unroll 16
            for (int t = 0; t < 9; t++) store(taps[t], g[t / 3][t % 3]);
            for (int64_t lane = 0; lane < std::min<int64_t>(N, lanes - half); lane++)
#pragma GCC unroll 16
              for (int t = 0; t < 9; t++) dw[((b * width + half + lane) * inputs + i) * 9 + t] = taps[t][lane];
          }
      });
    }
  });
}

template <int N>
void weightSums(const ConvolutionShape& s, const float* dy, const float* x, float* dw) {
  constexpr int64_t width = 2 * N;
  const Pass pass =
      tilesOf(s.images, {s.height, s.width, s.inputs}, {s.outHeight(), s.outWidth(), s.outputs}, s.padding);
  const Chunks chunks = chunksOf(pass);
  const PartSums sums(chunks, upTo(s.outputs, width), kGroup / width, kProducts * s.inputs * width);
  sums.fill(chunks, [&] {
    return [&, padded = Padded(pass, chunks), here = std::vector<int64_t>(), there = std::vector<int64_t>(),
            rows = std::vector<int64_t>(), seen = std::vector<float>(), gradients = std::vector<float>()](
               const Chunk& chunk, int64_t first, int64_t end, float* into) mutable {
      padded.fill(chunk, x);
      padded.places(chunk, pass.phases[0], here, there);
      const std::vector<Tile> tiles = tilesIn(pass, chunk);
      const int64_t count = tiles.size();
      seen.resize(kProducts * count * s.inputs);
      gradients.resize(kProducts * count * width);
      rows.resize(count);
      for (int64_t t = 0; t < count; t++) rows[t] = t * s.inputs;
      Compiled<N>::run([&]() INLINED_BODY { seeTiles<N>(padded, here.data(), count, s.inputs, seen.data()); });
      for (int64_t b = first; b < end; b++, into += sums.size)
        Compiled<N>::run([&]() INLINED_BODY {
          seeGradients<N>(dy + b * width, tiles, std::min(width, s.outputs - b * width), pass.to, gradients.data());
          for (int64_t k = 0; k < kProducts; k++)
            sumAllWeights<N>(s.inputs, &seen[k * count * s.inputs], rows.data(), &gradients[k * count * width], count,
                             into + k * s.inputs * width);
        });
    };
  });
  writeWeights<N>(sums, s.outputs, s.inputs, dw);
}

}  // namespace

bool weightsInTiles(const ConvolutionShape& s) { return inTiles(s) && s.inputs >= 64; }

void convolveTilesWeights(const ConvolutionShape& s, const float* dy, const float* x, float* dw) {
  byWidth([&](auto width) { weightSums<decltype(width)::value>(s, dy, x, dw); });
}

}  // namespace engine
