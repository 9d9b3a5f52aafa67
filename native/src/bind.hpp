// Makes a JavaScript function of a plain C++ function: its types say how arguments are converted and
// checked, and whatever it throws becomes a JavaScript error that names the operator.
#pragma once
#include <node_api.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "compat.hpp"
#include "table.hpp"

namespace engine {

// The bytes of a typed array, alive for as long as the call.
struct Bytes {
  napi_typedarray_type type = napi_uint8_array;
  void* data = nullptr;
  size_t length = 0;  // in elements
};

// A typed array made by the callee.
struct FloatArray {
  napi_value value = nullptr;
};

struct Arg {
  napi_env env;
  napi_value value;
  int position;  // from 1
};

// Thrown while an argument is converted.
struct BadArgument {
  std::string message;
};

Table& table(napi_env env);
std::string typeName(const Arg& arg);
[[noreturn]] void expected(const Arg& arg, const char* what);
// Throws into JavaScript; `what` is cut to its first line.
void throwError(napi_env env, const char* op, const std::string& what);
std::string currentException();

// Argument conversions.
void take(const Arg& arg, double& out);
void take(const Arg& arg, int64_t& out);
void take(const Arg& arg, bool& out);
void take(const Arg& arg, std::string& out);
void take(const Arg& arg, Tensor& out);
void take(const Arg& arg, Bytes& out);
bool isNothing(const Arg& arg);
std::vector<Arg> elements(const Arg& arg);

template <class T>
void take(const Arg& arg, Opt<T>& out) {
  if (isNothing(arg)) return;
  T value{};
  take(arg, value);
  out = std::move(value);
}

template <class T>
void take(const Arg& arg, std::vector<T>& out) {
  const auto items = elements(arg);
  out.reserve(items.size());
  for (const Arg& item : items) {
    T value{};
    take(item, value);
    out.push_back(std::move(value));
  }
}

// Result conversions.
napi_value give(napi_env env, double value);
napi_value give(napi_env env, int64_t value);
napi_value give(napi_env env, bool value);
napi_value give(napi_env env, const std::string& value);
napi_value give(napi_env env, Tensor value);
napi_value giveArray(napi_env env, const std::vector<napi_value>& values);

template <class T>
napi_value give(napi_env env, std::vector<T> values) {
  std::vector<napi_value> items;
  items.reserve(values.size());
  for (auto& value : values) items.push_back(give(env, std::move(value)));
  return giveArray(env, items);
}

template <class... T>
napi_value give(napi_env env, std::tuple<T...> values) {
  return std::apply(
      [&](auto&... each) { return giveArray(env, std::vector<napi_value>{give(env, std::move(each))...}); },
      values);
}

template <class R, class... A>
struct Operator {
  const char* name;
  R (*function)(A...);
};

template <class R, class... A, size_t... I>
napi_value invoke(napi_env env, const Operator<R, A...>& op, napi_value* argv, std::index_sequence<I...>) {
  std::tuple<std::decay_t<A>...> args;
  (take(Arg{env, argv[I], static_cast<int>(I) + 1}, std::get<I>(args)), ...);
  if constexpr (std::is_void_v<R>) {
    op.function(std::get<I>(args)...);
    return nullptr;
  } else {
    return give(env, op.function(std::get<I>(args)...));
  }
}

template <class R, class... A>
napi_value callback(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  size_t argc = sizeof...(A);
  napi_value argv[sizeof...(A) + 1];
  napi_get_cb_info(env, info, &argc, argv, nullptr, &data);
  const auto& op = *static_cast<Operator<R, A...>*>(data);
  try {
    return invoke(env, op, argv, std::index_sequence_for<A...>{});
  } catch (...) {
    throwError(env, op.name, currentException());
    return nullptr;
  }
}

// Everything the addon exports goes through here.
class Exports {
 public:
  Exports(napi_env env, napi_value object) : env(env), object(object) {}

  template <class R, class... A>
  void define(const char* name, R (*function)(A...)) {
    // Lives as long as the process: the environment may be torn down in any order.
    auto* op = new Operator<R, A...>{name, function};
    raw(name, callback<R, A...>, op);
  }
  void raw(const char* name, napi_callback callback, void* data);

  napi_env env;
  napi_value object;
};

// `+` makes a plain function pointer of a lambda without captures.
#define OP(name, ...) exports.define(name, +__VA_ARGS__)

}  // namespace engine
