# shellcheck shell=bash
# The guardian: one process in a session of its own that holds application and filesystems together, and ends both
# when the post-script says so, at its deadline, or on TERM, HUP or INT. It outlives the script that started it, which
# the agent may kill at any moment, and never waits where it could not hear.
# Journal: phase = armed, quiescing, freezing, held, stuck (a release failed and is tried again), and at the end
# released, auto-thawed or failed (nothing was held: code tells the cause).

readonly STOPPED=255 # guardian_watch: the command was given up
STOP='' SIGNAL='' RELEASING='' STOP_OUTCOME=unknown OUTPUT='' WATCHED=0 CODE=
declare -a ENDED

guardian_main() {
  NAMED=$2
  guardian_detach "$1"
  coverage_load "$ATTEMPT"
  if guardian_take_hold; then
    journal phase held
    while [[ -z $STOP ]]; do guardian_listen 0.2; done
    guardian_let_go
  else
    guardian_give_up
  fi
  session_close
}

guardian_detach() {
  local fd
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    if ((fd > 2 && fd < 255)); then exec {fd}>&-; fi # whatever the agent left open; 255 is bash reading this script
  done
  cd /
  { echo -1000 >/proc/self/oom_score_adj; } 2>/dev/null # killed last when memory runs out; only root may
  trap 'SIGNAL=TERM' TERM
  trap 'SIGNAL=HUP' HUP
  trap 'SIGNAL=INT' INT
  PRE=$1
  exec {CONTROL}<>"$ATTEMPT/control"
  uptime_ms
  DEADLINE=$((NOW + PARAM_AUTO_THAW_SECONDS * 1000))
  journal autoThawAt "$(iso_in "$PARAM_AUTO_THAW_SECONDS")"
  process_started "$BASHPID"
  journal guardian "$BASHPID $STARTED"
  journal phase armed
}

# Waits at most $1 seconds for a word: from post ("release OUTCOME"), or from a watched command ("ended NUMBER CODE").
guardian_listen() {
  local word first second wait=$1
  uptime_ms
  if ((NOW < DEADLINE && DEADLINE - NOW < 1000)); then printf -v wait '0.%03d' $((DEADLINE - NOW)); fi
  if [[ $1 < $wait ]]; then wait=$1; fi
  if read -r -t "$wait" -u "$CONTROL" word first second; then
    case $word in
      release) STOP_OUTCOME=$first STOP=${STOP:-post} ;;
      ended) ENDED[first]=$second ;;
    esac
  fi
  [[ -z $SIGNAL ]] || STOP=${STOP:-$SIGNAL}
  uptime_ms
  ((NOW < DEADLINE)) || STOP=${STOP:-deadline}
}

# guardian_watch MS COMMAND...: runs a command that the kernel may hold, and goes on listening. Gives it up (STOPPED)
# after MS milliseconds, or with 0 as soon as the guardian is to stop. OUTPUT is what the command printed.
guardian_watch() {
  local limit=$1 number=$((WATCHED += 1))
  shift
  {
    "$@" >"$ATTEMPT/output.$number" 2>&1
    printf 'ended %s %s\n' "$number" "$?" >&"$CONTROL"
  } </dev/null &
  uptime_ms
  ((limit == 0)) || limit=$((NOW + limit))
  while [[ -z ${ENDED[number]:-} ]]; do
    guardian_listen 0.2
    if [[ -z ${ENDED[number]:-} ]] && guardian_watched_enough "$limit"; then return "$STOPPED"; fi
  done
  OUTPUT=$(<"$ATTEMPT/output.$number")
  rm -f "$ATTEMPT/output.$number"
  return "${ENDED[number]}"
}

guardian_watched_enough() {
  OUTPUT=
  if (($1 == 0)); then [[ -n $STOP ]]; else ((NOW >= $1)); fi
}

# Descriptors, application, write-back, freeze: in that order.
guardian_take_hold() {
  local code=0
  CODE=$PRE_FAILED
  freeze_open || return
  if declare -F app_quiesce >/dev/null; then freeze_sync; fi # most of it now, while the application still runs
  guardian_may_freeze || return
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
  guardian_freeze
}

guardian_freeze() {
  freeze_sync && guardian_may_freeze || return
  journal phase freezing
  uptime_ms
  journal from "$NOW"
  journal frozenAt "$(iso_now)"
  freeze_all && guardian_may_freeze
}

# Nobody waits any more for what would be held from here on?
guardian_may_freeze() {
  guardian_listen 0.001
  guardian_not_stopped || return
  process_alive "$PRE" || fail 'the pre-script was ended'
}

# Before everything is held, an order to stop is a failure.
guardian_not_stopped() {
  case $STOP in
    '') return 0 ;;
    post) fail 'the post-script came before everything was held' ;;
    deadline) fail "not held within $PARAM_AUTO_THAW_SECONDS s" ;;
    *) fail "ended by $STOP" ;;
  esac
}

# Ends the hold, and tries again until it ends: by post's order, and after the deadline by itself.
guardian_let_go() {
  local tries=0 why=$STOP
  journal endedBy "$STOP"
  until guardian_release; do
    journal error "$ERROR"
    journal tries "$((tries += 1))"
    journal phase stuck
    STOP=
    if ((NOW >= DEADLINE)); then
      ((tries < 600)) || return 0 # stuck it stays; a post-script can still try without the guardian
      sleep 1
      STOP=deadline
    fi
    while [[ -z $STOP ]]; do guardian_listen 0.2; done
    why=$STOP
  done
  journal endedBy "$why"
  if [[ $why == post ]]; then journal phase released; else journal phase auto-thawed; fi
}

# Thaws, then releases the application; what is done already is not done again.
guardian_release() {
  RELEASING=1
  thaw_all || return
  [[ -n ${THAWED_AT:-} ]] || guardian_mark_thawed
  [[ -n $APP_TOUCHED ]] || return 0
  ERROR=
  app_call app_release "$STOP_OUTCOME" || fail "${ERROR:-app_release failed (exit code $?)}" || return
  APP_TOUCHED=
  ((${#FD[@]} > 0)) || guardian_mark_thawed
  [[ -z $APP_QUIESCED ]] || app_journal_coordinates released
}

guardian_mark_thawed() {
  uptime_ms
  journal to "$NOW"
  THAWED_AT=$(iso_now)
  journal thawedAt "$THAWED_AT"
}

# Before everything was held: undo, and tell why. A half-done quiesce is undone too, as well as the hook can.
guardian_give_up() {
  local why=${ERROR:-the application can not be quiesced} tries=0
  STOP_OUTCOME=failed
  ((${#PENDING[@]} == 0)) || journal error "$why (a freeze is still under way, and is thawed as soon as it ends)"
  until guardian_release || ((${#FROZEN[@]} == 0 && tries >= 3)) || ((tries >= 600)); do
    journal releaseError "$ERROR"
    ((tries += 1))
    sleep 1
  done
  thaw_pending
  journal error "$why"
  journal code "$CODE"
  journal phase failed
}
