# shellcheck shell=bash
# A freeze of ours whose guardian was killed (SIGKILL, out of memory): J and FS_* tell what it held.

# Ends the hold of attempt $1, whose journal is in J.
orphan_end() {
  local ATTEMPT="$STATE/attempts/$1"
  coverage_load "$ATTEMPT"
  orphan_wait && orphan_thaw && orphan_release || return
  uptime_ms
  journal to "$NOW"
  journal thawedAt "$(iso_now)"
  journal orphan 1
  journal phase auto-thawed
}

# A freeze that the guardian had begun may still be under way, in a process of its session: only after that it can be thawed.
orphan_wait() {
  local tries
  for tries in {1..50}; do
    grep -qs "(fsfreeze) [^ZX] [0-9]* [0-9]* ${J[guardian]% *} " /proc/[0-9]*/stat || return 0
    sleep 0.2
  done
  fail 'a freeze of its own has not ended'
}

# What does not end with the guardian's session is let go here. Another document's application is not known here.
orphan_release() {
  [[ -n ${J[touched]:-} ]] || return 0
  if [[ ${J[touched]} != "$(app_title)" ]]; then
    note "${J[touched]} may still be held: its own document's post-script of attempt ${ATTEMPT##*/} releases it"
    return 0
  fi
  SESSION_OVER=1 ERROR=
  app_call app_release unknown >&2 || fail "${ERROR:-app_release failed (exit code $?)}"
}

orphan_thaw() {
  local i failed=0
  for i in "${!FS_DEV[@]}"; do
    [[ -n ${J[trying.$i]:-} && -z ${J[thawed.$i]:-} ]] || continue
    orphan_thaw_one "$i" || failed=1
  done
  return "$failed"
}

orphan_thaw_one() {
  local fd output code=0
  freeze_open_one "$1" || return
  output=$(fsfreeze -u "/proc/self/fd/$fd" 2>&1) || code=$?
  exec {fd}<&-
  ((code == 0)) || [[ $output == *'Invalid argument'* ]] || fail "what it froze can not be thawed: $output" || return
  uptime_ms
  journal "thawed.$1" "$NOW"
}
