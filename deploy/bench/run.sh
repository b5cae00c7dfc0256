#!/usr/bin/env bash
# Measures Sensorium against transformers and against a Python server over it; see README.md.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
bench=deploy/target/bench
python=${PYTHON:-python3}
seconds=${SECONDS_EACH:-12}
warm_up=${WARM_UP:-25} # the compilers of both sides take the cores for so long
grpc=9600 http=9601 python_port=9602

say() { printf '\n## %s\n' "$*"; }

# Runs `sensorium bench` and prints one line: what was measured, then rate and latencies.
measure() { # NAME TARGET OPTION...
  local name=$1 target=$2
  shift 2
  SENSORIUM_CLI_JAVA_OPTS=-XX:TieredStopAtLevel=4 deploy/sensorium --target "localhost:$target" bench \
    --duration "${seconds}s" --warm-up "${warm_up}s" --json "$@" > "$bench/last.json"
  "$python" - "$name" "$bench/last.json" <<'PY'
import json, sys
name, path = sys.argv[1:]
result = json.load(open(path))
latency = result["latency_ms"]
print(f"{name:<44} {result['items_per_second']:8.1f} items/s   p50 {latency['p50']:8.2f} ms   "
      f"p99 {latency['p99']:8.2f} ms   batch {result.get('batch_size', 1):4.1f}   errors {result['errors'] or 'none'}",
      flush=True)
PY
}

serve() { # OPTION...: starts Sensorium and waits until it serves
  deploy/sensorium-server --models "${models:-$bench/models}" --grpc-port $grpc --http-port $http "$@" > "$bench/server.log" 2>&1 &
  server=$!
  until deploy/sensorium --target localhost:$grpc health > /dev/null 2>&1; do kill -0 $server && sleep 0.5; done
}

stop() {
  kill "$server" && wait "$server" || true
}

trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
mkdir -p "$bench/models/vit-b-32"
model=$bench/models/vit-b-32/1
if [ ! -d "$model" ]; then
  PYTHONPATH=plugins/training "$python" plugins/clip/training/full_size.py "$model"
fi
if [ ! -d "$bench/pictures" ]; then
  "$python" deploy/bench/pictures.py "$bench/pictures"
fi

# Runs a program beside this script on the server's libraries, with the settings of its launcher.
program() { # FILE ARGUMENT...
  GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.cpu.x86_non_temporal_threshold=0x100000 TF_CPP_MIN_LOG_LEVEL=3 \
    TF_ENABLE_ONEDNN_OPTS=1 TF_ONEDNN_ASSUME_FROZEN_WEIGHTS=1 java -Xmx2g \
    -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.maxBytes=0 \
    -cp 'deploy/target/sensorium/server/lib/main/*:deploy/target/sensorium/plugins/clip/*' "deploy/bench/$1" "${@:2}" 2> /dev/null
}

say "Weights into variables"
for dtype in float32 bfloat16; do
  program Loading.java "$model" $dtype towers 8
  program Loading.java "$model" $dtype tables 8
done

say "Preparing pictures"
program Preparing.java "$model" "$bench/pictures/00.jpg"
"$python" deploy/bench/preparing.py "$model" "$bench/pictures/00.jpg" 2> /dev/null

say "Image tower of ViT-B/32, random weights"
"$python" deploy/bench/peak.py
export -f program
for dtype in float32 bfloat16; do
  for batch in 1 8 32; do
    "$python" deploy/bench/turns.py "Sensorium and transformers, $dtype, batch $batch" --seconds $((2 + batch / 8)) \
      "program Towers.java --each $model $dtype image $batch" "$python deploy/bench/towers.py --each $model $dtype $batch"
  done
done

say "Tokens of GPT-2 small, random weights"
if [ ! -d "$bench/gpt2" ]; then
  "$python" deploy/bench/decoding.py "$bench/gpt2" write
fi
for dtype in float32 bfloat16 bfloat16 bfloat16; do # the better type of both sides more than once, as memory's speed changes
  program Decoding.java "$bench/gpt2" $dtype 1 4 8 16
  "$python" deploy/bench/decoding.py "$bench/gpt2" $dtype 1 8 2> /dev/null
done

say "The tower in a loop, then the server at saturation, in batches of 8"
for dtype in float32 bfloat16; do
  for tower in text image; do
    program Towers.java "$model" $dtype $tower 8
  done
  serve "-Dsensorium.model-settings.vit-b-32.dtype=$dtype" -Dsensorium.batching.max-rows=8
  measure "texts, $dtype" $grpc --text "a photo of a red circle above a blue square" --concurrency 16 \
    --metrics http://localhost:$http/q/metrics
  measure "pictures, 8 a call, $dtype" $grpc --side 224 --concurrency 8 --batch 8 --metrics http://localhost:$http/q/metrics
  stop
  for tower in text image; do
    program Towers.java "$model" $dtype $tower 8
  done
done

for dtype in float32 bfloat16; do
  say "The whole service, 16 callers, JPEGs of 640x480, $dtype"
  serve "-Dsensorium.model-settings.vit-b-32.dtype=$dtype"
  measure "sensorium, $dtype" $grpc --pictures "$bench/pictures" --concurrency 16 --metrics http://localhost:$http/q/metrics
  warm_up=8 measure "sensorium, $dtype, streams" $grpc --pictures "$bench/pictures" --concurrency 2 --stream
  stop
  "$python" deploy/bench/reference_server.py "$model" --port $python_port --dtype $dtype > "$bench/python.log" 2>&1 &
  server=$!
  until grep -q listening "$bench/python.log"; do kill -0 $server && sleep 0.5; done
  measure "grpcio over transformers, $dtype" $python_port --pictures "$bench/pictures" --concurrency 16
  stop
done

say "Pictures at DALL-E mini's size, random weights"
if [ ! -d "$bench/dalle/dalle-mini" ]; then
  PYTHONPATH=plugins/training "$python" plugins/dalle/training/full_size.py "$bench/dalle/dalle-mini/1"
fi
for dtype in float32 bfloat16; do
  models=$bench/dalle serve "-Dsensorium.model-settings.dalle-mini.dtype=$dtype"
  for count in 1 4 8; do
    begin=$(date +%s%N)
    deploy/sensorium --target localhost:$grpc draw "a red circle above a blue square" --count $count --timeout 20m \
      -o "$bench/drawing.png" > /dev/null
    echo "sensorium, $dtype, $count at once: $((($(date +%s%N) - begin) / count / 1000000)) ms a picture"
  done
  stop
done
if [ -n "${MIN_DALLE:-}" ]; then
  PYTHONPATH=plugins/training "$python" plugins/dalle/training/compare.py "$bench/dalle/dalle-mini/1" "$MIN_DALLE" --codes 48
fi

say "With and without batching, 16 callers, float32"
serve -Dsensorium.batching.max-rows=8
measure "batches of up to 8" $grpc --side 224 --concurrency 16 --metrics http://localhost:$http/q/metrics
stop
serve -Dsensorium.batching.max-rows=1
measure "one at a time" $grpc --side 224 --concurrency 16 --metrics http://localhost:$http/q/metrics
stop

say "The cache, float32"
serve
measure "cache hits, 1 caller" $grpc --pictures "$bench/pictures" --concurrency 1 --cache on
warm_up=8 measure "cache hits, 16 callers" $grpc --pictures "$bench/pictures" --concurrency 16 --cache on
stop

say "What a cache miss costs, float32, 1 caller"
serve
for round in 1 2 3; do
  warm_up=8 measure "cache off" $grpc --pictures "$bench/pictures" --concurrency 1 --cache off
  warm_up=8 measure "cache misses" $grpc --pictures "$bench/pictures" --concurrency 1 --cache new
done
stop
