# shellcheck shell=bash
# What the guardian holds, from taking to letting go: application and filesystems, in that order, and back.

# Descriptors, application, write-back, freeze: in that order.
hold_take() {
  local code=0
  CODE=$PRE_FAILED
  freeze_open || return
  if declare -F app_quiesce >/dev/null; then freeze_sync; fi # most of it now, while the application still runs
  hold_may_go_on || return
  journal phase quiescing
  app_begin || code=$?
  [[ $code != "$NOT_READY" ]] || CODE=$NOT_READY
  ((code == 0)) || return "$code"
  if [[ -n $APP_QUIESCED ]]; then
    journal quiesced 1
    journal quiescedAt "$(iso_now)"
    app_journal_coordinates quiesced
  fi
  coverage_protected || return
  hold_freeze
}

hold_freeze() {
  freeze_sync && hold_may_go_on || return
  journal phase freezing
  uptime_ms
  journal from "$NOW"
  journal frozenAt "$(iso_now)"
  freeze_all && hold_may_go_on || return
  [[ -z $SESSION_PID ]] || session_alive || fail "the session has ended: $SESSION_SEEN"
}

# Nobody waits any more for what would be held from here on?
hold_may_go_on() {
  guardian_listen 0.001
  hold_not_stopped || return
  process_alive "$PRE" || fail 'the pre-script was ended'
}

# Before everything is held, an order to stop is a failure.
hold_not_stopped() {
  case $STOP in
    '') return 0 ;;
    post) fail 'the post-script came before everything was held' ;;
    deadline) fail "not held within $PARAM_AUTO_THAW_SECONDS s" ;;
    *) fail "ended by $STOP" ;;
  esac
}

# Ends the hold, and tries again until it ends: by post's order, and after the deadline by itself.
hold_end() {
  local tries=0 why=$STOP
  journal endedBy "$STOP"
  until hold_release; do
    journal error "$ERROR"
    journal tries "$((tries += 1))"
    journal phase stuck
    STOP=
    if ((NOW >= DEADLINE)) || [[ -n $SIGNAL ]]; then
      ((tries < 600)) || return 0 # stuck it stays; a post-script can still try without the guardian
      sleep 1
      STOP=deadline
    fi
    while [[ -z $STOP ]]; do guardian_listen 0.2; done
    if [[ $why == post ]]; then why=$STOP; fi # what the deadline or a signal began is no post-script's, whoever ends it
  done
  journal endedBy "$why"
  if [[ $why == post ]]; then journal phase released; else journal phase auto-thawed; fi
}

# Thaws, then releases the application; what is done already is not done again.
hold_release() {
  RELEASING=1
  thaw_all || return
  [[ -n $THAWED_AT ]] || hold_mark_thawed
  [[ -n $APP_TOUCHED ]] || return 0
  app_verify
  if [[ -n $SESSION_PID ]] && { [[ -n $LOST ]] || ! session_alive; }; then
    session_close
    SESSION_OVER=1
  fi
  ERROR=
  app_call app_release "$STOP_OUTCOME" || fail "${ERROR:-app_release failed (exit code $?)}" || return
  APP_TOUCHED=
  ((${#FD[@]} > 0)) || hold_mark_thawed
  [[ -z $APP_QUIESCED ]] || app_journal_coordinates released
}

hold_mark_thawed() {
  uptime_ms
  journal to "$NOW"
  THAWED_AT=$(iso_now)
  journal thawedAt "$THAWED_AT"
}

# Before everything was held: undo, and tell why. A half-done quiesce is undone too, as well as the hook can.
hold_give_up() {
  local why=${ERROR:-the application can not be quiesced} tries=0
  STOP_OUTCOME=failed
  ((${#PENDING[@]} == 0)) || journal error "$why (a freeze is still under way, and is thawed as soon as it ends)"
  until hold_release || ((${#FROZEN[@]} == 0 && tries >= 3)) || ((tries >= 600)); do
    journal releaseError "$ERROR"
    ((tries += 1))
    sleep 1
  done
  thaw_pending
  journal error "$why"
  journal code "$CODE"
  journal phase failed
}
