// Several processes that train one network: gradients are averaged while the backward pass runs, through libtorch's own c10d
// (a store over TCP, which process 0 keeps, and Gloo for the sums).
//
// Nothing waits blindly. A thread gives a sign of life and watches for those of the others, and whoever waits for a sum looks
// at what it has found: a process that dies, or stands still, ends the wait of all others.
#include "bind.hpp"
#include "ops.hpp"

#if ENGINE_PROCESSES
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace engine {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Signs of life.
constexpr milliseconds kBeat{500};
// A process that has given none for so long counts as lost.
constexpr std::chrono::seconds kSilence{15};
// Gloo's own limit: the watch is quicker, and a step may take minutes.
constexpr milliseconds kSumLimit{std::chrono::minutes(10)};
constexpr milliseconds kStoreLimit{std::chrono::seconds(10)};
// Gradients that travel together; the last parameters' come first.
constexpr int64_t kBucketBytes = 4 << 20;
// Buckets under way at once, and the small sums between them.
constexpr int kThreads = 3;

using Store = c10::intrusive_ptr<c10d::Store>;
using Work = c10::intrusive_ptr<c10d::Work>;

std::vector<uint8_t> bytesOf(const std::string& text) { return {text.begin(), text.end()}; }
std::string textOf(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

// Gradients that are summed at once. `views` lie in `flat` as the parameters lie in memory: they become the gradients.
struct Bucket {
  std::vector<Tensor> params, views;
  std::vector<bool> ready;
  size_t missing = 0;
  Tensor flat;
  Work work;
};

// One a process. It is never destroyed: a lost connection leaves threads behind that nothing can end, and the process ends by `quit`.
struct Group {
  int64_t rank = 0, size = 1;
  Store store, beats;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
  std::mutex mutex;
  std::condition_variable turn;
  bool left = false;
  std::string lost;
  std::atomic<int64_t> lastBeat{0};
  // In the order in which their sums begin.
  std::vector<Bucket> buckets;
  std::vector<std::shared_ptr<torch::autograd::Node>> accumulators;
  size_t begun = 0;
  bool averaging = false, overlapping = true;

  void lose(const std::string& why) {
    std::lock_guard<std::mutex> lock(mutex);
    if (lost.empty() && !left) lost = why;
  }
  std::string why() {
    std::lock_guard<std::mutex> lock(mutex);
    if (!lost.empty() || left || lastBeat == 0) return lost;
    // The watch itself may hang where the network is gone.
    const auto since = Clock::now().time_since_epoch().count() - lastBeat;
    if (Clock::duration(since) > kSilence) lost = "no connection to process 0";
    return lost;
  }
};

Group* current = nullptr;

Group& group() {
  TORCH_CHECK(current != nullptr, "this process has joined no others");
  return *current;
}

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

// values := their sums over all processes; on the CPU.
void sumAll(Group& g, const Tensor& values) { finish(g, beginSum(g, values)); }

// --- Gradients ---

void begin(Group& g, Bucket& bucket) {
  for (size_t i = 0; i < bucket.params.size(); i++)
    if (!bucket.ready[i]) bucket.views[i].zero_();
  bucket.work = beginSum(g, bucket.flat);
}

// Takes a gradient over; sums begin in the order of the buckets, which is the same in every process.
void take(Group& g, size_t place, size_t i) {
  Bucket& bucket = g.buckets[place];
  if (bucket.ready[i]) return;
  const at::NoGradGuard guard;
  at::mul_out(bucket.views[i], bucket.params[i].grad(), at::scalar_tensor(1.0 / g.size, at::kFloat));
  bucket.ready[i] = true;
  bucket.missing--;
  while (g.overlapping && g.begun < g.buckets.size() && g.buckets[g.begun].missing == 0) begin(g, g.buckets[g.begun++]);
}

struct Arrived : torch::autograd::FunctionPostHook {
  Arrived(Group& g, size_t place, size_t i) : g(g), place(place), i(i) {}
  variable_list operator()(const variable_list& outputs, const variable_list&) override {
    if (g.averaging) take(g, place, i);
    return outputs;
  }
  Group& g;
  size_t place, i;
};

// From now on `backwardTogether` averages the gradients of these parameters.
void averageGradients(const std::vector<Tensor>& params, bool overlapping) {
  Group& g = group();
  TORCH_CHECK(g.buckets.empty(), "gradients of other parameters are averaged already");
  g.overlapping = overlapping;
  int64_t bytes = kBucketBytes;
  for (size_t p = params.size(); p-- > 0;) {
    const Tensor& param = params[p];
    TORCH_CHECK(param.scalar_type() == at::kFloat && param.is_non_overlapping_and_dense(),
                "expected parameters of float32 without gaps, got ", param.toString(), " ", param.sizes());
    if (bytes >= kBucketBytes) {
      g.buckets.emplace_back();
      bytes = 0;
    }
    bytes += param.nbytes();
    g.buckets.back().params.push_back(param);
  }
  for (size_t place = 0; place < g.buckets.size(); place++) {
    Bucket& bucket = g.buckets[place];
    int64_t count = 0;
    for (const Tensor& param : bucket.params) count += param.numel();
    bucket.flat = at::zeros({count}, at::kFloat);
    int64_t at = 0;
    for (size_t i = 0; i < bucket.params.size(); i++) {
      const Tensor& param = bucket.params[i];
      bucket.views.push_back(bucket.flat.as_strided(param.sizes(), param.strides(), at));
      at += param.numel();
      const auto accumulator = torch::autograd::impl::grad_accumulator(param);
      accumulator->add_post_hook(std::make_unique<Arrived>(g, place, i));
      // A parameter keeps no hold of it.
      g.accumulators.push_back(accumulator);
    }
  }
}

// The backward pass; afterwards gradients are those of the mean over the processes. @returns the means of `values`, which travel along
std::vector<double> backwardTogether(const Tensor& loss, const std::vector<double>& values) {
  Group& g = group();
  const Tensor along = at::empty({static_cast<int64_t>(values.size())}, at::kDouble);
  for (size_t i = 0; i < values.size(); i++) along.data_ptr<double>()[i] = values[i] / g.size;
  const Work means = beginSum(g, along);
  g.begun = 0;
  for (Bucket& bucket : g.buckets) {
    bucket.ready.assign(bucket.params.size(), false);
    bucket.missing = bucket.params.size();
  }
  g.averaging = true;
  try {
    loss.backward();
  } catch (...) {
    g.averaging = false;
    throw;
  }
  g.averaging = false;
  const at::NoGradGuard guard;
  while (g.begun < g.buckets.size()) begin(g, g.buckets[g.begun++]);
  for (Bucket& bucket : g.buckets) {
    finish(g, bucket.work);
    for (size_t i = 0; i < bucket.params.size(); i++)
      if (bucket.ready[i]) const_cast<Tensor&>(bucket.params[i]).mutable_grad() = bucket.views[i].detach();
  }
  finish(g, means);
  const double* data = along.data_ptr<double>();
  return std::vector<double>(data, data + values.size());
}

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

// --- Batch normalisation with the statistics of all processes ---

// Along all dimensions but that of the channels.
std::vector<int64_t> others(const Tensor& x) {
  std::vector<int64_t> dims;
  for (int64_t d = 0; d < x.dim(); d++)
    if (d != 1) dims.push_back(d);
  return dims;
}

// [C] as it is broadcast over x.
Tensor over(const Tensor& values, const Tensor& x) {
  std::vector<int64_t> shape(x.dim(), 1);
  shape[1] = -1;
  return values.view(shape);
}

struct NormTogether : torch::autograd::Function<NormTogether> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        const Tensor& runningMean, const Tensor& runningVar, double momentum, double eps) {
    Group& g = group();
    const Tensor x = input.to(at::kFloat);
    const int64_t channels = x.size(1);
    const auto dims = others(x);
    const auto [variance, mean] = at::var_mean(x, dims, /*unbiased=*/false);
    const double n = static_cast<double>(x.numel() / channels);
    // Sums in float64: [count, sums, sums of squares]
    const Tensor m = mean.to(at::kCPU, at::kDouble), v = variance.to(at::kCPU, at::kDouble);
    const Tensor sums = at::cat({at::full({1}, n, at::kDouble), m * n, (v + m * m) * n});
    sumAll(g, sums);
    const double count = sums[0].item<double>();
    const Tensor all = sums.narrow(0, 1, channels) / count;
    const Tensor spread = (sums.narrow(0, 1 + channels, channels) / count - all * all).clamp_min(0);
    const Tensor mu = all.to(x.device(), at::kFloat);
    const Tensor inverse = (spread + eps).rsqrt().to(x.device(), at::kFloat);
    runningMean.mul_(1 - momentum).add_(mu, momentum);
    runningVar.mul_(1 - momentum).add_(spread.to(x.device(), at::kFloat), momentum * count / std::max(1.0, count - 1));
    const Tensor scale = weight * inverse;
    ctx->save_for_backward({x, weight, mu, inverse});
    ctx->saved_data["count"] = count;
    return at::addcmul(over(bias, x), x - over(mu, x), over(scale, x)).to(input.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    Group& g = group();
    const auto saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &mu = saved[2], &inverse = saved[3];
    const double count = ctx->saved_data["count"].toDouble();
    const Tensor dy = gradients[0].to(at::kFloat);
    const auto dims = others(x);
    const Tensor normed = (x - over(mu, x)) * over(inverse, x);
    const Tensor sum = dy.sum(dims), product = (dy * normed).sum(dims);
    const Tensor sums = at::cat({sum, product}).to(at::kCPU, at::kDouble);
    sumAll(g, sums);
    const Tensor means = (sums / count).to(x.device(), at::kFloat);
    const int64_t channels = x.size(1);
    // dx = weight / deviation * (dy - mean(dy) - normed * mean(dy * normed)), means over the pixels of all processes
    const Tensor dx = (dy - over(means.narrow(0, 0, channels), x) - normed * over(means.narrow(0, channels, channels), x)) *
                      over(weight * inverse, x);
    return {dx.to(gradients[0].scalar_type()), product, sum, Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

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
  exports.define("averageGradients", averageGradients);
  exports.define("backwardTogether", backwardTogether);
  exports.define("spreadTensors", spread);
  OP("batchNormTogether", [](const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean,
                             const Tensor& runningVar, double momentum, double eps) {
    return NormTogether::apply(x, weight, bias, runningMean, runningVar, momentum, eps);
  });
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
