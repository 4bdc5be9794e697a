# shellcheck shell=bash
# A client's session, held open by the guardian from before the freeze to after the thaw: a database's locks end with it.
# The client reads its commands from a fifo and answers on another, so that readiness is what the client itself says.
# Ends with the guardian in any case: without it the client reads end-of-file.

SESSION_IN='' SESSION_OUT='' SESSION_PID='' SESSION_START='' SESSION_LINE='' SESSION_SEEN=''
SESSION_OVER= # at the release the session was found dead: what it locked has ended with it, and words to it are void

# session_open COMMAND [ARGUMENT...]: starts the client. Make it flush every line (mysql --unbuffered, for example).
session_open() {
  local folder="$ATTEMPT/session"
  mkdir -p "$folder" && rm -f "$folder"/* && mkfifo "$folder/in" "$folder/out" || fail 'the session has no fifo' || return
  exec {SESSION_IN}<>"$folder/in" {SESSION_OUT}<>"$folder/out"
  "$@" <"$folder/in" >"$folder/out" 2>&1 {SESSION_IN}>&- {SESSION_OUT}>&- {CONTROL}>&- &
  # shellcheck disable=SC2128 # no array
  SESSION_PID=$! SESSION_OVER=
  process_started "$SESSION_PID"
  SESSION_START=$STARTED
}

# session_send TEXT: one line to the client.
session_send() {
  [[ -z $SESSION_OVER ]] || return 0
  session_alive || fail "the session has ended: $SESSION_SEEN" || return
  printf '%s\n' "$1" >&"$SESSION_IN"
}

# session_expect REGEX SECONDS: waits until the client prints a line that matches; SESSION_LINE is that line.
# Fails when time is up, the client ends, or the guardian is told to stop (a release goes on).
session_expect() {
  local until part=''
  [[ -z $SESSION_OVER ]] || return 0
  uptime_ms
  until=$((NOW + $2 * 1000))
  SESSION_SEEN=
  while uptime_ms && ((NOW < until)); do
    if IFS= read -r -t 0.05 -u "$SESSION_OUT" SESSION_LINE; then
      SESSION_LINE=$part$SESSION_LINE part=
      [[ ! $SESSION_LINE =~ $1 ]] || return 0
      SESSION_SEEN=${SESSION_LINE:0:300}
    else
      part+=$SESSION_LINE # half a line, so far
      session_alive || fail "the session has ended: $SESSION_SEEN" || return
      guardian_listen 0.01
      [[ -n $RELEASING ]] || hold_not_stopped || return
    fi
  done
  fail "no answer within $2 s: $SESSION_SEEN"
}

session_alive() { [[ -n $SESSION_PID ]] && process_alive "$SESSION_PID $SESSION_START"; }

# Ends the session: end-of-file first, then TERM, then KILL.
session_close() {
  local signal tries
  [[ -n $SESSION_PID ]] || return 0
  exec {SESSION_IN}>&-
  for signal in 0 TERM KILL; do
    for tries in {1..20}; do
      session_alive || break 2
      ((tries > 1)) || kill -"$signal" "$SESSION_PID" 2>/dev/null
      sleep 0.05
    done
  done
  wait "$SESSION_PID" 2>/dev/null
  exec {SESSION_OUT}>&-
  SESSION_PID=
}
