# shellcheck shell=bash
# Freezing and thawing by descriptors that were opened before: an open descriptor keeps the mount from going away under
# a freeze, and reaches the filesystem even after a lazy umount. Journal keys by a filesystem's number in the list:
# trying.N (may be frozen from here on), frozen.N, thawed.N (uptime in ms), lost.N (someone else thawed it), reason.N.

FD=() PENDING=() FROZEN=()

freeze_open() {
  local i fd
  for i in "${!FS_DEV[@]}"; do
    [[ -z ${FS_REASON[i]} ]] || continue
    freeze_open_one "$i" || return
    FD[i]=/proc/self/fd/$fd
  done
}

# Sets fd. The path must lead to the very filesystem of the list, not to one mounted over it since.
freeze_open_one() {
  fs_plain "$1"
  { exec {fd}<"$PLAIN"; } 2>/dev/null || fail "$PLAIN can not be opened" || return
  path_dev "/proc/self/fd/$fd" && [[ $DEV == "${FS_DEV[$1]}" ]] || fail "$PLAIN is another filesystem by now"
}

# Writes back first, so that the freeze itself has little to do. What holds files of the application and can't be frozen
# (the root, say) is written back all the same; synced.N: after the application was quiesced, and without an error.
freeze_sync() {
  local i path code
  for i in "${!FS_DEV[@]}"; do
    if [[ -n ${FD[i]:-} ]]; then
      path=${FD[i]}
    else
      [[ ! ${FS_REASON[i]} =~ ^(memory|run|network|read-only|hidden|excluded|directory)$ ]] || continue
      fs_plain "$i"
      path=$PLAIN
    fi
    code=0
    guardian_watch 0 sync -f "$path" || code=$?
    ((code == 0)) || [[ -n $STOP ]] || guardian_watch 0 sync # coreutils < 8.24
    hold_not_stopped || return
    [[ -z $APP_QUIESCED || -n ${FD[i]:-} ]] || ((code > 0)) || journal "synced.$i" 1
  done
}

freeze_all() {
  local i
  for i in "${!FD[@]}"; do
    hold_may_go_on || return
    freeze_one "$i" || return
  done
  for i in "${!FD[@]}"; do freeze_verify "$i" || return; done
}

freeze_one() {
  local code=0
  uptime_ms
  journal "trying.$1" "$NOW" || fail "$STATE can not be written" || return
  FROZEN[$1]=$NOW # writers wait from here on
  freeze_call "$1" || code=$?
  if ((code == 0)); then
    journal "frozen.$1" "${FROZEN[$1]}"
    return 0
  fi
  ((code <= 128 || code == STOPPED)) || fail "fsfreeze was killed (exit code $code)" || return # it may be frozen
  unset "FROZEN[$1]"
  ((code != STOPPED)) || hold_not_stopped || return
  journal "thawed.$1" "$NOW"
  freeze_failed "$1"
}

# A freeze that is given up may still succeed, and is thawed then.
freeze_call() {
  local code=0
  guardian_watch 0 fsfreeze -f "${FD[$1]}" || code=$?
  ((code != STOPPED)) || PENDING[$1]=$WATCHED
  return "$code"
}

# "Busy" is someone else's freeze: theirs to end, and no failure of this host.
freeze_failed() {
  fs_plain "$1"
  if [[ $OUTPUT == *'Device or resource busy'* ]]; then
    journal "reason.$1" frozen-by-other
    CODE=$HELD_ALREADY
    fail "$PLAIN was frozen already, by someone else"
  else
    journal "reason.$1" failed
    fail "$PLAIN can not be frozen: $OUTPUT"
  fi
}

# A second freeze must be refused as busy. Writing would be no probe: it would hang.
freeze_verify() {
  fs_plain "$1"
  if freeze_call "$1"; then
    journal "lost.$1" 1
    fail "$PLAIN was thawed by someone else"
  else
    hold_not_stopped || return
    [[ $OUTPUT == *'Device or resource busy'* ]] || fail "$PLAIN is not known to be frozen: $OUTPUT"
  fi
}

# Outer before inner, the reverse of freezing; carries on past an error and fails at the end.
thaw_all() {
  local i failed=0
  for ((i = ${#FS_DEV[@]} - 1; i >= 0; i--)); do
    [[ -n ${FROZEN[i]:-} ]] || continue
    thaw_one "$i" || failed=1
  done
  return "$failed"
}

thaw_one() {
  if ! guardian_watch 5000 fsfreeze -u "${FD[$1]}"; then
    if [[ $OUTPUT != *'Invalid argument'* ]]; then
      fs_plain "$1"
      fail "$PLAIN can not be thawed: ${OUTPUT:-no answer}"
      return
    fi
    journal "lost.$1" 1 # not frozen any more
  fi
  uptime_ms
  journal "thawed.$1" "$NOW"
  unset "FROZEN[$1]"
}

# Freezes that had not ended when they were given up. The kernel can't be hurried: wait, then thaw.
thaw_pending() {
  local i
  for i in "${!PENDING[@]}"; do
    while [[ -z ${ENDED[${PENDING[i]}]:-} ]]; do guardian_listen 0.2; done
    if [[ ${ENDED[${PENDING[i]}]} == 0 ]]; then FROZEN[i]=$NOW; fi
    unset "PENDING[$i]"
  done
  thaw_all
}

