#!/usr/bin/env bash
# What `train --log tensorboard --log mlflow:ADDRESS` writes, read back by the real TensorBoard and a real MLflow server:
#   scripts/checks/logs/run.sh FOLDER [DATA]
# makes FOLDER/venv with the versions in requirements.txt, starts a server on FOLDER, trains, stops and resumes, and compares every
# epoch's figures with those in events.jsonl. Needs Python 3 and pip's index.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(cd "$here/../../.." && pwd)/bin/safe-augment.mjs
folder=$(mkdir -p "$1" && cd "$1" && pwd)
data=${2:-$here/../../../examples/cifar10-mini}
[ -x "$folder/venv/bin/mlflow" ] || {
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install -q -r "$here/requirements.txt"
}
port=$((20000 + RANDOM % 20000))
"$folder/venv/bin/mlflow" server --host 127.0.0.1 --port "$port" --workers 1 \
  --backend-store-uri "sqlite:///$folder/mlflow.db" --artifacts-destination "$folder/artifacts" >"$folder/server.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 120); do
  curl -fs "http://127.0.0.1:$port/health" >/dev/null && break
  sleep 1
done
rm -rf "$folder/run"
train=(node "$program" train "$data" --policy standard --epochs 6 --out "$folder/run" --threads 1 --workers 0
  --set model.width=8 --log tensorboard --log "mlflow:http://127.0.0.1:$port")
# The first sitting ends by Ctrl-C after its second epoch.
"${train[@]}" >"$folder/first.log" 2>&1 &
training=$!
until [ "$(grep -c '"type":"epoch"' "$folder/run/events.jsonl" 2>/dev/null || true)" -ge 2 ] 2>/dev/null; do
  kill -0 $training
  sleep 0.2
done
kill -INT $training
wait $training || true
node "$program" train --resume --out "$folder/run"
"$folder/venv/bin/python" "$here/check.py" "$folder/run" "http://127.0.0.1:$port"
