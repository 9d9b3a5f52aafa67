#include "bind.hpp"

#include <cmath>

namespace engine {

Table& table(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  TORCH_CHECK(data != nullptr, "the engine is not set up in this thread");
  return *static_cast<Table*>(data);
}

std::string typeName(const Arg& arg) {
  napi_valuetype type;
  napi_typeof(arg.env, arg.value, &type);
  bool yes = false;
  switch (type) {
    case napi_undefined: return "undefined";
    case napi_null: return "null";
    case napi_boolean: return "a boolean";
    case napi_number: {
      double value = 0;
      napi_get_value_double(arg.env, arg.value, &value);
      std::string text = std::to_string(value);
      return "the number " + text;
    }
    case napi_string: return "a string";
    case napi_function: return "a function";
    case napi_bigint: return "a bigint";
    default: break;
  }
  napi_is_array(arg.env, arg.value, &yes);
  if (yes) return "an array";
  napi_is_typedarray(arg.env, arg.value, &yes);
  return yes ? "a typed array" : "an object";
}

void expected(const Arg& arg, const char* what) {
  throw BadArgument{"argument " + std::to_string(arg.position) + ": expected " + what + ", got " + typeName(arg)};
}

std::string currentException() {
  try {
    throw;
  } catch (const BadArgument& error) {
    return error.message;
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown error";
  }
}

void throwError(napi_env env, const char* op, const std::string& what) {
  // A conversion may have left an exception of its own behind.
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) {
    napi_value ignored;
    napi_get_and_clear_last_exception(env, &ignored);
  }
  const std::string message = std::string(op) + ": " + what.substr(0, what.find('\n'));
  napi_throw_error(env, "ENGINE", message.c_str());
}

void take(const Arg& arg, double& out) {
  if (napi_get_value_double(arg.env, arg.value, &out) != napi_ok) expected(arg, "a number");
}

void take(const Arg& arg, int64_t& out) {
  double value = 0;
  if (napi_get_value_double(arg.env, arg.value, &value) != napi_ok || value != std::floor(value) ||
      std::abs(value) > 9007199254740991.0)
    expected(arg, "an integer");
  out = static_cast<int64_t>(value);
}

void take(const Arg& arg, bool& out) {
  if (napi_get_value_bool(arg.env, arg.value, &out) != napi_ok) expected(arg, "a boolean");
}

void take(const Arg& arg, std::string& out) {
  size_t length = 0;
  if (napi_get_value_string_utf8(arg.env, arg.value, nullptr, 0, &length) != napi_ok) expected(arg, "a string");
  out.resize(length);
  napi_get_value_string_utf8(arg.env, arg.value, &out[0], length + 1, &length);
}

void take(const Arg& arg, Tensor& out) {
  double handle = 0;
  if (napi_get_value_double(arg.env, arg.value, &handle) != napi_ok) expected(arg, "a tensor");
  const Tensor* found = table(arg.env).find(handle);
  if (!found)
    throw BadArgument{"argument " + std::to_string(arg.position) + ": expected a live tensor, got a freed one"};
  out = *found;
}

void take(const Arg& arg, Bytes& out) {
  bool yes = false;
  if (napi_is_typedarray(arg.env, arg.value, &yes) != napi_ok || !yes) expected(arg, "a typed array");
  napi_get_typedarray_info(arg.env, arg.value, &out.type, &out.length, &out.data, nullptr, nullptr);
}

bool isNothing(const Arg& arg) {
  napi_valuetype type;
  napi_typeof(arg.env, arg.value, &type);
  return type == napi_undefined || type == napi_null;
}

std::vector<Arg> elements(const Arg& arg) {
  bool yes = false;
  if (napi_is_array(arg.env, arg.value, &yes) != napi_ok || !yes) expected(arg, "an array");
  uint32_t length = 0;
  napi_get_array_length(arg.env, arg.value, &length);
  std::vector<Arg> items;
  items.reserve(length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value value;
    napi_get_element(arg.env, arg.value, i, &value);
    items.push_back(Arg{arg.env, value, arg.position});
  }
  return items;
}

napi_value give(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

napi_value give(napi_env env, int64_t value) { return give(env, static_cast<double>(value)); }

napi_value give(napi_env env, bool value) {
  napi_value result;
  napi_get_boolean(env, value, &result);
  return result;
}

napi_value give(napi_env env, const std::string& value) {
  napi_value result;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

napi_value give(napi_env env, Tensor value) {
  if (!value.defined()) {
    napi_value nothing;
    napi_get_null(env, &nothing);
    return nothing;
  }
  return give(env, table(env).insert(std::move(value)));
}

napi_value giveArray(napi_env env, const std::vector<napi_value>& values) {
  napi_value result;
  napi_create_array_with_length(env, values.size(), &result);
  for (size_t i = 0; i < values.size(); i++) napi_set_element(env, result, static_cast<uint32_t>(i), values[i]);
  return result;
}

void Exports::raw(const char* name, napi_callback callback, void* data) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function);
  napi_set_named_property(env, object, name, function);
}

}  // namespace engine
