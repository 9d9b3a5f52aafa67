// Weights' gradients as sums over images: shared among threads by parts of the images and groups of outputs.
#pragma once
#include <ATen/Parallel.h>

#include "passes.hpp"

namespace engine {

// Into how many parts a batch is cut for sums of weights, which are added up at the end: tasks for eight threads, or a
// few more where sums are small. By shape alone.
inline int64_t partsOf(int64_t chunks, int64_t groups, int64_t sums) {
  return std::min(chunks, std::max<int64_t>(1, (sums <= (32 << 10) ? 16 : 8) / groups));
}

// Memory for sums, kept from call to call.
inline float* sumsOf(int64_t count) {
  static thread_local std::vector<float> kept;
  if (kept.size() < static_cast<size_t>(count)) kept.resize(count);
  return kept.data();
}

// [parts, blocks, size]: each part of the images has its own sums of every block of outputs.
struct PartSums {
  PartSums(const Chunks& chunks, int64_t blocks, int64_t inGroup, int64_t size)
      : blocks(blocks), inGroup(inGroup), groups(upTo(blocks, inGroup)), size(size),
        parts(partsOf(chunks.count(), groups, blocks * size)), values(sumsOf(parts * blocks * size)) {}

  const int64_t blocks, inGroup, groups, size, parts;
  float* const values;

  float* of(int64_t part, int64_t block) const { return values + (part * blocks + block) * size; }

  // Fills all sums. `newWork()` makes what one thread has of its own: a function that adds what a chunk brings to the
  // blocks from `first` to `end`; theirs lie one after the other from `into` on.
  template <typename NewWork>
  void fill(const Chunks& chunks, const NewWork& newWork) const {
    at::parallel_for(0, parts * groups, 1, [&](int64_t begin, int64_t last) {
      auto work = newWork();
      for (int64_t task = begin; task < last; task++) {
        const int64_t part = task / groups, first = task % groups * inGroup, end = std::min(blocks, first + inGroup);
        std::fill(of(part, first), of(part, end), 0.f);
        for (int64_t i = part * chunks.count() / parts; i < (part + 1) * chunks.count() / parts; i++)
          work(chunks.at(i), first, end, of(part, first));
      }
    });
  }
};

}  // namespace engine
