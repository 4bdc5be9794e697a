# shellcheck shell=bash
# pre-script: decide under the lock, look at the host, arm the guardian, wait until it holds everything.

pre_main() {
  local code=''
  STAGE=pre
  boot_id
  contract_check && contract_in_time && state_prepare || pre_fail
  state_lock || finish "$HELD_ALREADY" failed "$ERROR"
  pre_decide
  state_forget
  state_claim || pre_fail
  KEEP=1
  state_unlock
  coverage || code=$?
  [[ $code != "$NOT_READY" ]] || finish "$NOT_READY" failed "$ERROR"
  [[ -z $code ]] || pre_fail
  coverage_note
  declare -F app_quiesce >/dev/null || coverage_protected || pre_fail
  ERROR=
  app_call app_ready >&2 || finish "$NOT_READY" failed "${ERROR:-the application is not ready}"
  pre_arm
  pre_await
}

# pre_fail [SENTENCE]
pre_fail() { finish "$PRE_FAILED" failed "${1:-$ERROR}"; }

# May this attempt begin? Ends the script where not.
pre_decide() {
  local holder
  if [[ $PARAM_EXECUTION_ID != None ]]; then
    [[ ! -e $ATTEMPT/post.seen ]] || pre_fail 'this attempt has had its post-script already'
    [[ ! -s $ATTEMPT/pre.code && ! -e $ATTEMPT/journal ]] || pre_again
  fi
  holder=$(state_current)
  if [[ -n $holder ]] && journal_read "$holder" && journal_same_boot && ! journal_ended; then pre_look_at "$holder"; fi
  J=()
}

# The same attempt again: the same answer, as long as it is still true.
pre_again() {
  local tries
  state_unlock
  for ((tries = 0; tries < 500; tries++)); do
    [[ ! -s $ATTEMPT/pre.code ]] || break
    journal_read "$PARAM_EXECUTION_ID"
    process_alive "${J[claim]:-}" || break
    sleep 0.1
  done
  journal_read "$PARAM_EXECUTION_ID" # it may have been held meanwhile: what is read before the code is older than the code
  coverage_load "$ATTEMPT"
  [[ -s $ATTEMPT/pre.code ]] || pre_fail 'the first pre-script of this attempt was ended'
  [[ $(cat "$ATTEMPT/pre.code") != 0 || ${J[phase]} == held ]] ||
    pre_fail 'what this attempt held was released already'
  state_replay pre
}

# An attempt that has not ended: does it hold, is it about to, or was it killed?
pre_look_at() {
  if guardian_alive; then pre_refuse "attempt $1 is held, and its post-script is expected"; fi
  if [[ -z ${J[guardian]:-} ]]; then
    ! process_alive "${J[claim]:-}" || pre_refuse "the pre-script of attempt $1 is being run"
    return 0
  fi
  note "the guardian of attempt $1 was killed: ending what it held"
  orphan_end "$1" || pre_refuse "the guardian of attempt $1 was killed: $ERROR"
}

# Another attempt has the host. Kept, so that a late copy of this command does not begin after all.
pre_refuse() {
  J=() FS_DEV=()
  [[ $PARAM_EXECUTION_ID == None ]] || KEEP=1
  finish "$HELD_ALREADY" failed "$1"
}

# Starts the guardian, unless the post-script came meanwhile.
pre_arm() {
  local me
  rm -f "$ATTEMPT/control"
  coverage_write && mkfifo "$ATTEMPT/control" || pre_fail "$STATE can not be written: is /run full?"
  process_started "$BASHPID"
  me="$BASHPID $STARTED"
  state_lock || pre_fail
  [[ ! -e $ATTEMPT/post.seen ]] || pre_fail 'the post-script came before the guardian was armed'
  (
    trap - INT # ignored in background commands, and what is ignored at the start can't be trapped
    exec setsid bash "$SCRIPT" guardian "$me" "$NAMED" </dev/null >/dev/null 2>"$ATTEMPT/guardian.log" 9>&-
  ) &
  # shellcheck disable=SC2128 # no array
  GUARDIAN=$!
  state_await '.' 50 || pre_fail "the guardian did not start: $(head -c 300 "$ATTEMPT/guardian.log")"
  state_unlock
}

# The guardian ends this wait by its own deadline.
pre_await() {
  state_await '^(held|failed|released|auto-thawed)$' $((PARAM_AUTO_THAW_SECONDS * 10 + 100)) ||
    pre_fail "${J[error]:-the guardian does not answer}"
  [[ ${J[phase]} == held ]] || finish "${J[code]:-$PRE_FAILED}" failed "${J[error]:-}"
  finish 0 held
}
