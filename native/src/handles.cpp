// Creating, freeing, reading and describing tensors.
#include <cstring>

#include "bind.hpp"
#include "ops.hpp"
#include "devices/staged.hpp"

namespace engine {
namespace {

at::ScalarType dtypeOf(const std::string& name) {
  if (name == "float32") return at::kFloat;
  if (name == "float64") return at::kDouble;
  if (name == "int64") return at::kLong;
  if (name == "uint8") return at::kByte;
  if (name == "bool") return at::kBool;
  if (name == "bfloat16") return at::kBFloat16;
  TORCH_CHECK(false, "expected a dtype of float32, float64, int64, uint8, bool, bfloat16, got '", name, "'");
}

std::string nameOf(at::ScalarType type) {
  switch (type) {
    case at::kFloat: return "float32";
    case at::kDouble: return "float64";
    case at::kLong: return "int64";
    case at::kByte: return "uint8";
    case at::kBool: return "bool";
    case at::kBFloat16: return "bfloat16";
    default: return c10::toString(type);
  }
}

at::TensorOptions options(const std::string& dtype, const std::string& device) {
  return at::TensorOptions().dtype(dtypeOf(dtype)).device(at::Device(device));
}

int64_t checkedCount(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (int64_t side : shape) {
    TORCH_CHECK(side >= 0, "expected sizes of at least 0, got ", side);
    TORCH_CHECK(side == 0 || count <= (int64_t{1} << 46) / side, "shape too large");
    count *= side;
  }
  return count;
}

// One copy of the array's bytes into a new tensor of the same element type.
Tensor fromData(const Bytes& data, const std::vector<int64_t>& shape, const std::string& device) {
  const int64_t count = checkedCount(shape);
  TORCH_CHECK(count == static_cast<int64_t>(data.length), "expected ", count, " values for shape ",
              c10::IntArrayRef(shape), ", got ", data.length);
  at::ScalarType type;
  switch (data.type) {
    case napi_uint8_array:
    case napi_uint8_clamped_array: type = at::kByte; break;
    case napi_int32_array: type = at::kInt; break;
    case napi_float32_array: type = at::kFloat; break;
    case napi_float64_array: type = at::kDouble; break;
    case napi_bigint64_array: type = at::kLong; break;
    default: TORCH_CHECK(false, "expected a Uint8Array, Int32Array, Float32Array, Float64Array or BigInt64Array");
  }
  const at::Device target(device);
  const Tensor values = staged(shape, type, target);
  if (count > 0) std::memcpy(values.data_ptr(), data.data, values.nbytes());
  const Tensor result = sent(values, target);
  return type == at::kInt ? result.to(at::kLong) : result;
}

// Copies the values in row-major order into a typed array of the caller's.
void copyTo(const Tensor& tensor, const Bytes& out) {
  at::ScalarType type;
  switch (out.type) {
    case napi_uint8_array: type = at::kByte; break;
    case napi_int32_array: type = at::kInt; break;
    case napi_float32_array: type = at::kFloat; break;
    case napi_float64_array: type = at::kDouble; break;
    case napi_bigint64_array: type = at::kLong; break;
    default: TORCH_CHECK(false, "expected a Uint8Array, Int32Array, Float32Array, Float64Array or BigInt64Array");
  }
  TORCH_CHECK(tensor.numel() == static_cast<int64_t>(out.length), "expected an array of ", tensor.numel(),
              " values, got ", out.length);
  const Tensor flat = tensor.detach().to(at::kCPU, type).contiguous();
  if (out.length > 0) std::memcpy(out.data, flat.data_ptr(), flat.nbytes());
}

napi_value freeTensors(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  try {
    std::vector<double> handles;
    take(Arg{env, argv[0], 1}, handles);
    int64_t freed = 0;
    for (double handle : handles) {
      int64_t accounted = 0;
      table(env).erase(handle, &accounted);
      freed += accounted;
    }
    int64_t now;
    if (freed > 0) napi_adjust_external_memory(env, -freed, &now);
  } catch (...) {
    throwError(env, "free", currentException());
  }
  return nullptr;
}

// V8 should know of memory whose release waits for its collector; what a scope frees it need not.
napi_value account(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  try {
    double handle = 0;
    take(Arg{env, argv[0], 1}, handle);
    int64_t now;
    const int64_t bytes = table(env).account(handle);
    if (bytes > 0) napi_adjust_external_memory(env, bytes, &now);
  } catch (...) {
    throwError(env, "account", currentException());
  }
  return nullptr;
}

napi_value liveTensors(napi_env env, napi_callback_info) {
  return give(env, static_cast<double>(table(env).live()));
}

napi_value isLive(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  double handle = 0;
  napi_get_value_double(env, argv[0], &handle);
  return give(env, table(env).find(handle) != nullptr);
}

}  // namespace

void defineHandles(Exports& exports) {
  exports.raw("free", freeTensors, nullptr);
  exports.raw("account", account, nullptr);
  exports.raw("liveTensors", liveTensors, nullptr);
  exports.raw("isLive", isLive, nullptr);

  exports.define("fromData", fromData);
  exports.define("copyTo", copyTo);
  OP("full", [](const std::vector<int64_t>& shape, double value, const std::string& dtype, const std::string& device) {
    checkedCount(shape);
    return at::full(shape, value, options(dtype, device));
  });
  OP("shape", [](const Tensor& t) { return t.sizes().vec(); });
  OP("dtype", [](const Tensor& t) { return nameOf(t.scalar_type()); });
  OP("device", [](const Tensor& t) { return t.device().str(); });
  // 0 neither, 1 float32, 2 bfloat16: what the fused layers take, on the CPU.
  OP("fusable", [](const Tensor& t) {
    if (!t.device().is_cpu()) return int64_t{0};
    return t.scalar_type() == at::kFloat ? int64_t{1} : int64_t{t.scalar_type() == at::kBFloat16 ? 2 : 0};
  });
  OP("isChannelsLast", [](const Tensor& t) { return t.is_contiguous(at::MemoryFormat::ChannelsLast); });
  OP("item", [](const Tensor& t) {
    TORCH_CHECK(t.numel() == 1, "expected a tensor with one element, got shape ", t.sizes());
    return t.detach().to(at::kCPU, at::kDouble).item<double>();
  });
  OP("toDtype", [](const Tensor& t, const std::string& dtype) { return t.to(dtypeOf(dtype)); });
  OP("toDevice", [](const Tensor& t, const std::string& device) { return t.to(at::Device(device)); });
  // On the CPU once the device has been waited for.
  OP("toHost", [](const Tensor& t) { return t.detach().to(at::kCPU, t.scalar_type(), t.is_cuda()); });
  OP("channelsLast", [](const Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); });
  OP("contiguous", [](const Tensor& t) { return t.contiguous(); });
  OP("zerosLike", [](const Tensor& t) { return at::zeros_like(t.detach()); });
  OP("clone", [](const Tensor& t) { return t.clone(); });
  // A parameter elsewhere or in another layout: a leaf of its own.
  OP("leaf", [](const Tensor& t, const std::string& device, bool channelsLast) {
    const bool grad = t.requires_grad();
    Tensor moved = t.detach().to(at::Device(device));
    if (channelsLast && moved.dim() == 4) moved = moved.contiguous(at::MemoryFormat::ChannelsLast);
    // Always memory of its own: the old handle goes away but others may share it.
    if (moved.is_same(t) || moved.is_alias_of(t)) moved = moved.clone(at::MemoryFormat::Preserve);
    return moved.set_requires_grad(grad);
  });
  OP("detach", [](const Tensor& t) { return t.detach(); });
  // In place, whatever the layouts; outside of the graph.
  OP("copy_", [](const Tensor& to, const Tensor& from) {
    TORCH_CHECK(to.sizes() == from.sizes(), "expected shape ", to.sizes(), ", got ", from.sizes());
    to.detach().copy_(from.detach());
  });

  OP("requiresGrad", [](const Tensor& t) { return t.requires_grad(); });
  OP("setRequiresGrad", [](const Tensor& t, bool on) { t.set_requires_grad(on); });
  OP("grad", [](const Tensor& t) { return t.grad(); });
  OP("zeroGrad", [](const std::vector<Tensor>& tensors) {
    for (const Tensor& t : tensors) const_cast<Tensor&>(t).mutable_grad() = Tensor();
  });
  OP("backward", [](const Tensor& t, const OptTensor& gradient) {
    TORCH_CHECK(t.requires_grad(), "expected a tensor that depends on parameters, got one without a graph");
    TORCH_CHECK(gradient.has_value() || t.numel() == 1, "expected a tensor with one element, got shape ", t.sizes());
    t.backward(gradient.has_value() ? *gradient : Tensor());
  });
}

}  // namespace engine
