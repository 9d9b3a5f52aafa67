// Several values at once, or one: what kernels over float32 and bfloat16 are written in. Arithmetic is in
// float32 either way; bfloat16, its upper half, is how values lie in memory.
#pragma once
#include <cstdint>
#include <cstring>

// One binary for all machines: the loader picks the widest vectors the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif
#define INLINED inline __attribute__((always_inline))
// On lambdas: they must become part of the function whose vectors they use.
#define INLINED_BODY __attribute__((always_inline))
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call: everything here is inlined
#endif

namespace engine {

// As at::BFloat16 lies in memory; without its conversions, which compilers do not vectorise.
struct Bfloat16 {
  uint16_t bits;
};

// Values of 32 and of 16 bits; as plain specialisations, since compilers differ on vectors whose size a template gives.
template <int N>
struct Lanes;

template <>
struct Lanes<16> {
  using Floats = float __attribute__((vector_size(64)));
  using Bits = uint32_t __attribute__((vector_size(64)));
  using Halves = uint16_t __attribute__((vector_size(32)));
};

template <>
struct Lanes<8> {
  using Floats = float __attribute__((vector_size(32)));
  using Bits = uint32_t __attribute__((vector_size(32)));
  using Halves = uint16_t __attribute__((vector_size(16)));
};

template <>
struct Lanes<1> {
  using Floats = float;
  using Bits = uint32_t;
  using Halves = uint16_t;
};

template <class V>
using LanesOf = Lanes<sizeof(V) / sizeof(float)>;

// `V` is the `Floats` of some lanes.
template <class V>
INLINED void load(const float* from, V& value) {
  std::memcpy(&value, from, sizeof(V));
}

template <class V>
INLINED void store(float* to, const V& value) {
  std::memcpy(to, &value, sizeof(V));
}

template <class V>
INLINED void load(const Bfloat16* from, V& value) {
  using Bits = typename LanesOf<V>::Bits;
  typename LanesOf<V>::Halves halves;
  std::memcpy(&halves, from, sizeof(halves));
  Bits bits;
  if constexpr (sizeof(V) == sizeof(float)) bits = static_cast<Bits>(halves) << 16;
  else bits = __builtin_convertvector(halves, Bits) << 16;
  std::memcpy(&value, &bits, sizeof(V));
}

// Rounds to the nearest, ties to even; NaN stays NaN.
template <class V>
INLINED void store(Bfloat16* to, const V& value) {
  using Halves = typename LanesOf<V>::Halves;
  typename LanesOf<V>::Bits bits;
  std::memcpy(&bits, &value, sizeof(V));
  const auto rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  bits = (bits & 0x7fffffffu) > 0x7f800000u ? (bits >> 16) | 0x40u : rounded;
  Halves halves;
  if constexpr (sizeof(V) == sizeof(float)) halves = static_cast<Halves>(bits);
  else halves = __builtin_convertvector(bits, Halves);
  std::memcpy(to, &halves, sizeof(halves));
}

// max(value, 0) that lets NaN through.
template <class V>
INLINED V relu(const V& value) {
  return value < V{} ? V{} : value;
}

// body(first channel, values of the type to compute in), for sixteen channels at a time, then eight, then one.
template <class Body>
INLINED void overChannels(int64_t channels, const Body& body) {
  int64_t i = 0;
  for (; i + 16 <= channels; i += 16) body(i, Lanes<16>::Floats{});
  if (i + 8 <= channels) body(i, Lanes<8>::Floats{}), i += 8;
  for (; i < channels; i++) body(i, float{});
}

}  // namespace engine
