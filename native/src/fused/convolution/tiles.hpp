// What both ways through Winograd's tiles share.
#pragma once
#include "passes.hpp"
#include "winograd.hpp"

namespace engine {

// Tiles that are padded at a time, or whose gradients are summed up before the sums go back to memory: as many as fill
// the second-level cache, but enough for weights that lie further away.
constexpr int64_t kTiles = 24, kTileFloats = 2 << 10;

// A pass whose places are tiles of 2x2 results.
inline Pass tilesOf(int64_t images, const Map& from, const Map& to, int64_t padding) {
  return {images, from, to, upTo(to.height, 2), upTo(to.width, 2), 2, 2, -padding, 4, {Phase{0, 0, 0, 0, 4, 4, {}}}};
}

inline Chunks chunksOf(const Pass& pass) {
  const int64_t tiles = std::max(kTiles, kTileFloats / pass.from.channels);
  return Chunks(pass, std::max<int64_t>(1, tiles / pass.wide), tiles);
}

// Tiles of a padded image, [products, tiles, channels].
template <int N>
INLINED void seeTiles(const Padded& padded, const int64_t* here, int64_t tiles, int64_t channels, float* to) {
  const int64_t product = tiles * channels;
  for (int64_t t = 0; t < tiles; t++)
    overChannels<N>(channels, [&](int64_t c, auto zero) INLINED_BODY {
      using V = decltype(zero);
      const float* from = padded.data() + here[t] + c;
      V d[4][4];
#pragma GCC unroll 16
      for (int i = 0; i < 4; i++)
#pragma GCC unroll 16
        for (int j = 0; j < 4; j++) load(from + i * padded.line() + j * channels, d[i][j]);
      seenThrough(d);
      float* into = to + t * channels + c;
#pragma GCC unroll 16
      for (int k = 0; k < kProducts; k++) store(into + k * product, d[k / 4][k % 4]);
    });
}

// Where the results of a tile lie, and how many rows and columns of them there are.
struct Tile {
  int64_t at, rows, columns;
  bool whole() const { return rows == 2 && columns == 2; }
};

inline std::vector<Tile> tilesIn(const Pass& pass, const Chunk& chunk) {
  std::vector<Tile> all;
  const Map& to = pass.to;
  for (int64_t n = chunk.image; n < chunk.image + chunk.images; n++)
    for (int64_t a = chunk.row; a < chunk.row + chunk.rows; a++)
      for (int64_t b = 0; b < pass.wide; b++)
        all.push_back({((n * to.height + 2 * a) * to.width + 2 * b) * to.channels,
                       std::min<int64_t>(2, to.height - 2 * a), std::min<int64_t>(2, to.width - 2 * b)});
  return all;
}

}  // namespace engine
