# shellcheck shell=bash
# An application in a container of this host. What is to be said to it while its filesystems are frozen goes through a
# session that was opened before (session_open "${CONTAINER[@]}" COMMAND...): a new exec would hang.

CONTAINER=()     # the words before a command that is to be run in the container; none: on the host itself
CONTAINER_PID=''     # the container's first process

# container_find NAME: fills both; an empty name is the host itself.
container_find() {
  local engine pattern='"Pid": *([1-9][0-9]*)'
  CONTAINER=() CONTAINER_PID=''
  [[ -n $1 ]] || return 0
  for engine in docker podman nerdctl; do
    command -v "$engine" >/dev/null && timeout 5 "$engine" exec "$1" true </dev/null >/dev/null 2>&1 || continue
    [[ $(timeout 5 "$engine" inspect "$1" 2>/dev/null) =~ $pattern ]] || continue
    CONTAINER=("$engine" exec -i "$1") CONTAINER_PID=${BASH_REMATCH[1]}
    return 0
  done
  fail "container $1 is not running, or docker, podman or nerdctl can not tell"
}

# Prints path $1 of the application for app_paths: in a container it begins with the container's root.
container_path() {
  local path=$1
  if [[ -n $CONTAINER_PID ]]; then
    path=$(timeout 5 "${CONTAINER[@]}" readlink -f "$1" </dev/null) && [[ -n $path ]] || fail "$1 is not in the container" || return
    path=/proc/$CONTAINER_PID/root$path
  fi
  printf '%s\n' "$path"
}

# Adds to "wanted" the filesystems that hold path $1 (/proc/PID/root/...), and those mounted below it in the container.
container_coverage() {
  local pid=${1#/proc/} inside=/${1#/proc/*/root/} dev point
  pid=${pid%%/*}
  path_dev "$1" && [[ " ${M_DEV[*]} " == *" $DEV "* ]] || fail "$1 lies on no mount of the host" || return
  wanted+="$DEV "
  while read -r _ _ dev _ point _; do
    mounts_unescape "$point"
    if path_below "$PLAIN" "$inside"; then wanted+="$dev "; fi
  done <"/proc/$pid/mountinfo"
}
