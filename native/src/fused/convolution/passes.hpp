// A convolution, or the way back to its input, as a pass: every place of a grid sees the same stretches of a padded
// image.
#pragma once
#include <algorithm>
#include <vector>

#include "../lanes.hpp"
#include "convolution.hpp"

namespace engine {

// Floats of padded images that are worked on at a time: what the second-level cache holds beside weights.
constexpr int64_t kPadded = 40 << 10;

inline int64_t upTo(int64_t value, int64_t by) { return (value + by - 1) / by; }

struct Map {
  int64_t height, width, channels;
  int64_t size() const { return height * width * channels; }
};

// The taps that the places of one row and column parity see. Going forwards there is one.
struct Phase {
  int64_t row, column;     // of the result, before the steps between places
  int64_t top, left;       // of the taps, in the padded image
  int64_t rows, columns;   // of taps
  std::vector<float> taps; // [blocks of outputs, rows, columns, inputs, outputs of a block]
};

struct Pass {
  int64_t images;
  Map from, to;
  int64_t high, wide;  // places
  int64_t step;        // of the source, from place to place
  int64_t stride;      // of the result, from place to place
  int64_t first;       // row and column of the source that the first place sees first
  int64_t extent;      // rows and columns that a place sees
  std::vector<Phase> phases;

  int64_t paddedWidth() const { return (wide - 1) * step + extent; }
  int64_t paddedHeight(int64_t rows) const { return (rows - 1) * step + extent; }
};

// The pass forwards, without its taps.
Pass forwardPass(const ConvolutionShape& shape);

// Some rows of places of one image, or all of several images.
struct Chunk {
  int64_t image, images, row, rows;
};

// How a pass is cut: by shape alone.
class Chunks {
 public:
  explicit Chunks(const Pass& pass) : Chunks(pass, rowsThatFit(pass), placesThatFit(pass)) {}

  // `rows` of an image at most, or whole images of `places` together.
  Chunks(const Pass& pass, int64_t rows, int64_t places) : images_(pass.images), high_(pass.high) {
    rows_ = std::min(high_, rows);
    together_ = rows_ < high_ ? 1 : std::max<int64_t>(1, places / (high_ * pass.wide));
    parts_ = upTo(high_, rows_);
    count_ = upTo(images_, together_) * parts_;
  }
  int64_t count() const { return count_; }
  int64_t rows() const { return rows_; }
  int64_t together() const { return together_; }
  Chunk at(int64_t i) const {
    const int64_t image = i / parts_ * together_, row = i % parts_ * rows_;
    return {image, std::min(together_, images_ - image), row, std::min(rows_, high_ - row)};
  }

 private:
  static int64_t rowsThatFit(const Pass& pass) {
    const int64_t line = pass.paddedWidth() * pass.from.channels;
    return std::max<int64_t>(1, (kPadded / line - pass.extent) / pass.step + 1);
  }
  static int64_t placesThatFit(const Pass& pass) {
    const int64_t image = pass.paddedWidth() * pass.paddedHeight(pass.high) * pass.from.channels;
    return kPadded / image * pass.high * pass.wide;
  }

  int64_t images_, high_, rows_, together_, parts_, count_;
};

// The part of the source that a chunk sees, with zeros around.
class Padded {
 public:
  Padded(const Pass& pass, const Chunks& chunks)
      : pass_(pass),
        line_(pass.paddedWidth() * pass.from.channels),
        values_(chunks.together() * pass.paddedHeight(chunks.rows()) * line_) {}

  const float* data() const { return values_.data(); }
  int64_t line() const { return line_; }

  void fill(const Chunk& chunk, const float* source) {
    const Map& from = pass_.from;
    const int64_t high = pass_.paddedHeight(chunk.rows), top = chunk.row * pass_.step + pass_.first;
    const int64_t left = std::max<int64_t>(0, -pass_.first), skipped = std::max<int64_t>(0, pass_.first);
    const int64_t columns = std::max<int64_t>(0, std::min(from.width - skipped, pass_.paddedWidth() - left));
    float* to = values_.data();
    for (int64_t n = chunk.image; n < chunk.image + chunk.images; n++)
      for (int64_t i = 0; i < high; i++, to += line_) {
        const int64_t row = top + i;
        if (row < 0 || row >= from.height) {
          std::fill(to, to + line_, 0.f);
          continue;
        }
        const float* line = source + ((n * from.height + row) * from.width + skipped) * from.channels;
        float* const start = std::fill_n(to, left * from.channels, 0.f);
        std::fill(std::copy_n(line, columns * from.channels, start), to + line_, 0.f);
      }
  }

  // Where every place of the chunk begins here, and where its result lies in the whole result.
  void places(const Chunk& chunk, const Phase& phase, std::vector<int64_t>& here, std::vector<int64_t>& there) const {
    const Map& to = pass_.to;
    const int64_t image = pass_.paddedHeight(chunk.rows) * line_;
    here.clear();
    there.clear();
    for (int64_t n = 0; n < chunk.images; n++)
      for (int64_t a = 0; a < chunk.rows; a++) {
        const int64_t row = (chunk.row + a) * pass_.stride + phase.row;
        if (row >= to.height) continue;
        const int64_t from = n * image + (a * pass_.step + phase.top) * line_ + phase.left * pass_.from.channels;
        const int64_t into = (((chunk.image + n) * to.height + row) * to.width + phase.column) * to.channels;
        for (int64_t b = 0; b * pass_.stride + phase.column < to.width; b++) {
          here.push_back(from + b * pass_.step * pass_.from.channels);
          there.push_back(into + b * pass_.stride * to.channels);
        }
      }
  }

 private:
  const Pass& pass_;
  int64_t line_;
  std::vector<float> values_;
};

}  // namespace engine
