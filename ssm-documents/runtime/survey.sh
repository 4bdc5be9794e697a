# shellcheck shell=bash
# Every filesystem of the host once (one per MAJ:MIN, whatever is bound where), in the order to freeze in,
# each with the reason why it is not frozen. An empty reason: it can be frozen.

declare -a S_DEV S_POINT S_TYPE S_SOURCE S_REASON S_HOLDERS

survey() {
  local i seen=' '
  S_DEV=() S_POINT=() S_TYPE=() S_SOURCE=() S_REASON=() S_HOLDERS=()
  mounts_read
  refusals_read
  for ((i = ${#M_DEV[@]} - 1; i >= 0; i--)); do # last mounted first: inner before outer
    [[ $seen != *" ${M_DEV[i]} "* ]] || continue
    seen+="${M_DEV[i]} "
    survey_add "$i"
  done
  survey_order
  refusals_follow_files
  for i in "${!S_DEV[@]}"; do survey_judge "$i"; done
}

survey_add() {
  local hidden='' HOLDERS=,
  MOUNT=$1
  if survey_freezable_type "${M_TYPE[$1]}"; then
    mounts_of_dev "${M_DEV[$1]}" || { MOUNT=$1 hidden=hidden; }
    devices_holders "${M_DEV[$1]}"
  fi
  S_DEV+=("${M_DEV[MOUNT]}") S_POINT+=("${M_POINT[MOUNT]}") S_TYPE+=("${M_TYPE[MOUNT]}") S_SOURCE+=("${M_SOURCE[MOUNT]}")
  S_HOLDERS+=("$HOLDERS") S_REASON+=("$hidden")
  [[ ${M_DEV[MOUNT]} == 0:* ]] || mounts_writable "${M_DEV[MOUNT]}" || S_REASON[${#S_REASON[@]} - 1]=read-only
}

survey_freezable_type() { [[ $1 == ext[34] || $1 == xfs ]]; }

# Moves each filesystem that lies in a file before the one that holds the file; the other way round the kernel hangs for good.
survey_order() {
  local inner outer moved=1 rounds=0
  while [[ -n $moved ]] && ((rounds++ < ${#S_DEV[@]})); do
    moved=
    for inner in "${!S_DEV[@]}"; do
      [[ ${S_HOLDERS[inner]} != , ]] || continue
      for ((outer = 0; outer < inner; outer++)); do
        [[ ${S_HOLDERS[inner]} == *",${S_DEV[outer]},"* ]] || continue
        survey_move "$inner" "$outer"
        moved=1
        break
      done
    done
  done
}

survey_move() {
  local array
  for array in S_DEV S_POINT S_TYPE S_SOURCE S_REASON S_HOLDERS; do survey_move_in "$array" "$1" "$2"; done
}

# Moves the element at $2 to the place of $3, in the array named $1 (bash 4.2 has no references to arrays).
survey_move_in() {
  local name="$1[$2]" i previous
  local value=${!name}
  for ((i = $2; i > $3; i--)); do
    previous="$1[i-1]"
    printf -v "$1[$i]" '%s' "${!previous}"
  done
  printf -v "$1[$3]" '%s' "$value"
}

# The first reason that holds, from "would hang the host" to "cannot be frozen".
survey_judge() {
  local dev=${S_DEV[$1]} type=${S_TYPE[$1]} reason=${S_REASON[$1]}
  if directory_mode; then
    reason=directory
  elif [[ -n ${HARD[$dev]:-} ]]; then
    reason=${HARD[$dev]}
  elif survey_excluded "$dev"; then
    reason=excluded
  elif [[ /${S_POINT[$1]}/ == */boot/* ]]; then
    reason=boot
  elif [[ -z $reason ]] && ! survey_freezable_type "$type"; then
    survey_type_reason "$type" "$dev"
  elif [[ -z $reason && -n ${SOFT[$dev]:-} ]] && ! survey_named "$dev" "${PARAM_INCLUDE_PATHS:-}"; then
    reason=${SOFT[$dev]}
  fi
  S_REASON[$1]=$reason
}

# Sets reason. squashfs and its like hold nothing that is written; a filesystem on a disk (or btrfs, zfs) does, and must be told.
survey_type_reason() {
  case $1 in
    nfs* | cifs | smb* | ceph | lustre | fuse.* | 9p | glusterfs | gfs* | ocfs*) reason=network ;;
    squashfs | iso9660 | udf | erofs) reason=read-only ;;
    btrfs | zfs | bcachefs) reason=unsupported ;;
    *) if [[ $2 != 0:* ]]; then reason=unsupported; else reason=memory; fi ;;
  esac
}

# Is one of the mounts of filesystem $1 excluded by name?
survey_excluded() {
  local i
  [[ -n ${PARAM_EXCLUDE_PATHS:-} ]] || return 1
  for i in "${!M_DEV[@]}"; do
    [[ ${M_DEV[i]} == "$1" ]] || continue
    mounts_unescape "${M_POINT[i]}"
    [[ ,$PARAM_EXCLUDE_PATHS, != *",$PLAIN,"* && ,$PARAM_EXCLUDE_PATHS, != *",$PLAIN/,"* ]] || return 0
  done
  return 1
}

# Does one of the paths in $2 (commas between) lie on filesystem $1?
survey_named() {
  local rest=${2:+$2,} path
  while [[ -n $rest ]]; do
    path=$(readlink -f -- "${rest%%,*}")
    rest=${rest#*,}
    if mounts_find "$path" && [[ ${M_DEV[MOUNT]} == "$1" ]]; then return 0; fi
  done
  return 1
}
