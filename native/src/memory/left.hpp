// How much memory the system has left.
#pragma once
#include <cstddef>

namespace engine {

// Bytes that this process may still take before the system, or the control group that it runs in, ends a process for
// want of memory; a sixteenth of the whole is held back. SIZE_MAX where the system does not say.
size_t memoryLeft();

}  // namespace engine
