#!/usr/bin/env bash
# Trains in two processes, each in a network namespace of its own, as on two hosts; then the way between them breaks.
#   scripts/checks/two-hosts.sh DIR      as root, with iproute2
set -uo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$dir" || exit 2
export OMP_WAIT_POLICY=passive
one=sa-one-$$ two=sa-two-$$
trap 'ip netns del $one 2>/dev/null; ip netns del $two 2>/dev/null' EXIT
ip netns add $one && ip netns add $two && ip link add sa0 netns $one type veth peer name sa0 netns $two || exit 3
ip -n $one address add 10.77.0.1/24 dev sa0
ip -n $two address add 10.77.0.2/24 dev sa0
for each in $one $two; do ip -n $each link set sa0 up && ip -n $each link set lo up; done

# start RANK NAMESPACE OUT
start() {
  RANK=$1 WORLD_SIZE=2 LOCAL_RANK=0 LOCAL_WORLD_SIZE=1 MASTER_ADDR=10.77.0.1 MASTER_PORT=29400 \
    ip netns exec "$2" "$root/bin/safe-augment.mjs" train "$root/examples/cifar10-mini" --out "$3" --policy all \
    --threads 1 --epochs 3 --batch 64 --set model.width=8 --set budget=null >"$3.$1.log" 2>&1 &
}
rm -rf whole broken ./*.log
start 1 $two whole; second=$!
start 0 $one whole; first=$!
wait $first && wait $second || { echo "FAILED: whole"; tail -8 whole.?.log; exit 1; }
echo "ok: trained over the network"

start 1 $two broken; second=$!
start 0 $one broken; first=$!
for _ in $(seq 1200); do grep -q 'epoch 1/3:' broken.0.log && break; sleep 0.1; done
before=$(date +%s%N)
ip -n $two link set sa0 down
wait $first; codes=$?
echo "ok: process 0 ended with $codes after $((($(date +%s%N) - before) / 1000000)) ms"
wait $second; codes="$codes $?"
echo "ok: process 1 ended with ${codes#* } after $((($(date +%s%N) - before) / 1000000)) ms"
case " $codes " in *' 0 '*) echo "FAILED: ended with $codes"; exit 1 ;; esac
grep -q PROCESS_LOST broken.0.log || { echo "FAILED: not told"; tail -8 broken.?.log; exit 1; }
