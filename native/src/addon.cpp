// The module's entry: one table of tensors for each environment, and the operators.
#include "bind.hpp"
#include "ops.hpp"

NAPI_MODULE_INIT() {
  auto* tensors = new engine::Table();
  napi_set_instance_data(
      env, tensors, [](napi_env, void* data, void*) { delete static_cast<engine::Table*>(data); }, nullptr);
  engine::Exports all(env, exports);
  try {
    engine::defineAllocator(all);
    engine::defineRuntime(all);
    engine::defineHandles(all);
    engine::defineMath(all);
    engine::defineNetwork(all);
    engine::defineLosses(all);
    engine::defineOptimisers(all);
    engine::defineImages(all);
  engine::defineFigures(all);
    engine::defineFusedNorm(all);
    engine::defineFusedDenseBlock(all);
    engine::defineFusedSpatial(all);
    engine::defineFusedAfter(all);
    engine::defineFusedDepthwise(all);
    engine::defineProcesses(all);
  } catch (...) {
    engine::throwError(env, "engine", engine::currentException());
  }
  return exports;
}
