// What is left of the machine's memory, and of the control groups around this process.
//
// Linux promises more memory than it has and kills a process once the promise is called in: no allocation fails, and
// nothing can be saved or said. So tensors ask here first. MemAvailable is the kernel's own estimate (proc(5)); a control
// group counts its page cache as used, of which the inactive part is given back on demand (cgroups(7)).
#include "left.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace engine {
namespace {

// Held back for what is not a tensor: buffers of Node and the scratch memory of libraries.
constexpr size_t kHeldBack = 16;
// Of version 1 without a limit: the largest multiple of a page in a signed 64-bit number, or about that.
constexpr size_t kNoLimit = size_t{1} << 60;

// The number after `key` in a file of lines "key number"; where `key` is empty, the first word of the file.
std::optional<size_t> numberIn(const std::string& path, const std::string& key = "") {
  std::ifstream file(path);
  std::string word;
  while (file >> word) {
    if (key.empty()) {
      if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
      return std::stoull(word);
    }
    size_t value = 0;
    if (word == key && file >> value) return value;
  }
  return std::nullopt;
}

struct Files {
  const char* limit;
  const char* used;
  const char* reclaimable;  // in memory.stat
};
constexpr Files kSecond{"memory.max", "memory.current", "inactive_file"};
constexpr Files kFirst{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};

// The least that a group, or one above it, leaves. Inside a container the path may be that of the host: what is not there
// is passed over.
size_t leftOfGroup(const std::string& top, std::string path, const Files& files) {
  size_t left = SIZE_MAX;
  for (;;) {
    const std::string folder = top + path + "/";
    const auto limit = numberIn(folder + files.limit);
    const auto used = numberIn(folder + files.used);
    if (limit && used && *limit < kNoLimit) {
      const size_t cached = numberIn(folder + "memory.stat", files.reclaimable).value_or(0);
      const size_t taken = *used - std::min(*used, cached) + *limit / kHeldBack;
      left = std::min(left, *limit - std::min(*limit, taken));
    }
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return left;
    path.resize(slash);
  }
}

size_t leftOfGroups() {
  std::ifstream groups("/proc/self/cgroup");
  size_t left = SIZE_MAX;
  // Lines are "number:controllers:path"; version 2 has the number 0 and no controllers.
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    if (controllers == ",,") left = std::min(left, leftOfGroup("/sys/fs/cgroup", path, kSecond));
    if (controllers.find(",memory,") != std::string::npos)
      left = std::min(left, leftOfGroup("/sys/fs/cgroup/memory", path, kFirst));
  }
  return left;
}

}  // namespace

size_t memoryLeft() {
  const auto available = numberIn("/proc/meminfo", "MemAvailable:");
  if (!available) return SIZE_MAX;
  const size_t whole = numberIn("/proc/meminfo", "MemTotal:").value_or(0);
  const size_t left = (*available - std::min(*available, whole / kHeldBack)) * 1024;
  return std::min(left, leftOfGroups());
}

}  // namespace engine
