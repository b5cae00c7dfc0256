#!/usr/bin/env bash
# Builds Sensorium where needed, starts it with its demo models, and shows it working on the sample pictures.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dist=$root/deploy/target/sensorium
grpc_port=9000 http_port=8080 once=false

usage() {
  cat <<'TEXT'
Usage: deploy/demo.sh [--once] [--grpc-port N] [--http-port N]

Builds Sensorium if it is not built or its sources have changed, starts the server with the demo models, and shows from the
command line what they can do. The server then runs on until Ctrl-C.

  --once         stop the server at the end; exit non-zero if anything failed
  --grpc-port N  port for gRPC (default: 9000)
  --http-port N  port for metrics and health (default: 8080)
TEXT
}

while [ $# -gt 0 ]; do
  case $1 in
    --once) once=true && shift ;;
    --grpc-port) grpc_port=${2:?--grpc-port wants a port} && shift 2 ;;
    --http-port) http_port=${2:?--http-port wants a port} && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) echo "demo.sh: unknown option \"$1\"; see --help" >&2 && exit 2 ;;
  esac
done

# Whether the distribution lacks something that the sources have; each build makes its bin/ anew.
stale() {
  [ ! -f "$dist/server/quarkus-run.jar" ] || [ -n "$(find "$root" \
    \( -name target -o -name .git -o -name test -o -name training \) -prune -o \
    -type f -newer "$dist/bin" \( -name '*.java' -o -name '*.proto' -o -name pom.xml -o -name '*.properties' \
    -o -path '*/models/*' -o -path '*/samples/*' -o -path '*/deploy/sensorium*' \) -print -quit)" ]
}

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# Shows a command of the command line as one would type it, and runs it against the demo's server.
run() {
  local word line='deploy/sensorium'
  for word in "$@"; do
    case $word in *' '*) line+=" \"$word\"" ;; *) line+=" $word" ;; esac
  done
  printf '\n\033[2m$\033[0m %s\n' "$line"
  SENSORIUM_TARGET=localhost:$grpc_port deploy/sensorium "$@" || failed=true
}

cd "$root"
if stale; then
  say "Building (the first time downloads TensorFlow, about 600 MB in all) ..."
  ./mvnw -B -ntp -q -DskipTests package || { echo "demo.sh: the build failed" >&2 && exit 1; }
fi

say "Starting the server ..."
log=deploy/target/demo-server.log
deploy/sensorium-server --grpc-port "$grpc_port" --http-port "$http_port" > "$log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null; wait "$server" 2> /dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

deadline=$((SECONDS + 120))
until deploy/sensorium --target "localhost:$grpc_port" health > /dev/null 2>&1; do
  if ! kill -0 "$server" 2> /dev/null || [ $SECONDS -ge $deadline ]; then
    echo "demo.sh: the server did not become ready; its log says:" >&2
    tail -n 40 "$log" >&2
    exit 1
  fi
  sleep 0.5
done
grep '^20' "$log" # TensorFlow's own lines are left out

failed=false samples=deploy/samples
say "Which models are there?"
run models
say "What is in this picture?"
run match $samples/red-circle.png "a red circle" "a blue circle" "a red square" "a green star"
say "And where is what?"
run match $samples/green-square-above-white-cross.png \
  "a green square above a white cross" "a white cross above a green square" "a green cross above a white square"
say "Tell me in your own words."
run caption $samples/yellow-circle-left-of-cyan-triangle.png
say "I have a question about it."
run ask $samples/yellow-circle-left-of-cyan-triangle.png "what color is the triangle?"
say "Here are a dax and a blick. What is this? (only the two examples say what the names mean)"
run ask $samples/another-orange-triangle.png "what is this?" --model flamingo-shapes \
  --example $samples/red-circle.png=dax --example $samples/orange-triangle.png=blick
say "Is it the other way round? (a model that reads picture and words together)"
run match $samples/yellow-circle-left-of-cyan-triangle.png --model blip-itm-shapes \
  "a yellow circle left of a cyan triangle" "a cyan triangle left of a yellow circle"
say "Which picture fits these words? (the pictures are embedded as a stream)"
run search "a blue star" $samples --top 3
say "And these? (the embeddings come from the server's cache)"
run search "a yellow circle left of a cyan triangle" $samples --top 3
say "Now the other way round: draw what I say. (four pictures, the one that fits best first)"
run draw "a red circle above a blue square" --seed 7 --count 4 --rerank clip-shapes --preview --preview-interval 6 \
  -o deploy/target/drawing.png
say "And can one of them play? (it goes where it is told)"
run play grid --episodes 3 --seed 2002
say "What does a program see?"
run match $samples/yellow-cross.jpg "a yellow cross" "a blue square" --json

if $failed; then
  say "Something above failed; the server's log is deploy/target/demo-server.log"
  exit 1
fi
if $once; then
  say "All of it worked."
  exit 0
fi
say "The server listens on localhost:$grpc_port (gRPC) and localhost:$http_port (metrics, health). Ctrl-C stops it."
wait "$server"
