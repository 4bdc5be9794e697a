# shellcheck shell=bash
# post-script: have the guardian let go, and tell how it went. Ends nothing that another attempt or another program holds.

post_main() {
  STAGE=post
  boot_id
  contract_check && state_prepare && state_lock || finish "$POST_FAILED" failed "$ERROR"
  post_again
  mkdir -p "$ATTEMPT" && : >"$ATTEMPT/post.seen" # from now on this attempt's pre-script is refused
  KEEP=1
  journal_read "$PARAM_EXECUTION_ID" || finish "$NOT_HELD" not-held 'no pre-script of this attempt was run here'
  coverage_load "$ATTEMPT"
  journal_same_boot || post_rebooted
  state_unlock
  post_release
  post_tell
}

# The same post-script again: the same answer, unless it failed and can be tried again.
post_again() {
  local code
  [[ $PARAM_EXECUTION_ID != None && -s $ATTEMPT/post.code ]] || return 0
  code=$(cat "$ATTEMPT/post.code")
  if [[ $code == "$POST_FAILED" ]]; then return 0; fi
  state_replay post
}

post_rebooted() {
  J=()
  finish "$NOT_HELD" rebooted 'the host was restarted since the pre-script: nothing is held any more'
}

# Tells the guardian, if there is one, and waits until it has ended or failed.
post_release() {
  local tries=${J[tries]:-0} until
  ! journal_ended && guardian_alive || return 0
  printf 'release %s\n' "$PARAM_OUTCOME" 1<>"$ATTEMPT/control"
  uptime_ms
  until=$((NOW + 100000))
  while guardian_alive && ((NOW < until)); do
    sleep 0.02
    journal_read "$PARAM_EXECUTION_ID"
    [[ ${J[phase]} != stuck || ${J[tries]} == "$tries" ]] || return 0
    uptime_ms
  done
  journal_read "$PARAM_EXECUTION_ID"
}

post_tell() {
  case ${J[phase]:-} in
    released) post_tell_released ;;
    auto-thawed) finish "$THAWED_EARLY" auto-thawed "${J[orphan]:+the guardian was killed; }released before the post-script (${J[endedBy]:-killed})" ;;
    stuck)
      ! guardian_alive || finish "$POST_FAILED" failed "${J[error]:-}"
      post_tell_unended
      ;;
    failed | '') finish "$NOT_HELD" not-held "${J[error]:-the pre-script held nothing}" ;;
    *) post_tell_unended ;;
  esac
}

post_tell_released() {
  local key
  [[ -z ${J[lostHold]:-} ]] || finish "$THAWED_EARLY" failed "the application was not held until the post-script: ${J[lostHold]}"
  for key in "${!J[@]}"; do
    [[ $key != lost.* ]] || finish "$THAWED_EARLY" failed 'a filesystem was thawed by someone else before the post-script'
  done
  finish 0 released
}

post_tell_unended() {
  if guardian_alive; then finish "$POST_FAILED" failed 'the guardian does not answer'; fi
  orphan_end "$PARAM_EXECUTION_ID" || finish "$POST_FAILED" failed "the guardian was killed: $ERROR"
  journal_read "$PARAM_EXECUTION_ID"
  finish "$THAWED_EARLY" failed 'the guardian was killed before the post-script, which thawed instead'
}
