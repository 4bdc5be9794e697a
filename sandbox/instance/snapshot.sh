#!/bin/bash
# Copies images at one point in time: snapshot.sh REFLINK(always|never) [IMAGE COPY MOUNT]...
# MOUNT is where the image is mounted (through /proc/PID/root, inner mounts first), or empty. What its instance has not frozen
# is held from here while copying; when an instance thaws in between, the copying begins again.
set -euo pipefail
export LC_ALL=C

reflink=$1
shift
images=() copies=() fds=() held=() ours=()

release() {
  local fd
  for fd in ${ours[@]+"${ours[@]}"}; do fsfreeze -u "/proc/self/fd/$fd" || true; done
  ours=()
}
trap release EXIT
trap 'exit 143' HUP INT TERM

try_freeze() { # FD: 0 = frozen by us now, 1 = its instance holds it
  local said
  said=$(fsfreeze -f "/proc/self/fd/$1" 2>&1) && return 0
  [[ $said == *busy* ]] && return 1
  echo "$said" >&2
  exit 1
}

hold() {
  local fd
  held=()
  for fd in ${fds[@]+"${fds[@]}"}; do
    if try_freeze "$fd"; then ours+=("$fd"); else held+=("$fd"); fi
  done
}

still_held() {
  local fd
  for fd in ${held[@]+"${held[@]}"}; do
    if try_freeze "$fd"; then
      ours+=("$fd")
      return 1
    fi
  done
}

copy() {
  local i
  for ((i = 0; i < ${#images[@]}; i++)); do cp --sparse=auto --reflink="$reflink" "${images[i]}" "${copies[i]}"; done
}

while (($# >= 3)); do
  images+=("$1") copies+=("$2")
  if [[ -n $3 ]]; then
    exec {fd}<"$3"
    fds+=("$fd")
  fi
  shift 3
done
for attempt in 1 2 3; do
  hold
  copy
  if still_held; then exit 0; fi
  release
done
echo "an instance thawed and froze while its volumes were copied, $attempt times" >&2
exit 1
