// Several values at once, or one: what kernels over float32 and bfloat16 are written in. Arithmetic is in
// float32 either way; bfloat16, its upper half, is how values lie in memory.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

// One binary for all machines: `widely` picks the widest vectors the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WIDTHS 1
#define SIXTEEN __attribute__((noinline, target("avx512f")))
#define EIGHT __attribute__((noinline, target("avx2,fma")))
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
struct Lanes<4> {
  using Floats = float __attribute__((vector_size(16)));
  using Bits = uint32_t __attribute__((vector_size(16)));
  using Halves = uint16_t __attribute__((vector_size(8)));
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

// How many values a vector of this processor holds: vectors of another size would live in memory, not in registers.
// SAFE_AUGMENT_LANES=8 or 4: at most so many, which lets tests run what other processors do.
inline int widest() {
#ifdef WIDTHS
  static const int width = [] {
    const char* most = std::getenv("SAFE_AUGMENT_LANES");
    const int at = most ? std::atoi(most) : 16;
    if (at >= 16 && __builtin_cpu_supports("avx512f")) return 16;
    return at >= 8 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 8 : 4;
  }();
  return width;
#else
  return 4;
#endif
}

// body(), compiled for vectors of N values; to be called where widest() is N. `body` is an INLINED_BODY.
template <int N>
struct Compiled {
  template <class Body>
  static void run(const Body& body) {
    body();
  }
};

#ifdef WIDTHS
template <>
struct Compiled<16> {
  template <class Body>
  SIXTEEN static void run(const Body& body) {
    body();
  }
};

template <>
struct Compiled<8> {
  template <class Body>
  EIGHT static void run(const Body& body) {
    body();
  }
};
#endif

// body(std::integral_constant of widest())
template <class Body>
void byWidth(const Body& body) {
#ifdef WIDTHS
  if (widest() == 16) return body(std::integral_constant<int, 16>{});
  if (widest() == 8) return body(std::integral_constant<int, 8>{});
#endif
  body(std::integral_constant<int, 4>{});
}

// Both: body(width), compiled for vectors of that width. `body` is an INLINED_BODY.
template <class Body>
void widely(const Body& body) {
  byWidth([&](auto width) { Compiled<decltype(width)::value>::run([&]() INLINED_BODY { body(width); }); });
}

// body(first channel, values of the type to compute in), for N channels at a time, then fewer, then one.
template <int N, class Body>
INLINED void overChannels(int64_t channels, const Body& body) {
  int64_t i = 0;
  for (; i + N <= channels; i += N) body(i, typename Lanes<N>::Floats{});
  if constexpr (N > 8)
    if (i + 8 <= channels) body(i, Lanes<8>::Floats{}), i += 8;
  for (; i < channels; i++) body(i, float{});
}

}  // namespace engine
