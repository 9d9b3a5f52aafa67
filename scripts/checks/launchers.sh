#!/usr/bin/env bash
# Trains in two processes with a real launcher: whole; with a process that dies and the launcher's restart; stopped by Ctrl-C.
#   scripts/checks/launchers.sh torchrun DIR     (TORCHRUN: which one)
#   scripts/checks/launchers.sh srun DIR         in a Slurm that runs, such as that of scripts/slurm/start.sh
# Both ends must have the same figures. Python 3 is needed where torchrun is.
set -uo pipefail
kind=$1
dir=$(mkdir -p "$2" && cd "$2" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
torchrun=${TORCHRUN:-torchrun}
export OMP_WAIT_POLICY=passive
cd "$dir" || exit 2

command=("$root/bin/safe-augment.mjs" train "$root/examples/cifar10-mini" --policy all --threads 1 --epochs 3
  --batch 64 --set model.width=8 --set budget=null)

# launch OUT RESTARTS: in the background, its output in OUT.log
launch() {
  case $kind in
    torchrun)
      # Underscores: 1.13 knows no others.
      "$torchrun" ${TORCHRUN_OPTIONS:-} --no_python --nproc_per_node 2 --master_port "$((20000 + RANDOM % 10000))" --max_restarts "$2" \
        "${command[@]}" --out "$1" >"$1.log" 2>&1 &
      ;;
    srun)
      srun --ntasks=2 --kill-on-bad-exit=0 "${command[@]}" --out "$1" >"$1.log" 2>&1 &
      ;;
  esac
  launcher=$!
}
# Waits for the second epoch of a run to begin.
begun() {
  for _ in $(seq 1200); do grep -q 'epoch 1/3:' "$1.log" && sleep 0.3 && return 0; sleep 0.1; done
  echo "FAILED: $1 does not train"; tail -5 "$1.log"; exit 1
}
# The process of a rank of a run.
process() {
  for each in $(pgrep -f "train $root/examples/cifar10-mini .*--out $1\$"); do
    tr '\0' '\n' <"/proc/$each/environ" 2>/dev/null | grep -qE "^(RANK|SLURM_PROCID)=$2\$" &&
      [ "$(readlink "/proc/$each/exe" | xargs basename)" = node ] && echo "$each"
  done | head -1
}
now() { date +%s%N; }
same() {
  node -e '
    const { readFileSync } = require("node:fs");
    const of = (run) => JSON.stringify({ ...JSON.parse(readFileSync(run + "/results.json")), seconds: 0 });
    process.exitCode = of(process.argv[1]) === of(process.argv[2]) ? 0 : 1;' "$1" "$2" &&
    echo "ok: $2 has the figures of $1" || { echo "FAILED: $2 has other figures than $1"; exit 1; }
}

rm -rf whole killed stopped ./*.log
launch whole 0
wait "$launcher" || { echo "FAILED: whole"; tail -20 whole.log; exit 1; }
echo "ok: whole, $(grep -c '^Training' whole.log) process speaks"

launch killed 1
begun killed
start=$(now)
kill -KILL "$(process killed 1)"
first=$(process killed 0)
while kill -0 "$first" 2>/dev/null; do sleep 0.05; done
echo "ok: process 1 killed, process 0 ended $((($(now) - start) / 1000000)) ms later"
wait "$launcher"
code=$?
if [ "$kind" = srun ]; then
  [ $code -ne 0 ] || { echo "FAILED: srun ended with 0"; exit 1; }
  command+=(--resume) && launch killed 0 && wait "$launcher"
  code=$?
  unset 'command[-1]'
fi
[ $code -eq 0 ] || { echo "FAILED: killed ends with $code"; tail -20 killed.log; exit 1; }
same whole killed

launch stopped 0
begun stopped
# As a terminal does it: launcher and processes at once.
for each in "$(process stopped 0)" "$(process stopped 1)" "$launcher"; do kill -INT "$each"; done
wait "$launcher"
grep -q 'Interrupted, state saved' stopped.log || { echo "FAILED: nothing saved"; tail -20 stopped.log; exit 1; }
command+=(--resume)
launch stopped 0
wait "$launcher" || { echo "FAILED: stopped does not go on"; tail -20 stopped.log; exit 1; }
unset 'command[-1]'
same whole stopped

command[2]=/nowhere
launch wrong 0
wait "$launcher" && { echo "FAILED: wrong data accepted"; exit 1; }
[ "$(grep -c 'DATA_MISSING' wrong.log)" = 1 ] || { echo "FAILED: the mistake is told more than once"; cat wrong.log; exit 1; }
echo "ok: a mistake is told once"
