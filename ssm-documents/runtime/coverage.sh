# shellcheck shell=bash
# Which filesystems belong to the application: those that hold the paths it names, or, when it names none, all data filesystems.

NAMED= # not empty: the application names its paths
declare -a FS_DEV FS_POINT FS_TYPE FS_SOURCE FS_VOLUMES FS_REASON

# Sets PLAIN to the mount point of number $1 in the list.
fs_plain() { mounts_unescape "${FS_POINT[$1]}"; }

# Fills FS_*, in the order to freeze in. Paths come from the application's app_paths, one a line, and from includePaths.
# Returns what app_paths did where that failed.
coverage() {
  local paths wanted=' ' newline=$'\n' code=0 i
  survey
  devices_read_links
  FS_DEV=() FS_POINT=() FS_TYPE=() FS_SOURCE=() FS_VOLUMES=() FS_REASON=()
  paths=$(
    app_call app_paths || { code=$? && printf '\n%s' "${ERROR:-exit code $code}" && exit "$code"; }
    printf '\n%s\n' "${PARAM_INCLUDE_PATHS//,/$newline}"
  ) || code=$?
  if ((code > 0)); then
    ERROR=${paths##*"$newline"}
    ((code == NOT_READY)) || ERROR="the application's paths: $ERROR"
    return "$code"
  fi
  NAMED=${paths:+1}
  [[ -z $NAMED ]] || coverage_of_paths "$paths" || return
  for i in "${!S_DEV[@]}"; do
    if [[ -n $NAMED ]]; then [[ $wanted == *" ${S_DEV[i]} "* ]] || continue; else coverage_is_data "$i" || continue; fi
    devices_volumes "${S_DEV[i]}"
    FS_DEV+=("${S_DEV[i]}") FS_POINT+=("${S_POINT[i]}") FS_TYPE+=("${S_TYPE[i]}") FS_SOURCE+=("${S_SOURCE[i]}")
    FS_VOLUMES+=("$VOLUMES") FS_REASON+=("${S_REASON[i]}")
  done
}

# A data filesystem that can't be frozen stays in the list: left out, it would look as if all were covered.
coverage_is_data() { [[ -z ${S_REASON[$1]} || ${S_REASON[$1]} =~ ^(unsupported|hidden)$ ]]; }

# Adds to "wanted" the filesystems that hold the paths, and those mounted below them.
coverage_of_paths() {
  local rest=$1$'\n' path real i
  while [[ -n $rest ]]; do
    path=${rest%%$'\n'*} rest=${rest#*$'\n'}
    [[ -n $path ]] || continue
    if [[ $path =~ ^/proc/[0-9]+/root/ ]]; then
      container_coverage "$path" || return
      continue
    fi
    real=$(readlink -e -- "$path") || fail "$path does not exist" || return
    mounts_find "$real" || fail "$path lies on no mount" || return
    wanted+="${M_DEV[MOUNT]} "
    for i in "${!M_POINT[@]}"; do
      mounts_unescape "${M_POINT[i]}"
      if path_below "$PLAIN" "$real"; then wanted+="${M_DEV[i]} "; fi
    done
  done
}

# For hooks, in the guardian: does path $1 lie on a filesystem of the list? An application that came up or moved after the
# list was made does not.
coverage_holds() {
  mounts_read
  DEV=
  if [[ $1 =~ ^/proc/[0-9]+/root/ ]]; then
    path_dev "$1"
  elif mounts_find "$(readlink -f -- "$1")"; then
    DEV=${M_DEV[MOUNT]}
  fi
  [[ " ${FS_DEV[*]} " == *" ${DEV:-none} "* ]] || fail "$1 was not there when filesystems were looked for"
}

# Is something protected, by the freeze or by a quiesced application? Without the latter, all that was named must be frozen.
coverage_protected() {
  local i count=0 loose=''
  [[ -z $APP_QUIESCED ]] || return 0
  for i in "${!FS_DEV[@]}"; do
    fs_plain "$i"
    if [[ -z ${FS_REASON[i]} ]]; then ((count += 1)); else loose+="; $PLAIN: ${FS_REASON[i]}"; fi
  done
  ((count > 0)) || fail "nothing to freeze, and no application was quiesced$loose" || return
  [[ -z $NAMED || -z $loose ]] || fail "can not be frozen, and no application was quiesced$loose"
}

# For the guardian, and for a post-script that has to do without it. "-" stands for an empty field.
coverage_write() {
  local i
  for i in "${!FS_DEV[@]}"; do
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "${FS_DEV[i]}" "${FS_POINT[i]}" "${FS_TYPE[i]}" "${FS_SOURCE[i]:--}" \
      "${FS_VOLUMES[i]:--}" "${FS_REASON[i]:--}" || return
  done >"$ATTEMPT/filesystems"
}

coverage_load() {
  local dev point type source volumes reason
  FS_DEV=() FS_POINT=() FS_TYPE=() FS_SOURCE=() FS_VOLUMES=() FS_REASON=()
  [[ -f $1/filesystems ]] || return 0
  while IFS=$'\t' read -r dev point type source volumes reason; do
    FS_DEV+=("$dev") FS_POINT+=("$point") FS_TYPE+=("$type") FS_SOURCE+=("${source#-}")
    FS_VOLUMES+=("${volumes#-}") FS_REASON+=("${reason#-}")
  done <"$1/filesystems"
}

# Says on stderr what stays unfrozen: nothing is skipped without a word.
coverage_note() {
  local i
  for i in "${!S_DEV[@]}"; do
    [[ -n ${S_REASON[i]} ]] && coverage_told "$i" || continue
    mounts_unescape "${S_POINT[i]}"
    note "not frozen: $PLAIN (${S_SOURCE[i]}, ${S_TYPE[i]}): ${S_REASON[i]}"
  done
}

# Worth telling: it has a disk under it, and something can be written to it. Or it is the root.
coverage_told() { [[ ${S_REASON[$1]} == root || ! ${S_REASON[$1]} =~ ^(memory|network|read-only)$ && (${S_DEV[$1]} != 0:* || ${S_REASON[$1]} == unsupported) ]]; }
