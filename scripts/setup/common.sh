# Shared by the scripts: where the project is, how they speak, and how they know that work is already done.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$root/.venv
py=$venv/bin/python
export PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Prints one hash over the named files' contents and the project's place (a moved .venv does not work).
hash_of() { { printf '%s\n' "$root"; cat -- "$@"; } | sha256sum | cut -d' ' -f1; }

# fresh STAMP HASH: is the work behind the stamp done for this hash?
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# One setup at a time in one clone; held until the calling script ends.
lock_setup() {
  if command -v flock >/dev/null; then
    exec 9>"$root/.setup.lock"
    flock -n 9 || { say "Another setup is running in this clone; waiting for it."; flock 9; }
  fi
}
