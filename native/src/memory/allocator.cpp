// Memory of CPU tensors, kept for the next step instead of being given back to the system.
//
// A training step asks for the same hundreds of blocks every time. glibc maps and unmaps the large ones,
// and the kernel zeroes every page anew, a quarter of a step of the small network (docs/decisions/011).
// Here freed blocks wait for a request of their size, the large ones in huge pages where the system has
// them. Blocks in use and waiting together stay within a quarter above the most ever in use at once, or 256 MB.
// What the machine has not left is refused instead of being promised.
#include "../bind.hpp"
#include "left.hpp"
#include "../ops.hpp"

#if defined(__linux__)
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <vector>

namespace engine {
namespace {

constexpr size_t kAlign = 64;  // a cache line; the header fills one
constexpr size_t kSmall = 16 << 10;
constexpr size_t kHugePage = 2 << 20;
constexpr size_t kHugeStep = 256 << 10;
// A block may be this part of the request too large.
constexpr size_t kSlack = 8;
// The part of what is left that is handed out before the system is asked again: other programs take memory too.
constexpr size_t kGrant = 4;
// Small networks may waste more than a quarter: in judging few blocks are in use at once, but of many sizes.
constexpr size_t kAlwaysKept = size_t{256} << 20;

struct Header {
  size_t size;  // of the whole block; 0: not kept, malloc's own
};

class Cache {
 public:
  // Memory for `bytes`, after its header; its content is undefined.
  void* take(size_t bytes) {
    TORCH_CHECK(bytes <= SIZE_MAX / 2, "out of memory: cannot allocate ", bytes, " bytes for a tensor");
    const size_t size = rounded(bytes + kAlign);
    if (size <= kSmall) return begin(need(aligned(size), bytes), 0);
    void* block = reuse(size);
    if (block) return static_cast<char*>(block) + kAlign;
    block = hasRoom(size) ? map(size) : nullptr;
    if (!block) {
      release();
      block = hasRoom(size) ? map(size) : nullptr;
    }
    if (!block) {
      const std::lock_guard<std::mutex> lock(mutex_);
      inUse_ -= size;
    }
    return begin(need(block, bytes), size);
  }

  void give(void* data) {
    if (!data) return;
    void* block = static_cast<char*>(data) - kAlign;
    const size_t size = static_cast<Header*>(block)->size;
    if (size == 0) return std::free(block);
    const std::lock_guard<std::mutex> lock(mutex_);
    order_.push_front(block);
    waiting_[size].push_back(order_.begin());
    inUse_ -= size;
    waits_ += size;
    trim();
  }

  // Returns everything that waits to the system; the bytes of it.
  size_t release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    const size_t bytes = waits_;
    while (!order_.empty()) drop();
    most_ = inUse_;
    return bytes;
  }

 private:
  // Whether the machine has so many bytes left. Pages count as taken once they are written, so what was granted since the
  // system was last asked is subtracted here.
  bool hasRoom(size_t size) {
    if (size < kHugePage) return true;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (size > granted_) {
      const size_t left = memoryLeft();
      if (size > left) return false;
      granted_ = std::max(size, left / kGrant);
    }
    granted_ -= size;
    return true;
  }

  // The smallest block that waits and is hardly too large, or null; it, or else `size`, counts as in use from now on.
  void* reuse(size_t size) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto fit = waiting_.lower_bound(size);
    if (fit == waiting_.end() || fit->first > size + size / kSlack) {
      use(size);
      trim();
      return nullptr;
    }
    const auto place = fit->second.back();
    void* block = *place;
    order_.erase(place);
    waits_ -= fit->first;
    use(fit->first);
    fit->second.pop_back();
    if (fit->second.empty()) waiting_.erase(fit);
    return block;
  }

  void use(size_t size) {
    inUse_ += size;
    most_ = std::max(most_, inUse_);
  }

  void trim() {
    const size_t limit = std::max(most_ + most_ / 4, kAlwaysKept);
    while (!order_.empty() && inUse_ + waits_ > limit) drop();
  }

  // Returns the block that has waited longest to the system: within its size, too, it is the first.
  void drop() {
    void* block = order_.back();
    const size_t size = static_cast<Header*>(block)->size;
    const auto same = waiting_.find(size);
    same->second.erase(same->second.begin());
    if (same->second.empty()) waiting_.erase(same);
    order_.pop_back();
    waits_ -= size;
    unmap(block, size);
  }

  // Steps of an eighth of the power of two below, so that about the same sizes meet again.
  static size_t rounded(size_t bytes) {
    size_t step = kAlign;
    if (bytes >= kHugePage) step = kHugeStep;
    else if (bytes > kSmall)
      for (step = kSmall / 8; step * 16 <= bytes;) step *= 2;
    return (bytes + step - 1) / step * step;
  }

  static void* begin(void* block, size_t size) {
    static_cast<Header*>(block)->size = size;
    return static_cast<char*>(block) + kAlign;
  }

  static void* need(void* block, size_t bytes) {
    TORCH_CHECK(block, "out of memory: cannot allocate ", bytes, " bytes for a tensor");
    return block;
  }

  static void* aligned(size_t size) {
    void* block = nullptr;
    return posix_memalign(&block, kAlign, size) == 0 ? block : nullptr;
  }

  static void* map(size_t size) {
    if (size < kHugePage) return aligned(size);
    // Over-ask to start at a huge page, and give the rest back.
    const size_t asked = size + kHugePage;
    void* start = mmap(nullptr, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return nullptr;
    const auto from = reinterpret_cast<uintptr_t>(start);
    const uintptr_t at = (from + kHugePage - 1) / kHugePage * kHugePage;
    if (at > from) munmap(start, at - from);
    if (from + asked > at + size) munmap(reinterpret_cast<void*>(at + size), from + asked - at - size);
    void* block = reinterpret_cast<void*>(at);
    madvise(block, size, MADV_HUGEPAGE);
    return block;
  }

  static void unmap(void* block, size_t size) {
    if (size < kHugePage) std::free(block);
    else munmap(block, size);
  }

  using Order = std::list<void*>;
  std::mutex mutex_;
  Order order_;  // the one that came last first
  std::map<size_t, std::vector<Order::iterator>> waiting_;  // by size, the one that came last last
  size_t inUse_ = 0, waits_ = 0, most_ = 0, granted_ = 0;  // bytes
};

// Never destroyed: libtorch frees tensors of its own while the process ends.
Cache& cache() {
  static auto* only = new Cache();
  return *only;
}

void giveBack(void* data) { cache().give(data); }

struct StepAllocator final : c10::Allocator {
  // Not marked `override`: which of the two is the virtual one, and whether the copy is, depends on the
  // version of libtorch.
  c10::DataPtr allocate(size_t bytes) const { return block(bytes); }
  c10::DataPtr allocate(size_t bytes) { return block(bytes); }
  void copy_data(void* to, const void* from, size_t count) const { std::memcpy(to, from, count); }
  c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }

 private:
  static c10::DataPtr block(size_t bytes) {
    void* data = bytes == 0 ? nullptr : cache().take(bytes);
    return {data, data, &giveBack, c10::Device(c10::DeviceType::CPU)};
  }
};

int64_t releaseMemory() { return static_cast<int64_t>(cache().release()); }

}  // namespace

void defineAllocator(Exports& exports) {
  // Once a process: Node's workers have environments of their own, and share it.
  static const bool installed = [] {
    c10::SetCPUAllocator(new StepAllocator(), 100);
    return true;
  }();
  (void)installed;
  exports.define("releaseMemory", releaseMemory);
}

}  // namespace engine

#else

// Elsewhere the system's malloc keeps large blocks by itself.
namespace engine {
void defineAllocator(Exports& exports) {
  OP("releaseMemory", []() { return int64_t{0}; });
}
}  // namespace engine
#endif
