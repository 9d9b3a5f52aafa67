#!/usr/bin/env bash
# Checks the engine on a machine with a card, without a network: builds the addon against python3's torch, runs the tests
# of the device, learns and trains on the small samples, and measures training steps against PyTorch. A part that fails
# does not keep the others from running; a summary ends the output, and the exit code is 1 where a part failed.
#
#   scripts/gpu-check.sh [--device cuda|mps|cpu] [--prebuilt] [--only PART,PART] [--seconds N]
#
#   --device    default cuda; cpu shows that the check itself works
#   --prebuilt  take dist and native/build as they are
#   --only      parts out of: engine device train bfloat16 resume masks learn predict steps tests
#   --seconds   stop after so long; what was not reached is said
#
# Needed: Node 20 (NODE names its binary, default node), node_modules, a compiler, a Python with torch (PYTHON, default
# python3). Steps: BENCH_ARGS goes to the benchmark, e.g. "--rounds 3 --only densenet121 --compile default".
set -uo pipefail
cd "$(dirname "$0")/.."

device=cuda
prebuilt=no
only=engine,device,train,bfloat16,resume,masks,learn,predict,steps,tests
seconds=0
usage='usage: scripts/gpu-check.sh [--device cuda|mps|cpu] [--prebuilt] [--only PART,PART] [--seconds N]'
while [ $# -gt 0 ]; do
  case "$1" in
    --device) device="${2:?--device needs a name}"; shift 2 ;;
    --prebuilt) prebuilt=yes; shift ;;
    --only) only="${2:?--only needs names of parts}"; shift 2 ;;
    --seconds) seconds="${2:?--seconds needs a number}"; shift 2 ;;
    *) echo "unknown option $1; $usage" >&2; exit 2 ;;
  esac
done
node="${NODE:-node}"
python="${PYTHON:-python3}"
for need in "$node" "$python"; do
  command -v "$need" > /dev/null || { echo "missing: $need" >&2; exit 2; }
done
[ -d node_modules ] || { echo 'missing: node_modules (npm ci on a machine with a network)' >&2; exit 2; }

if [ $prebuilt = no ]; then
  LIBTORCH="$("$python" -c 'import os, torch; print(os.path.realpath(os.path.dirname(torch.__file__)))')" || exit 2
  export LIBTORCH
  unset SAFE_AUGMENT_TORCH
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
run() { "$node" bin/safe-augment.mjs "$@" --device "$device" --seed 1; }
mini=examples/cifar10-mini

engine() {
  "$python" -c 'import torch
print("torch", torch.__version__, "cuda", torch.version.cuda, "cudnn", torch.backends.cudnn.version(),
      [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())])'
  if [ $prebuilt = no ]; then
    "$node" scripts/native/build.mjs --beside && "$node" node_modules/typescript/bin/tsc --project . || return 1
  fi
  "$node" --input-type=module -e '
    const t = await import("./dist/src/tensor/index.js");
    console.log(t.engineInfo(), "devices:", t.availableDevices().join(" "));
    const device = t.resolveDevice(process.argv[1]);
    console.log("precision auto:", t.resolvePrecision("auto", device));
    const x = t.full([3, 3], 2, { device });
    console.log("a product:", t.matmul(x, x).toFloat32Array().join(" "));
  ' "$device"
}
# A card's convolutions in full float32, so that they can be held against the CPU's.
device() {
  NVIDIA_TF32_OVERRIDE=0 TEST_DEVICE="$device" "$node" --test --test-reporter=spec \
    dist/test/tensor/on-device.test.js dist/test/models/device.slow.test.js
}
train() { run train $mini --policy all --epochs 3 --out "$work/train"; }
bfloat16() { run train $mini --policy all --epochs 3 --precision bfloat16 --out "$work/bfloat16"; }
# Killed in the middle, and continued.
resume() {
  # Not by `run`: the process itself is to be killed.
  "$node" bin/safe-augment.mjs train $mini --policy all --epochs 12 --out "$work/resume" --device "$device" --seed 1 \
    > "$work/resume.log" 2>&1 &
  local training=$!
  for _ in $(seq 600); do
    [ -e "$work/resume/checkpoint/latest.safetensors" ] && break
    kill -0 $training 2> /dev/null || break
    sleep 0.1
  done
  kill -KILL $training 2> /dev/null || { echo 'the training ended before it could be killed'; cat "$work/resume.log"; return 1; }
  wait $training 2> /dev/null
  run train $mini --policy all --epochs 12 --out "$work/resume" --resume
}
masks() { run train examples/camvid-mini --policy none --epochs 2 --size 64x96 --precision bfloat16 --out "$work/masks"; }
learn() { run learn $mini --epochs 2 --out "$work/learn"; }
predict() {
  local image
  image="$(find $mini -name '*.png' | sort | head -n 1)"
  "$node" bin/safe-augment.mjs predict "$work/train" "$image" --device "$device"
}
steps() {
  # shellcheck disable=SC2086 — several words
  BENCH_PYTHON="$python" "$node" dist/bench/step.js --device "$device" ${BENCH_ARGS:---rounds 5}
}
tests() {
  TEST_DEVICE="$device" "$node" --test --test-reporter=dot \
    dist/test/tensor/*.test.js dist/test/nn/*.test.js dist/test/models/*.test.js
}

begin=$SECONDS
summary=()
group=
trap '[ -n "$group" ] && kill -TERM -- -$group; exit 143' INT TERM
failed=0
part() {
  local name="$1" limit="$2" start=$SECONDS code
  case ",$only," in *",$name,"*) ;; *) return ;; esac
  if [ "$seconds" -gt 0 ]; then
    local left=$((seconds - (SECONDS - begin)))
    if [ $left -lt 5 ]; then summary+=("$name: not reached"); return; fi
    [ $left -lt "$limit" ] && limit=$left
  fi
  echo "== $name"
  # A group of its own, so that the limit ends whatever the part has started.
  set -m
  ( "$name" ) < /dev/null &
  group=$!
  set +m
  ( sleep "$limit" && kill -TERM -- -$group && sleep 10 && kill -KILL -- -$group ) 2> /dev/null &
  local watch=$!
  wait $group 2> /dev/null
  code=$?
  group=
  pkill -P $watch 2> /dev/null
  kill $watch 2> /dev/null
  wait $watch 2> /dev/null
  if [ $code -eq 0 ]; then
    summary+=("$name: passed in $((SECONDS - start)) s")
  else
    [ $((SECONDS - start)) -ge "$limit" ] && code="$code, stopped after $limit s"
    summary+=("$name: FAILED (exit code $code)")
    failed=1
  fi
}
part engine 1200
part device 300
part train 120
part bfloat16 120
part resume 180
part masks 180
part learn 300
part predict 60
part steps 1800
part tests 900

echo "== summary on $device"
printf '%s\n' "${summary[@]}"
exit $failed
