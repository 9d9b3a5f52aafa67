// Files as memory: what the cache of decoded images lies in. A small addon of its own, without libtorch.
#include <errno.h>
#include <fcntl.h>
#include <node_api.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace {

napi_value fail(napi_env env, int error, const std::string& what) {
  const char* code = error == ENOSPC ? "ENOSPC" : error == EACCES ? "EACCES" : error == ENOENT ? "ENOENT" : "EIO";
  napi_throw_error(env, code, (what + ": " + strerror(error)).c_str());
  return nullptr;
}

// Room for the whole file now: a page that cannot be written later would end the process.
int reserve(int file, off_t bytes) {
#ifdef __linux__
  const int error = posix_fallocate(file, 0, bytes);
  if (error != EOPNOTSUPP && error != EINVAL) return error;
#endif
  static const char zeros[1 << 16] = {};
  for (off_t done = 0; done < bytes;) {
    const off_t rest = bytes - done;
    const ssize_t n = pwrite(file, zeros, rest < off_t(sizeof zeros) ? rest : sizeof zeros, done);
    if (n <= 0) return errno;
    done += n;
  }
  return 0;
}

void unmap(napi_env, void* data, void* length) { munmap(data, reinterpret_cast<size_t>(length)); }

// map(path, bytes, create): ArrayBuffer. Created files are written through; others may be written to, but that
// stays with the process that does it.
napi_value map(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value args[3];
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  char path[4096];
  size_t length = 0;
  double bytes = 0;
  bool create = false;
  if (count < 3 || napi_get_value_string_utf8(env, args[0], path, sizeof path, &length) != napi_ok ||
      napi_get_value_double(env, args[1], &bytes) != napi_ok || !(bytes > 0) ||
      napi_get_value_bool(env, args[2], &create) != napi_ok || length + 1 >= sizeof path) {
    napi_throw_type_error(env, nullptr, "map: expected path, bytes > 0 and create");
    return nullptr;
  }
  const size_t size = static_cast<size_t>(bytes);
  const int file = create ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(env, errno, path);
  int error = 0;
  if (create) {
    error = reserve(file, size);
  } else {
    struct stat status;
    if (fstat(file, &status) != 0) error = errno;
    // Beyond the file's end there is no memory: reading it would end the process.
    else if (static_cast<size_t>(status.st_size) < size) error = EIO;
  }
  void* data = error ? MAP_FAILED : mmap(nullptr, size, PROT_READ | PROT_WRITE, create ? MAP_SHARED : MAP_PRIVATE, file, 0);
  if (!error && data == MAP_FAILED) error = errno;
  close(file);
  if (error) return fail(env, error, path);
  napi_value buffer;
  if (napi_create_external_arraybuffer(env, data, size, unmap, reinterpret_cast<void*>(size), &buffer) != napi_ok) {
    munmap(data, size);
    napi_throw_error(env, "EIO", "map: this Node does not support external memory");
    return nullptr;
  }
  return buffer;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "map", NAPI_AUTO_LENGTH, map, nullptr, &function);
  napi_set_named_property(env, exports, "map", function);
  return exports;
}
