// Optimiser steps and moving averages over lists of tensors, one pass over each parameter's memory.
// Rules and order of operations as in PyTorch's torch.optim.
#include <ATen/Parallel.h>

#include <cmath>

#include "../bind.hpp"
#include "../ops.hpp"

namespace engine {
namespace {

constexpr int64_t kGrain = 16384;

bool plain(const Tensor& t) {
  return t.device().is_cpu() && t.scalar_type() == at::kFloat && t.is_non_overlapping_and_dense();
}

// The gradient in the parameter's layout, so that both can be walked as flat memory.
Tensor aligned(const Tensor& gradient, const Tensor& parameter) {
  if (gradient.strides() == parameter.strides()) return gradient;
  return at::empty_like(parameter).copy_(gradient);
}

void checkLists(const std::vector<Tensor>& params, const std::vector<Tensor>& state) {
  TORCH_CHECK(params.size() == state.size(), "expected ", params.size(), " state tensors, got ", state.size());
  for (size_t i = 0; i < params.size(); i++)
    TORCH_CHECK(params[i].sizes() == state[i].sizes() && params[i].strides() == state[i].strides(),
                "state tensor ", i, ": expected shape ", params[i].sizes(), ", got ", state[i].sizes());
}

// Parameters that are not `plain`, with their gradients and state, a list for each: a card takes each rule at once for all
// of them.
struct Elsewhere {
  std::vector<Tensor> params, gradients;

  // In the parameter's strides, without a copy where they differ in sides of one value alone: lists are taken at once where
  // their members lie alike.
  void add(const Tensor& parameter, const Tensor& gradient) {
    params.push_back(parameter);
    gradients.push_back(alike(gradient, parameter) ? gradient.as_strided(parameter.sizes(), parameter.strides())
                                                   : aligned(gradient, parameter));
  }

 private:
  static bool alike(const Tensor& a, const Tensor& b) {
    for (int64_t i = 0; i < a.dim(); i++)
      if (a.size(i) != 1 && a.stride(i) != b.stride(i)) return false;
    return true;
  }
};

void sgdElsewhere(const Elsewhere& other, const std::vector<Tensor>& velocities, double rate, double momentum,
                  double decay, bool nesterov) {
  std::vector<Tensor> d = other.gradients;
  if (decay != 0) d = at::_foreach_add(d, other.params, decay);
  if (momentum != 0) {
    at::_foreach_mul_(velocities, momentum);
    at::_foreach_add_(velocities, d, 1);
    d = nesterov ? at::_foreach_add(d, velocities, momentum) : velocities;
  }
  at::_foreach_add_(other.params, d, -rate);
}

// d = gradient + decay * p;  v = momentum * v + d;  p -= rate * v, with `nesterov` rate * (d + momentum * v).
// momentum = 0: `velocities` is empty, and v = d.
void sgd(const std::vector<Tensor>& params, const std::vector<Tensor>& velocities, double rate, double momentum,
         double decay, bool nesterov) {
  at::NoGradGuard guard;
  if (momentum != 0) checkLists(params, velocities);
  Elsewhere other;
  std::vector<Tensor> otherVelocities;
  for (size_t i = 0; i < params.size(); i++) {
    const Tensor p = params[i].detach();
    if (!params[i].grad().defined()) continue;
    Tensor g = params[i].grad().detach();
    if (!plain(p)) {
      other.add(p, g);
      if (momentum != 0) otherVelocities.push_back(velocities[i]);
      continue;
    }
    g = aligned(g, p);
    float* pd = p.data_ptr<float>();
    const float* gd = g.data_ptr<float>();
    float* vd = momentum != 0 ? velocities[i].data_ptr<float>() : nullptr;
    const float lr = rate, mu = momentum, wd = decay;
    at::parallel_for(0, p.numel(), kGrain, [&](int64_t begin, int64_t end) {
      if (!vd)
        for (int64_t j = begin; j < end; j++) pd[j] -= lr * (gd[j] + wd * pd[j]);
      else if (nesterov)
        for (int64_t j = begin; j < end; j++) {
          const float d = gd[j] + wd * pd[j];
          vd[j] = mu * vd[j] + d;
          pd[j] -= lr * (d + mu * vd[j]);
        }
      else
        for (int64_t j = begin; j < end; j++) {
          vd[j] = mu * vd[j] + (gd[j] + wd * pd[j]);
          pd[j] -= lr * vd[j];
        }
    });
  }
  if (!other.params.empty()) sgdElsewhere(other, otherVelocities, rate, momentum, decay, nesterov);
}

// d = gradient + decay * p;  m = b1 * m + (1 - b1) * d;  s = b2 * s + (1 - b2) * d^2;
// p -= rate / (1 - b1^step) * m / (sqrt(s) / sqrt(1 - b2^step) + eps)   (Kingma and Ba, 2015, end of section 2).
// `step` counts from 1. Decoupled decay makes it AdamW (Loshchilov and Hutter, 2019, algorithm 2).
void adam(const std::vector<Tensor>& params, const std::vector<Tensor>& firsts, const std::vector<Tensor>& seconds,
          int64_t step, double rate, double beta1, double beta2, double eps, double decay, bool decoupled) {
  at::NoGradGuard guard;
  checkLists(params, firsts);
  checkLists(params, seconds);
  Elsewhere other;
  std::vector<Tensor> otherFirsts, otherSeconds;
  const double correction1 = 1 - std::pow(beta1, static_cast<double>(step));
  const double correction2 = std::sqrt(1 - std::pow(beta2, static_cast<double>(step)));
  for (size_t i = 0; i < params.size(); i++) {
    const Tensor p = params[i].detach();
    if (!params[i].grad().defined()) continue;
    Tensor g = params[i].grad().detach();
    if (!plain(p)) {
      other.add(p, g);
      otherFirsts.push_back(firsts[i]);
      otherSeconds.push_back(seconds[i]);
      continue;
    }
    g = aligned(g, p);
    float* pd = p.data_ptr<float>();
    const float* gd = g.data_ptr<float>();
    float* md = firsts[i].data_ptr<float>();
    float* sd = seconds[i].data_ptr<float>();
    const float b1 = beta1, b2 = beta2, e = eps, size = rate / correction1, root = 1 / correction2;
    const float keep = decoupled ? 1 - rate * decay : 1, l2 = decoupled ? 0 : decay;
    at::parallel_for(0, p.numel(), kGrain, [&](int64_t begin, int64_t end) {
      for (int64_t j = begin; j < end; j++) {
        const float w = pd[j] * keep;
        const float d = gd[j] + l2 * w;
        md[j] = b1 * md[j] + (1 - b1) * d;
        sd[j] = b2 * sd[j] + (1 - b2) * d * d;
        pd[j] = w - size * md[j] / (std::sqrt(sd[j]) * root + e);
      }
    });
  }
  if (other.params.empty()) return;
  std::vector<Tensor>& d = other.gradients;
  if (decay != 0 && decoupled) at::_foreach_mul_(other.params, 1 - rate * decay);
  if (decay != 0 && !decoupled) d = at::_foreach_add(d, other.params, decay);
  at::_foreach_mul_(otherFirsts, beta1);
  at::_foreach_add_(otherFirsts, d, 1 - beta1);
  at::_foreach_mul_(otherSeconds, beta2);
  at::_foreach_addcmul_(otherSeconds, d, d, at::Scalar(1 - beta2));
  const std::vector<Tensor> roots = at::_foreach_sqrt(otherSeconds);
  at::_foreach_div_(roots, correction2);
  at::_foreach_add_(roots, at::Scalar(eps));
  at::_foreach_addcdiv_(other.params, otherFirsts, roots, at::Scalar(-rate / correction1));
}

// average += share * (value - average), in place.
void follow(const std::vector<Tensor>& averages, const std::vector<Tensor>& values, double share) {
  at::NoGradGuard guard;
  TORCH_CHECK(averages.size() == values.size(), "expected ", averages.size(), " values, got ", values.size());
  for (size_t i = 0; i < averages.size(); i++) {
    const Tensor average = averages[i].detach();
    const Tensor value = values[i].detach();
    TORCH_CHECK(average.sizes() == value.sizes(), "value ", i, ": expected shape ", average.sizes(), ", got ",
                value.sizes());
    if (!plain(average) || !plain(value) || average.strides() != value.strides()) {
      average.lerp_(value, share);
      continue;
    }
    float* to = average.data_ptr<float>();
    const float* from = value.data_ptr<float>();
    const float w = share;
    at::parallel_for(0, average.numel(), kGrain, [&](int64_t begin, int64_t end) {
      for (int64_t j = begin; j < end; j++) to[j] += w * (from[j] - to[j]);
    });
  }
}

}  // namespace

void defineOptimisers(Exports& exports) {
  exports.define("sgd", sgd);
  exports.define("adam", adam);
  exports.define("follow", follow);
}

}  // namespace engine
