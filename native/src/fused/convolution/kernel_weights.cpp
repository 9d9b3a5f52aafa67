#include "parts.hpp"
#include "sums.hpp"

namespace engine {
namespace {

// Places that are summed up before the sums go back to memory: what the nearest cache holds of what they see.
constexpr int64_t kSummed = 96;
// Outputs that are done for an image once it is padded.
constexpr int64_t kGroup = 64;

// The gradient of a block of outputs, densely.
template <int N>
INLINED void gather(const float* dy, const std::vector<int64_t>& there, int64_t output, int64_t lanes, float* to) {
  for (size_t p = 0; p < there.size(); p++, to += 2 * N) {
    const float* from = dy + there[p] + output;
    if (lanes == 2 * N) {
      typename Lanes<N>::Floats first, second;
      load(from, first);
      load(from + N, second);
      store(to, first);
      store(to + N, second);
    } else {
      std::fill(std::copy_n(from, lanes, to), to + 2 * N, 0.f);
    }
  }
}

// `sums`: [rows, columns, inputs, 2 N] of one block.
template <int N>
INLINED void sumChunk(const Padded& padded, const std::vector<int64_t>& here, const float* gradient, int64_t rows,
                      int64_t length, float* sums) {
  const int64_t count = here.size();
  for (int64_t p = 0; p < count; p += kSummed) {
    const int64_t places = std::min(kSummed, count - p);
    const float* by = gradient + p * 2 * N;
    for (int64_t row = 0; row < rows; row++)
      sumAllWeights<N>(length, padded.data() + row * padded.line(), &here[p], by, places, sums + row * length * 2 * N);
  }
}

template <int N>
void weightSums(const ConvolutionShape& s, const float* dy, const float* x, float* dw) {
  const Pass pass = forwardPass(s);
  const Chunks chunks(pass);
  const int64_t width = 2 * N, length = s.kernel * s.inputs;
  const PartSums sums(chunks, upTo(s.outputs, width), kGroup / width, s.kernel * length * width);
  sums.fill(chunks, [&] {
    return [&, padded = Padded(pass, chunks), here = std::vector<int64_t>(), there = std::vector<int64_t>(),
            gradient = std::vector<float>()](const Chunk& chunk, int64_t first, int64_t end, float* into) mutable {
      padded.fill(chunk, x);
      padded.places(chunk, pass.phases[0], here, there);
      gradient.resize(here.size() * width);
      for (int64_t b = first; b < end; b++, into += sums.size)
        Compiled<N>::run([&]() INLINED_BODY {
          gather<N>(dy, there, b * width, std::min(width, s.outputs - b * width), gradient.data());
          sumChunk<N>(padded, here, gradient.data(), s.kernel, length, into);
        });
    };
  });
  // [outputs, inputs, kernel, kernel]
  const int64_t area = s.kernel * s.kernel;
  at::parallel_for(0, sums.blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++) {
      float* const first = sums.of(0, b);
      for (int64_t part = 1; part < sums.parts; part++)
        for (int64_t i = 0; i < sums.size; i++) first[i] += sums.of(part, b)[i];
      for (int64_t lane = 0; lane < std::min(width, s.outputs - b * width); lane++)
        for (int64_t i = 0; i < s.inputs; i++)
          for (int64_t tap = 0; tap < area; tap++)
            dw[((b * width + lane) * s.inputs + i) * area + tap] = first[(tap * s.inputs + i) * width + lane];
    }
  });
}

}  // namespace

void convolveWeights(const ConvolutionShape& shape, const float* dy, const float* x, float* dw) {
  if (weightsInTiles(shape)) return convolveTilesWeights(shape, dy, x, dw);
  byWidth([&](auto width) { weightSums<decltype(width)::value>(shape, dy, x, dw); });
}

}  // namespace engine
