# Runs parts of the test suite so that what failed is the last thing said. Sourced by scripts/test.
# shellcheck shell=bash disable=SC2154
suites=$root/.pytest_cache/suites
most_again=5 # more failures than this are no bad luck, and are not run again

# suite NAME MARKS [words]: one pytest run with a log and a memory of failures of its own; prints what pytest prints
# and which tests took longest, so that the run stays short.
suite() {
  local name=$1 marks=$2 status=0
  shift 2
  mkdir -p "$suites"
  rm -rf "${suites:?}/$name" "$suites/$name.log"
  "$venv/bin/pytest" -o "cache_dir=$suites/$name" -m "$marks" --durations=20 --durations-min=5 "$@" 2>&1 | tee "$suites/$name.log" || status=$?
  return "$status"
}

# failures NAME: the tracebacks and the summary of a run, cut to what fits on a few screens.
failures() {
  sed -n -E '/^=+ (FAILURES|ERRORS) =+$/,$p' "$suites/$1.log" | tail -n "${2:-150}"
}

# again NAME: runs the few failed tests of a run once more, alone on the machine.
# What passes now is named unsteady and does not fail the run: timing of real parts on a busy machine is no fault
# of the product, but it must be seen. What fails twice has failed.
again() {
  local name=$1 failed
  failed=$(grep -cE '^(FAILED|ERROR) ' "$suites/$name.log" || true)
  [ "$failed" -ge 1 ] && [ "$failed" -le "$most_again" ] || return 1
  say "== $name: $failed failed; run once more, alone"
  failures "$name" 100
  if "$venv/bin/pytest" -o "cache_dir=$suites/$name" --last-failed --last-failed-no-failures none; then
    say "== UNSTEADY ($name): these failed once and passed alone; they want mending:"
    grep -E '^(FAILED|ERROR) ' "$suites/$name.log" >&2
    return 0
  fi
  return 1
}
