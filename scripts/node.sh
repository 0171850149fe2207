#!/bin/sh
# Run a command with a Node that can build the front end: scripts/node.sh npm ci
# The machine's own Node is taken when it is new enough; otherwise the wheel that carries Node and npm is
# installed into .venv. MUDMAI_NODE=wheel asks for the wheel in any case.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
venv=$root/.venv
lock=$root/requirements/node.txt

own_node_serves() {
  [ "${MUDMAI_NODE:-}" != wheel ] || return 1
  command -v npm >/dev/null 2>&1 || return 1
  command -v node >/dev/null 2>&1 || return 1
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
}

if ! own_node_serves; then
  stamp=$venv/.node-$(cksum < "$lock" | cut -d' ' -f1)
  if [ ! -e "$stamp" ]; then
    echo "No Node >= 20.19 with npm on PATH: installing the wheel that carries them into .venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
      --require-hashes --only-binary :all: --requirement "$lock" >&2
    touch "$stamp"
  fi
  PATH=$venv/bin:$PATH
  export PATH
fi
exec "$@"
