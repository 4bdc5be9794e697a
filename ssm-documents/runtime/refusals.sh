# shellcheck shell=bash
# Which filesystems must not be frozen, and why. While one of these is frozen, the agent, a login or the runtime itself
# could block, and then nobody is left who thaws.

# reason:path. "Holds" = the path lies on the filesystem; places marked with "+" refuse mounts below them too.
readonly HARD_PLACES='root:/ agent:+/var/lib/amazon agent:+/etc/amazon agent:+/var/log/amazon
  agent:+/var/snap/amazon-ssm-agent temporary:+/tmp run:+/run run:/var/run system:/etc system:/usr system:/dev'
# These only when they were not named: they can be frozen, but hold what no backup of an application is about.
readonly SOFT_PLACES='log:+/var/log home:+/home containers:+/var/lib/docker containers:+/var/lib/containerd
  containers:+/var/lib/containers containers:+/var/lib/kubelet containers:+/var/lib/rancher containers:+/var/lib/lxc
  containers:+/var/lib/lxd containers:+/var/snap/docker'

declare -A HARD SOFT

refusals_read() {
  local place
  HARD=() SOFT=()
  for place in $HARD_PLACES; do refusals_add HARD "$place"; done
  refusals_add HARD "agent:${SCRIPT%/*}"
  for place in $SOFT_PLACES; do refusals_add SOFT "$place"; done
  refusals_add_overlays
}

# Marks the filesystem that holds a place in HARD or SOFT (by MAJ:MIN), and with "+" those mounted below it.
refusals_add() {
  local path=${2#*:} below='' i
  [[ $path != +* ]] || below=1
  path=${path#+}
  if [[ -n $below ]]; then
    for i in "${!M_POINT[@]}"; do
      if path_below "${M_POINT[i]}" "$path"; then refusals_mark "$1" "${M_DEV[i]}" "${2%%:*}"; fi
    done
  fi
  path=$(readlink -f -- "$path") || return 0
  if mounts_find "$path"; then refusals_mark "$1" "${M_DEV[MOUNT]}" "${2%%:*}"; fi
}

refusals_mark() {
  if [[ $1 == HARD ]]; then HARD[$2]=${HARD[$2]:-$3}; else SOFT[$2]=${SOFT[$2]:-$3}; fi
}

# What holds the upper folder of an overlay holds a container (or, of the root, everything).
refusals_add_overlays() {
  local i upper
  for i in "${!M_TYPE[@]}"; do
    [[ ${M_TYPE[i]} == overlay && ${M_SUPER[i]} == *upperdir=* ]] || continue
    upper=${M_SUPER[i]#*upperdir=}
    mounts_unescape "${upper%%,*}"
    path_dev "$PLAIN" || continue
    if [[ ${M_POINT[i]} == / ]]; then refusals_mark HARD "$DEV" root; else refusals_mark SOFT "$DEV" containers; fi
  done
}

# A filesystem in a file writes to the one that holds the file: what may not stop inside may not stop outside.
refusals_follow_files() {
  local again=1 i
  while [[ -n $again ]]; do
    again=
    for i in "${!S_DEV[@]}"; do
      refusals_hand_on HARD "${HARD[${S_DEV[i]}]:-}" "${S_HOLDERS[i]}" && again=1
      refusals_hand_on SOFT "${SOFT[${S_DEV[i]}]:-}" "${S_HOLDERS[i]}" && again=1
    done
  done
}

# refusals_hand_on HARD|SOFT REASON HOLDERS: succeeds when something was marked anew.
refusals_hand_on() {
  local rest=${3#,} marked=1 dev
  [[ -n $2 ]] || return 1
  while [[ -n $rest ]]; do
    dev=${rest%%,*}
    rest=${rest#*,}
    if [[ $1 == HARD ]]; then [[ -n ${HARD[$dev]:-} ]] && continue; else [[ -n ${SOFT[$dev]:-} ]] && continue; fi
    refusals_mark "$1" "$dev" "$2"
    marked=0
  done
  return "$marked"
}
