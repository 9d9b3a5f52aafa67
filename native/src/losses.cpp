// Losses. Reductions: 0 none, 1 mean, 2 sum, as in ATen.
#include "bind.hpp"
#include "ops.hpp"

namespace engine {

void defineLosses(Exports& exports) {
  OP("crossEntropy", [](const Tensor& logits, const Tensor& target, const OptTensor& weight, int64_t reduction,
                        int64_t ignoreIndex, double smoothing) {
    return at::cross_entropy_loss(logits, target, weight, reduction, ignoreIndex, smoothing);
  });
  OP("bceWithLogits", [](const Tensor& logits, const Tensor& target, const OptTensor& weight,
                         const OptTensor& positiveWeight, int64_t reduction) {
    return at::binary_cross_entropy_with_logits(logits, target, weight, positiveWeight, reduction);
  });
}

}  // namespace engine
