// Mean and standard deviation of an image's channels over its pixels, in one pass each way.
#include "../bind.hpp"
#include "../ops.hpp"
#include "fused.hpp"
#include "spatial_kernels.hpp"

namespace engine {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct SpatialMoments : torch::autograd::Function<SpatialMoments> {
  static variable_list forward(AutogradContext* ctx, const Tensor& input, double eps) {
    const Tensor x = asChannelsLast(input);
    const int64_t n = x.size(0), channels = x.size(1);
    Tensor mean = at::empty({n, channels}, at::kFloat), deviation = at::empty({n, channels}, at::kFloat);
    byElement(x, [&](auto element) {
      spatialMoments(dataOf<decltype(element)>(x), n, x.size(2) * x.size(3), channels, eps, mean.data_ptr<float>(),
                     deviation.data_ptr<float>());
    });
    ctx->save_for_backward({x, mean, deviation});
    return {mean, deviation};
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &mean = saved[1], &deviation = saved[2];
    const Tensor dMean = gradients[0].contiguous(), dDeviation = gradients[1].contiguous();
    Tensor dx = channelsLastEmpty(x.sizes(), x);
    byElement(x, [&](auto element) {
      using T = decltype(element);
      spatialMomentsBackward(dMean.data_ptr<float>(), dDeviation.data_ptr<float>(), dataOf<T>(x), x.size(0),
                             x.size(2) * x.size(3), x.size(1), mean.data_ptr<float>(), deviation.data_ptr<float>(),
                             dataOf<T>(dx));
    });
    return {dx, Tensor()};
  }
};

}  // namespace

void defineFusedSpatial(Exports& exports) {
  OP("spatialMoments", [](const Tensor& x, double eps) {
    checkFusable(x);
    return SpatialMoments::apply(x, eps);
  });
}

}  // namespace engine
