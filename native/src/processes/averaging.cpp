// Gradients of several processes are averaged while the backward pass runs.
#include "group.hpp"

#if ENGINE_PROCESSES
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace engine {
namespace {

using torch::autograd::variable_list;

// Gradients that travel together; the last parameters' come first.
constexpr int64_t kBucketBytes = 4 << 20;

void begin(Group& g, Bucket& bucket) {
  for (size_t i = 0; i < bucket.params.size(); i++)
    if (!bucket.ready[i]) bucket.views[i].zero_();
  bucket.work = beginSum(g, bucket.flat);
}

// Takes a gradient over; sums begin in the order of the buckets, which is the same in every process.
void take(Group& g, size_t place, size_t i) {
  Bucket& bucket = g.buckets[place];
  if (bucket.ready[i]) return;
  const at::NoGradGuard guard;
  at::mul_out(bucket.views[i], bucket.params[i].grad(), at::scalar_tensor(1.0 / g.size, at::kFloat));
  bucket.ready[i] = true;
  bucket.missing--;
  while (g.overlapping && g.begun < g.buckets.size() && g.buckets[g.begun].missing == 0) begin(g, g.buckets[g.begun++]);
}

struct Arrived : torch::autograd::FunctionPostHook {
  Arrived(Group& g, size_t place, size_t i) : g(g), place(place), i(i) {}
  variable_list operator()(const variable_list& outputs, const variable_list&) override {
    if (g.averaging) take(g, place, i);
    return outputs;
  }
  Group& g;
  size_t place, i;
};

// From now on `backwardTogether` averages the gradients of these parameters.
void averageGradients(const std::vector<Tensor>& params, bool overlapping) {
  Group& g = group();
  TORCH_CHECK(g.buckets.empty(), "gradients of other parameters are averaged already");
  g.overlapping = overlapping;
  int64_t bytes = kBucketBytes;
  for (size_t p = params.size(); p-- > 0;) {
    const Tensor& param = params[p];
    TORCH_CHECK(param.scalar_type() == at::kFloat && param.is_non_overlapping_and_dense(),
                "expected parameters of float32 without gaps, got ", param.toString(), " ", param.sizes());
    if (bytes >= kBucketBytes) {
      g.buckets.emplace_back();
      bytes = 0;
    }
    bytes += param.nbytes();
    g.buckets.back().params.push_back(param);
  }
  for (size_t place = 0; place < g.buckets.size(); place++) {
    Bucket& bucket = g.buckets[place];
    int64_t count = 0;
    for (const Tensor& param : bucket.params) count += param.numel();
    bucket.flat = at::zeros({count}, at::kFloat);
    int64_t at = 0;
    for (size_t i = 0; i < bucket.params.size(); i++) {
      const Tensor& param = bucket.params[i];
      bucket.views.push_back(bucket.flat.as_strided(param.sizes(), param.strides(), at));
      at += param.numel();
      const auto accumulator = torch::autograd::impl::grad_accumulator(param);
      accumulator->add_post_hook(std::make_unique<Arrived>(g, place, i));
      // A parameter keeps no hold of it.
      g.accumulators.push_back(accumulator);
    }
  }
}

// The backward pass; afterwards gradients are those of the mean over the processes. @returns the means of `values`, which travel along
std::vector<double> backwardTogether(const Tensor& loss, const std::vector<double>& values) {
  Group& g = group();
  const Tensor along = at::empty({static_cast<int64_t>(values.size())}, at::kDouble);
  for (size_t i = 0; i < values.size(); i++) along.data_ptr<double>()[i] = values[i] / g.size;
  const Work means = beginSum(g, along);
  g.begun = 0;
  for (Bucket& bucket : g.buckets) {
    bucket.ready.assign(bucket.params.size(), false);
    bucket.missing = bucket.params.size();
  }
  g.averaging = true;
  try {
    loss.backward();
  } catch (...) {
    g.averaging = false;
    throw;
  }
  g.averaging = false;
  const at::NoGradGuard guard;
  while (g.begun < g.buckets.size()) begin(g, g.buckets[g.begun++]);
  for (Bucket& bucket : g.buckets) {
    finish(g, bucket.work);
    for (size_t i = 0; i < bucket.params.size(); i++)
      if (bucket.ready[i]) const_cast<Tensor&>(bucket.params[i]).mutable_grad() = bucket.views[i].detach();
  }
  finish(g, means);
  const double* data = along.data_ptr<double>();
  return std::vector<double>(data, data + values.size());
}

}  // namespace

void defineAveraging(Exports& exports) {
  exports.define("averageGradients", averageGradients);
  exports.define("backwardTogether", backwardTogether);
}

}  // namespace engine
#endif
