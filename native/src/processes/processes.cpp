// Several processes that train one network: gradients are averaged while the backward pass runs, through libtorch's own c10d
// (a store over TCP, which process 0 keeps, and Gloo for the sums).
//
// Nothing waits blindly. A thread gives a sign of life and watches for those of the others, and whoever waits for a sum looks
// at what it has found: a process that dies, or stands still, ends the wait of all others.
#include "../ops.hpp"
#include "group.hpp"

#if ENGINE_PROCESSES
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <unistd.h>

#include <cstdio>
#include <thread>

namespace engine {
namespace {

// Signs of life.
constexpr milliseconds kBeat{500};
// Gloo's own limit: the watch is quicker, and a step may take minutes.
constexpr milliseconds kSumLimit{std::chrono::minutes(10)};
constexpr milliseconds kStoreLimit{std::chrono::seconds(10)};
// Buckets under way at once, and the small sums between them.
constexpr int kThreads = 3;

std::vector<uint8_t> bytesOf(const std::string& text) { return {text.begin(), text.end()}; }
std::string textOf(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

Group* current = nullptr;

std::string beatOf(int64_t rank) { return "beat/" + std::to_string(rank); }

// What process `rank` was last heard of.
struct Heard {
  int64_t beats = 0;
  Clock::time_point at = Clock::now();
};

void watch(Group* g) {
  std::vector<Heard> heard(g->size);
  try {
    for (;;) {
      g->beats->add(beatOf(g->rank), 1);
      if (g->beats->check({"ended"})) g->lose(textOf(g->beats->get("ended")));
      // The others learn of it from process 0, and of its own end because the store ends with it.
      for (int64_t other = 1; g->rank == 0 && other < g->size; other++) {
        const int64_t beats = g->beats->add(beatOf(other), 0);
        // One that has left does not come again.
        const bool gone = g->beats->check({"left/" + std::to_string(other)});
        if (beats != heard[other].beats || beats == 0 || gone) heard[other] = {beats, Clock::now()};
        if (Clock::now() - heard[other].at > kSilence)
          g->lose("process " + std::to_string(other) + " has given no sign of life for " +
                  std::to_string(kSilence.count()) + " s");
      }
      g->lastBeat = Clock::now().time_since_epoch().count();
      std::unique_lock<std::mutex> lock(g->mutex);
      if (g->turn.wait_for(lock, kBeat, [g] { return g->left; })) return;
    }
  } catch (...) {
    g->lose(g->rank == 0 ? "the store has failed: " + currentException() : "process 0 has ended");
  }
}

// Opens the store, or connects to it, and begins to watch.
void join(const std::string& host, int64_t port, int64_t rank, int64_t size, const std::string& prefix) {
  TORCH_CHECK(current == nullptr, "this process has joined others already");
  const auto connect = [&](bool server) {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = server;
    options.waitWorkers = false;
    options.timeout = kStoreLimit;
    const Store store = c10::make_intrusive<c10d::TCPStore>(host, options);
    return Store(c10::make_intrusive<c10d::PrefixStore>(prefix, store));
  };
  auto* g = new Group();
  g->rank = rank;
  g->size = size;
  g->store = connect(rank == 0);
  g->beats = connect(false);
  current = g;
  std::thread(watch, g).detach();
}

// Connects every process with every other, by `address` or the network interface of that name; all have joined.
void connectAll(const std::string& address, const std::string& interface) {
  Group& g = group();
  auto options = c10d::ProcessGroupGloo::Options::create(kSumLimit);
  options->threads = kThreads;
  options->devices.push_back(interface.empty() ? c10d::ProcessGroupGloo::createDeviceForHostname(address)
                                               : c10d::ProcessGroupGloo::createDeviceForInterface(interface));
  g.gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>("gloo", g.store),
                                                       static_cast<int>(g.rank), static_cast<int>(g.size), options);
}

[[noreturn]] void failed(Group& g, const std::string& otherwise) {
  g.lose(otherwise);
  TORCH_CHECK(false, g.why());
  std::abort();  // not reached
}

}  // namespace

Group& group() {
  TORCH_CHECK(current != nullptr, "this process has joined no others");
  return *current;
}

// Waits for a sum, and no longer than the others live.
void finish(Group& g, const Work& work) {
  for (int turns = 0; !work->isCompleted(); turns++) {
    const std::string why = turns % 64 == 63 ? g.why() : "";
    if (!why.empty()) failed(g, why);
    std::this_thread::sleep_for(turns < 64 ? std::chrono::microseconds(50) : std::chrono::microseconds(500));
  }
  try {
    work->wait();
  } catch (...) {
    // The watch may know which one it was.
    for (int turns = 0; turns < 40 && g.why().empty(); turns++) std::this_thread::sleep_for(milliseconds(50));
    failed(g, "a connection to another process broke: " + currentException());
  }
}

Work beginSum(Group& g, const Tensor& values) {
  std::vector<Tensor> list{values};
  return g.gloo->allreduce(list);
}

namespace {

// Every tensor as process 0 has it.
void spread(const std::vector<Tensor>& tensors) {
  Group& g = group();
  const at::NoGradGuard guard;
  for (const Tensor& tensor : tensors) {
    const Tensor host = tensor.detach().to(at::kCPU).contiguous();
    std::vector<Tensor> list{host};
    finish(g, g.gloo->broadcast(list));
    if (g.rank != 0) tensor.detach().copy_(host);
  }
}

}  // namespace

void defineProcesses(Exports& exports) {
  OP("processesBuilt", []() { return true; });
  exports.define("joinProcesses", join);
  exports.define("connectProcesses", connectAll);
  OP("processesLost", []() { return current == nullptr ? std::string() : current->why(); });
  OP("tellProcesses", [](const std::string& key, const std::string& text) { group().store->set(key, bytesOf(text)); });
  // One text, or none where nobody has told it yet.
  OP("toldProcesses", [](const std::string& key) {
    Group& g = group();
    return g.store->check({key}) ? std::vector<std::string>{textOf(g.store->get(key))} : std::vector<std::string>();
  });
  exports.define("spreadTensors", spread);
  defineAveraging(exports);
  defineNormsTogether(exports);
  // No process is waited for any more, nor waits for this one.
  OP("leaveProcesses", []() {
    Group& g = group();
    g.store->set("left/" + std::to_string(g.rank), bytesOf("yes"));
    std::lock_guard<std::mutex> lock(g.mutex);
    g.left = true;
    g.turn.notify_all();
  });
  // Ends the process at once: threads that wait for lost processes would not let it end in order.
  OP("quitProcess", [](int64_t code) {
    std::fflush(nullptr);
    _exit(static_cast<int>(code));
  });
}

}  // namespace engine

#else

namespace engine {

void defineProcesses(Exports& exports) {
  OP("processesBuilt", []() { return false; });
}

}  // namespace engine
#endif
