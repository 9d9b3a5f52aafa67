// A batch of 8-bit images becomes the network's input in one pass over the data.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>

#include "../bind.hpp"
#include "../ops.hpp"
#include "staged.hpp"

namespace engine {
namespace {

// The same on another device: the bytes travel, a quarter of the values' size.
Tensor imagesElsewhere(const Bytes& data, const std::vector<int64_t>& shape, const std::vector<double>& scale,
                       const std::vector<double>& shift, const at::Device& device) {
  const Tensor bytes = staged(shape, at::kByte, device);
  std::memcpy(bytes.data_ptr(), data.data, bytes.nbytes());
  const Tensor constants = staged({2, shape[3], 1, 1}, at::kFloat, device);
  std::copy(shift.begin(), shift.end(), std::copy(scale.begin(), scale.end(), constants.data_ptr<float>()));
  const Tensor there = sent(constants, device);
  return sent(bytes, device).permute({0, 3, 1, 2}).to(at::kFloat).mul_(there[0]).add_(there[1]);
}

// [N,H,W,C] bytes lie in memory just as a channels-last [N,C,H,W] tensor does: only the values change,
// y = x * scale[c] + shift[c].
Tensor imageBatch(const Bytes& data, const std::vector<int64_t>& shape, const std::vector<double>& scale,
                  const std::vector<double>& shift, const std::string& device) {
  TORCH_CHECK(data.type == napi_uint8_array || data.type == napi_uint8_clamped_array, "expected a Uint8Array");
  TORCH_CHECK(shape.size() == 4, "expected a shape [N,H,W,C], got ", c10::IntArrayRef(shape));
  int64_t count = 1;
  for (int64_t side : shape) {
    TORCH_CHECK(side >= 1 && side <= (1 << 24), "expected sizes of at least 1, got ", c10::IntArrayRef(shape));
    TORCH_CHECK(count <= (int64_t{1} << 40) / side, "shape too large");
    count *= side;
  }
  const int64_t channels = shape[3];
  TORCH_CHECK(static_cast<int64_t>(scale.size()) == channels && static_cast<int64_t>(shift.size()) == channels,
              "expected ", channels, " means and deviations, got ", scale.size(), " and ", shift.size());
  TORCH_CHECK(count == static_cast<int64_t>(data.length), "expected ", count, " bytes, got ", data.length);
  const at::Device target(device);
  if (!target.is_cpu()) return imagesElsewhere(data, shape, scale, shift, target);
  Tensor result = at::empty({shape[0], channels, shape[1], shape[2]}, at::TensorOptions().dtype(at::kFloat),
                            at::MemoryFormat::ChannelsLast);
  // Both pointers walk the same order: pixel by pixel, its channels side by side.
  const auto* in = static_cast<const uint8_t*>(data.data);
  float* out = result.data_ptr<float>();
  std::vector<float> a(scale.begin(), scale.end()), b(shift.begin(), shift.end());
  at::parallel_for(0, count / channels, 16384, [&](int64_t begin, int64_t end) {
    if (channels == 3) {
      for (int64_t i = begin * 3; i < end * 3; i += 3) {
        out[i] = in[i] * a[0] + b[0];
        out[i + 1] = in[i + 1] * a[1] + b[1];
        out[i + 2] = in[i + 2] * a[2] + b[2];
      }
    } else {
      for (int64_t i = begin; i < end; i++)
        for (int64_t c = 0; c < channels; c++) out[i * channels + c] = in[i * channels + c] * a[c] + b[c];
    }
  });
  return result;
}

}  // namespace

void defineImages(Exports& exports) { exports.define("imageBatch", imageBatch); }

}  // namespace engine
