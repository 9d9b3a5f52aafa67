// Data on their way to a device.
#pragma once
#include "../compat.hpp"

namespace engine {

// CPU memory to be filled and then `sent`. For a card it is page-locked: the card copies it while the CPU goes on, and
// libtorch gives it to nobody else until then.
inline Tensor staged(at::IntArrayRef shape, at::ScalarType type, const at::Device& device) {
  return at::empty(shape, at::TensorOptions().dtype(type).pinned_memory(device.is_cuda()));
}

inline Tensor sent(const Tensor& staged, const at::Device& device) {
  return device.is_cpu() ? staged : staged.to(device, staged.scalar_type(), device.is_cuda());
}

}  // namespace engine
