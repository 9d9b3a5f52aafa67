// Threads, random numbers, devices, gradient mode.
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/GradMode.h>

#include "bind.hpp"
#include "ops.hpp"

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

namespace engine {
namespace {

// The libtorch with CUDA keeps it in a library of its own, a gigabyte that a machine without a card need
// not load: it registers itself when it is opened. Before at::hasCUDA() is called for the first time, whose
// answer libtorch keeps for good. Empty: done, or nothing to do; otherwise why not.
std::string loadCuda(const std::string& library) {
#if !defined(_WIN32)
  if (library.empty()) return "";
  if (!dlopen("libcuda.so.1", RTLD_LAZY)) return "no CUDA driver on this machine";
  if (!dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL)) return dlerror();
#endif
  return "";
}

}  // namespace

void defineRuntime(Exports& exports) {
  OP("setThreads", [](int64_t n) { at::set_num_threads(static_cast<int>(n)); });
  OP("getThreads", []() { return static_cast<int64_t>(at::get_num_threads()); });
  OP("manualSeed", [](int64_t seed) { at::manual_seed(static_cast<uint64_t>(seed)); });
  OP("setGradEnabled", [](bool on) {
    const bool before = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(on);
    return before;
  });
  OP("isGradEnabled", []() { return c10::GradMode::is_enabled(); });
  exports.define("loadCuda", loadCuda);
  OP("cudaBfloat16", []() {
    return at::hasCUDA() && at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
  });
  OP("synchronise", [](const std::string& name) {
    const at::Device device(name);
    if (device.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(device.has_index() ? device.index() : 0);
  });
  OP("setConvolutionSearch", [](bool on) { at::globalContext().setBenchmarkCuDNN(on); });
  OP("hasCuda", []() { return at::hasCUDA(); });
  OP("hasMps", []() { return at::hasMPS(); });
  OP("config", []() { return at::show_config(); });
}

}  // namespace engine
