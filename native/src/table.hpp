// Tensors as JavaScript sees them: numbers that stand for slots of a table.
//
// A number holds a slot and that slot's generation, so a freed or invented handle is recognised and
// never reaches memory. Each Node environment (main thread, worker) has a table of its own.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace engine {

class Table {
 public:
  double insert(at::Tensor tensor);
  // Null when the handle is not live.
  const at::Tensor* find(double handle) const;
  // False when the handle was not live.
  bool erase(double handle, int64_t* accounted);
  // Marks the tensor's memory as known to V8; returns its bytes, or 0 when it already was or is not live.
  int64_t account(double handle);
  size_t live() const { return live_; }

 private:
  struct Slot {
    at::Tensor tensor;
    uint32_t generation = 1;
    int64_t accounted = 0;
    bool used = false;
  };
  const Slot* slot(double handle) const;
  std::vector<Slot> slots_;
  std::vector<uint32_t> unused_;
  size_t live_ = 0;
};

}  // namespace engine
