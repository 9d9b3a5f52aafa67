#include <ATen/Parallel.h>

#include "passes.hpp"
#include "sums.hpp"

namespace engine {
namespace {

// Weights as [outputs, inputs, taps], either way round.
struct Weights {
  const float* data;
  int64_t output, input;  // from one to the next
  int64_t outputs, inputs;
};

// `at(row, column)`: the tap of the kernel there. [blocks, rows, columns, inputs, `block`], zeros up to whole blocks.
template <class At>
std::vector<float> packed(const Weights& w, int64_t rows, int64_t columns, int64_t block, const At& at) {
  const int64_t taps = rows * columns, size = taps * w.inputs * block;
  std::vector<float> all(upTo(w.outputs, block) * size);
  at::parallel_for(0, upTo(w.outputs, block), 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++) {
      const int64_t lanes = std::min(block, w.outputs - b * block);
      for (int64_t i = 0; i < w.inputs; i++)
        for (int64_t t = 0; t < taps; t++) {
          const float* from = w.data + b * block * w.output + i * w.input + at(t / columns, t % columns);
          float* to = &all[b * size + (t * w.inputs + i) * block];
          for (int64_t lane = 0; lane < lanes; lane++) to[lane] = from[lane * w.output];
        }
    }
  });
  return all;
}

// The taps that meet the rows (or columns) of one parity, from the last to the first, as their sources rise.
struct Meeting {
  int64_t first, source, count;  // tap, row of the source that it comes from, taps
};

Meeting meeting(const ConvolutionShape& s, int64_t parity) {
  const int64_t rest = (parity + s.padding) % s.stride;
  if (rest >= s.kernel) return {0, 0, 0};
  const int64_t first = rest + (s.kernel - 1 - rest) / s.stride * s.stride;
  return {first, (parity + s.padding - first) / s.stride, (first - rest) / s.stride + 1};
}

Pass backwards(const ConvolutionShape& s, const float* weight, int64_t block) {
  const int64_t area = s.kernel * s.kernel;
  const Weights w{weight, area, s.inputs * area, s.inputs, s.outputs};
  int64_t first = 0, last = 0;
  for (int64_t parity = 0; parity < s.stride; parity++) {
    const Meeting m = meeting(s, parity);
    if (m.count > 0) first = std::min(first, m.source), last = std::max(last, m.source + m.count - 1);
  }
  Pass pass{s.images,
            {s.outHeight(), s.outWidth(), s.outputs},
            {s.height, s.width, s.inputs},
            upTo(s.height, s.stride),
            upTo(s.width, s.stride),
            1,
            s.stride,
            first,
            last - first + 1,
            {}};
  for (int64_t row = 0; row < s.stride; row++)
    for (int64_t column = 0; column < s.stride; column++) {
      const Meeting down = meeting(s, row), along = meeting(s, column);
      const bool any = down.count > 0 && along.count > 0;
      Phase phase{row, column, any ? down.source - first : 0, any ? along.source - first : 0, any ? down.count : 0,
                  any ? along.count : 0, {}};
      phase.taps = packed(w, phase.rows, phase.columns, block, [&](int64_t y, int64_t x) {
        return (down.first - y * s.stride) * s.kernel + along.first - x * s.stride;
      });
      pass.phases.push_back(std::move(phase));
    }
  return pass;
}

// The results of one block of outputs, from `output` on, of which there are `lanes`.
struct Block {
  int64_t output, lanes;
  const float* taps;
  const float* bias;
};

template <int N, int P>
INLINED void placesOf(const Padded& padded, const int64_t* here, const int64_t* there, const Seen& seen,
                      const Block& block, float* result) {
  float* to[P];
  for (int p = 0; p < P; p++) to[p] = result + there[p] + block.output;
  if (block.lanes == 2 * N) return sumPlaces<N, P>(padded.data(), here, seen, block.taps, block.bias, to);
  float part[P][2 * N];
  float* into[P];
  for (int p = 0; p < P; p++) into[p] = part[p];
  sumPlaces<N, P>(padded.data(), here, seen, block.taps, block.bias, into);
  for (int p = 0; p < P; p++) std::copy_n(part[p], block.lanes, to[p]);
}

template <int N>
void run(const Pass& pass, const float* source, const float* bias, float* result) {
  const Chunks chunks(pass);
  const int64_t width = 2 * N, blocks = upTo(pass.to.channels, width);
  std::vector<float> biases(blocks * width);
  if (bias) std::copy_n(bias, pass.to.channels, biases.begin());
  at::parallel_for(0, chunks.count(), 1, [&](int64_t begin, int64_t end) {
    Padded padded(pass, chunks);
    std::vector<int64_t> here, there;
    for (int64_t i = begin; i < end; i++) {
      const Chunk chunk = chunks.at(i);
      padded.fill(chunk, source);
      for (const Phase& phase : pass.phases) {
        padded.places(chunk, phase, here, there);
        const Seen seen{phase.rows, phase.columns * pass.from.channels, padded.line()};
        const int64_t size = seen.rows * seen.length * width;
        for (int64_t b = 0; b < blocks; b++) {
          const Block block{b * width, std::min(width, pass.to.channels - b * width), phase.taps.data() + b * size,
                            &biases[b * width]};
          Compiled<N>::run([&]() INLINED_BODY {
            together<N>(here.size(), [&](int64_t p, auto count) INLINED_BODY {
              placesOf<N, decltype(count)::value>(padded, &here[p], &there[p], seen, block, result);
            });
          });
        }
      }
    }
  });
}

}  // namespace

Pass forwardPass(const ConvolutionShape& s) {
  return {s.images,
          {s.height, s.width, s.inputs},
          {s.outHeight(), s.outWidth(), s.outputs},
          s.outHeight(),
          s.outWidth(),
          s.stride,
          1,
          -s.padding,
          s.kernel,
          {Phase{0, 0, 0, 0, s.kernel, s.kernel, {}}}};
}

void convolve(const ConvolutionShape& shape, const float* x, const float* weight, const float* bias, float* y,
              bool tiles) {
  if (tiles && inTiles(shape)) return convolveTiles(shape, x, weight, bias, y);
  byWidth([&](auto width) {
    constexpr int N = decltype(width)::value;
    const int64_t area = shape.kernel * shape.kernel;
    const Weights w{weight, shape.inputs * area, area, shape.outputs, shape.inputs};
    Pass pass = forwardPass(shape);
    pass.phases[0].taps = packed(w, shape.kernel, shape.kernel, 2 * N,
                                 [&](int64_t row, int64_t column) { return row * shape.kernel + column; });
    run<N>(pass, x, bias, y);
  });
}

void convolveInput(const ConvolutionShape& shape, const float* dy, const float* weight, float* dx) {
  if (inTiles(shape)) return convolveTilesInput(shape, dy, weight, dx);
  byWidth([&](auto width) {
    constexpr int N = decltype(width)::value;
    run<N>(backwards(shape, weight, 2 * N), dy, nullptr, dx);
  });
}

}  // namespace engine
