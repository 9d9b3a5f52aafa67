#!/usr/bin/env bash
# Checks the engine on a machine with a card, without a network: builds the addon against python3's torch, runs the
# tests of engine and models on the device, trains on the small sample, and measures training steps against PyTorch.
#
#   scripts/gpu-check.sh [--device cuda|mps|cpu]     default cuda; cpu shows that the check itself works
#
# Needed: Node 20 (NODE names its binary, default node), node_modules, a compiler, a Python with torch (PYTHON, default
# python3).
set -euo pipefail
cd "$(dirname "$0")/.."

device=cuda
while [ $# -gt 0 ]; do
  case "$1" in
    --device) device="${2:?--device needs a name}"; shift 2 ;;
    *) echo "unknown option $1; usage: scripts/gpu-check.sh [--device cuda|mps|cpu]" >&2; exit 2 ;;
  esac
done
node="${NODE:-node}"
python="${PYTHON:-python3}"
for need in "$node" "$python"; do
  command -v "$need" > /dev/null || { echo "missing: $need" >&2; exit 2; }
done
[ -d node_modules ] || { echo 'missing: node_modules (npm ci on a machine with a network)' >&2; exit 2; }

echo "== engine"
LIBTORCH="$("$python" -c 'import os, torch; print(os.path.realpath(os.path.dirname(torch.__file__)))')"
export LIBTORCH
"$python" -c 'import torch; print("torch", torch.__version__, "cuda", torch.version.cuda, [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())])'
"$node" scripts/native/build.mjs --beside
"$node" node_modules/typescript/bin/tsc --project .

echo "== device $device"
"$node" --input-type=module -e '
  const t = await import("./dist/src/tensor/index.js");
  console.log(t.engineInfo(), "devices:", t.availableDevices().join(" "));
  t.resolveDevice(process.argv[1]);
' "$device"

echo "== tests"
TEST_DEVICE="$device" "$node" --test --test-reporter=dot \
  dist/test/tensor/*.test.js dist/test/nn/*.test.js dist/test/models/*.test.js

echo "== learn"
run="$(mktemp -d)"
trap 'rm -rf "$run"' EXIT
"$node" bin/safe-augment.mjs learn examples/cifar10-mini --device "$device" --epochs 2 --out "$run/run"

echo "== steps against PyTorch"
BENCH_PYTHON="$python" "$node" dist/bench/step.js --device "$device" --rounds "${ROUNDS:-5}" ${ONLY:+--only "$ONLY"}
echo "gpu-check: done on $device"
