// The processes that train together, as each of them sees them.
#pragma once
#include "../bind.hpp"

#if ENGINE_PROCESSES
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace engine {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A process that has given no sign of life for so long counts as lost.
constexpr std::chrono::seconds kSilence{15};

using Store = c10::intrusive_ptr<c10d::Store>;
using Work = c10::intrusive_ptr<c10d::Work>;
// A counted pointer to a node: another one from libtorch 2.15 on.
using Accumulator = decltype(torch::autograd::impl::grad_accumulator(std::declval<const Tensor&>()));

// Gradients that are summed at once. `views` lie in `flat` as the parameters lie in memory: they become the gradients.
struct Bucket {
  std::vector<Tensor> params, views;
  std::vector<bool> ready;
  size_t missing = 0;
  Tensor flat;
  Work work;
};

// One a process. It is never destroyed: a lost connection leaves threads behind that nothing can end, and the process ends by `quit`.
struct Group {
  int64_t rank = 0, size = 1;
  Store store, beats;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
  std::mutex mutex;
  std::condition_variable turn;
  bool left = false;
  std::string lost;
  std::atomic<int64_t> lastBeat{0};
  // In the order in which their sums begin.
  std::vector<Bucket> buckets;
  std::vector<Accumulator> accumulators;
  size_t begun = 0;
  bool averaging = false, overlapping = true;

  void lose(const std::string& why) {
    std::lock_guard<std::mutex> lock(mutex);
    if (lost.empty() && !left) lost = why;
  }
  std::string why() {
    std::lock_guard<std::mutex> lock(mutex);
    if (!lost.empty() || left || lastBeat == 0) return lost;
    // The watch itself may hang where the network is gone.
    const auto since = Clock::now().time_since_epoch().count() - lastBeat;
    if (Clock::duration(since) > kSilence) lost = "no connection to process 0";
    return lost;
  }
};

// Of this process. @throws c10::Error where it has joined no others
Group& group();

// The sums over all processes of a tensor on the CPU, in place, once `finish` has returned.
Work beginSum(Group& g, const Tensor& values);

// Waits for a sum, and no longer than the others live.
void finish(Group& g, const Work& work);

class Exports;
void defineAveraging(Exports& exports);
void defineNormsTogether(Exports& exports);

}  // namespace engine
#endif
