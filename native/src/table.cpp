#include "table.hpp"

#include <cmath>

namespace engine {
namespace {
// 24 bits of slot and 29 of generation fit a double exactly.
constexpr double kSlots = 16777216.0;
constexpr uint32_t kGenerations = 1u << 29;
}  // namespace

double Table::insert(at::Tensor tensor) {
  uint32_t index;
  if (unused_.empty()) {
    TORCH_CHECK(slots_.size() < static_cast<size_t>(kSlots), "too many live tensors");
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = unused_.back();
    unused_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.tensor = std::move(tensor);
  slot.used = true;
  live_++;
  return slot.generation * kSlots + index;
}

const Table::Slot* Table::slot(double handle) const {
  if (!(handle >= kSlots) || handle != std::floor(handle) || handle >= kSlots * kGenerations) return nullptr;
  const double generation = std::floor(handle / kSlots);
  const auto index = static_cast<size_t>(handle - generation * kSlots);
  if (index >= slots_.size()) return nullptr;
  const Slot& found = slots_[index];
  return found.used && found.generation == static_cast<uint32_t>(generation) ? &found : nullptr;
}

const at::Tensor* Table::find(double handle) const {
  const Slot* found = slot(handle);
  return found ? &found->tensor : nullptr;
}

bool Table::erase(double handle, int64_t* accounted) {
  auto* found = const_cast<Slot*>(slot(handle));
  if (!found) return false;
  *accounted = found->accounted;
  found->accounted = 0;
  found->tensor = at::Tensor();
  found->used = false;
  found->generation = found->generation + 1 < kGenerations ? found->generation + 1 : 1;
  unused_.push_back(static_cast<uint32_t>(found - slots_.data()));
  live_--;
  return true;
}

int64_t Table::account(double handle) {
  auto* found = const_cast<Slot*>(slot(handle));
  if (!found || found->accounted != 0 || !found->tensor.defined()) return 0;
  found->accounted = static_cast<int64_t>(found->tensor.nbytes());
  return found->accounted;
}

}  // namespace engine
