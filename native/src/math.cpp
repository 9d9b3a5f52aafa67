// Arithmetic, shapes, reductions.
#include "bind.hpp"
#include "ops.hpp"

#include <cmath>

namespace engine {
namespace {

// JavaScript knows one kind of number: a whole one must not turn integer tensors into floating ones.
at::Scalar scalar(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) <= 9007199254740991.0;
  return whole ? at::Scalar(static_cast<int64_t>(value)) : at::Scalar(value);
}

}  // namespace

void defineMath(Exports& exports) {
  OP("add", [](const Tensor& a, const Tensor& b) { return at::add(a, b); });
  OP("sub", [](const Tensor& a, const Tensor& b) { return at::sub(a, b); });
  OP("mul", [](const Tensor& a, const Tensor& b) { return at::mul(a, b); });
  OP("div", [](const Tensor& a, const Tensor& b) { return at::div(a, b); });
  OP("addScalar", [](const Tensor& a, double b) { return at::add(a, scalar(b)); });
  OP("mulScalar", [](const Tensor& a, double b) { return at::mul(a, scalar(b)); });
  OP("divScalar", [](const Tensor& a, double b) { return at::div(a, b); });
  OP("powScalar", [](const Tensor& a, double b) { return at::pow(a, b); });
  OP("add_", [](const Tensor& a, const Tensor& b, double alpha) { const_cast<Tensor&>(a).add_(b, alpha); });
  OP("mul_", [](const Tensor& a, double b) { const_cast<Tensor&>(a).mul_(scalar(b)); });
  OP("addScalar_", [](const Tensor& a, double b) { const_cast<Tensor&>(a).add_(scalar(b)); });
  OP("neg", [](const Tensor& a) { return at::neg(a); });
  OP("exp", [](const Tensor& a) { return at::exp(a); });
  OP("log", [](const Tensor& a) { return at::log(a); });
  OP("sqrt", [](const Tensor& a) { return at::sqrt(a); });
  OP("abs", [](const Tensor& a) { return at::abs(a); });
  OP("clamp", [](const Tensor& a, double low, double high) { return at::clamp(a, low, high); });
  OP("eq", [](const Tensor& a, const Tensor& b) { return at::eq(a, b); });
  OP("gtScalar", [](const Tensor& a, double b) { return at::gt(a, b); });
  OP("ltScalar", [](const Tensor& a, double b) { return at::lt(a, b); });
  OP("where", [](const Tensor& c, const Tensor& a, const Tensor& b) { return at::where(c, a, b); });
  OP("matmul", [](const Tensor& a, const Tensor& b) { return at::matmul(a, b); });

  OP("reshape", [](const Tensor& a, const std::vector<int64_t>& shape) { return a.reshape(shape); });
  OP("permute", [](const Tensor& a, const std::vector<int64_t>& order) { return a.permute(order); });
  OP("expand", [](const Tensor& a, const std::vector<int64_t>& shape) { return a.expand(shape); });
  OP("flatten", [](const Tensor& a, int64_t from, int64_t to) { return at::flatten(a, from, to); });
  OP("narrow", [](const Tensor& a, int64_t dim, int64_t start, int64_t length) {
    return at::narrow(a, dim, start, length);
  });
  OP("indexSelect", [](const Tensor& a, int64_t dim, const Tensor& index) { return at::index_select(a, dim, index); });
  OP("cat", [](const std::vector<Tensor>& parts, int64_t dim) { return at::cat(parts, dim); });
  OP("stack", [](const std::vector<Tensor>& parts, int64_t dim) { return at::stack(parts, dim); });

  OP("sum", [](const Tensor& a) { return at::sum(a); });
  OP("sumDims", [](const Tensor& a, const std::vector<int64_t>& dims, bool keep) { return at::sum(a, dims, keep); });
  OP("mean", [](const Tensor& a) { return at::mean(a); });
  OP("meanDims", [](const Tensor& a, const std::vector<int64_t>& dims, bool keep) { return at::mean(a, dims, keep); });
  OP("amax", [](const Tensor& a, const std::vector<int64_t>& dims, bool keep) { return at::amax(a, dims, keep); });
  OP("max", [](const Tensor& a) { return at::max(a); });
  OP("maxDim", [](const Tensor& a, int64_t dim) { return at::max(a, dim, false); });
  OP("argmax", [](const Tensor& a, int64_t dim) { return at::argmax(a, dim, false); });
  OP("topk", [](const Tensor& a, int64_t k, int64_t dim) { return at::topk(a, k, dim); });
}

}  // namespace engine
