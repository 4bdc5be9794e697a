# shellcheck shell=bash
# The guardian: one process in a session of its own that holds application and filesystems together, and ends both
# when the post-script says so, at its deadline, or on TERM, HUP or INT. It outlives the script that started it, which
# the agent may kill at any moment, and never waits where it could not hear.
# Journal: phase = armed, quiescing, freezing, held, stuck (a release failed and is tried again), and at the end
# released, auto-thawed or failed (nothing was held: code tells the cause).

readonly STOPPED=255 # guardian_watch: the command was given up
STOP='' SIGNAL='' HEARD='' RELEASING='' STOP_OUTCOME=unknown OUTPUT='' WATCHED=0 CODE=
ENDED=()

guardian_main() {
  NAMED=$2
  guardian_detach "$1"
  coverage_load "$ATTEMPT"
  if hold_take; then
    journal phase held
    while [[ -z $STOP ]]; do guardian_listen 0.2; done
    hold_end
  else
    hold_give_up
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
  local line wait=$1
  uptime_ms
  if ((NOW < DEADLINE && DEADLINE - NOW < 1000)); then printf -v wait '0.%03d' $((DEADLINE - NOW)); fi
  if [[ $1 < $wait ]]; then wait=$1; fi
  if IFS= read -r -t "$wait" -u "$CONTROL" line; then
    guardian_hear "$HEARD$line"
    HEARD=''
  else
    HEARD+=$line # time can be up in the middle of a line
  fi
  [[ -z $SIGNAL ]] || STOP=${STOP:-$SIGNAL}
  uptime_ms
  ((NOW < DEADLINE)) || STOP=${STOP:-deadline}
}

guardian_hear() {
  local rest=${1#* }
  case $1 in
    'release '*) STOP_OUTCOME=$rest STOP=${STOP:-post} ;;
    'ended '*) ENDED[${rest% *}]=${rest#* } ;;
  esac
}

# guardian_watch MS COMMAND...: runs a command that the kernel may hold, and goes on listening. Gives it up (STOPPED)
# after MS milliseconds, or with 0 as soon as the guardian is to stop. OUTPUT is what the command printed.
guardian_watch() {
  local limit=$1 number=$((WATCHED += 1)) output
  shift
  output="$ATTEMPT/output.$number"
  { : >"$output"; } 2>/dev/null || output=/dev/null # a full /run keeps nobody from thawing
  {
    trap '' TERM HUP # for the guardian to hear: a freeze that is cut short may go on in the kernel
    "$@" >"$output" 2>&1
    printf 'ended %s %s\n' "$number" "$?" >&"$CONTROL"
  } </dev/null &
  uptime_ms
  ((limit == 0)) || limit=$((NOW + limit))
  while [[ -z ${ENDED[number]:-} ]]; do
    guardian_listen 0.2
    if [[ -z ${ENDED[number]:-} ]] && guardian_watched_enough "$limit"; then return "$STOPPED"; fi
  done
  OUTPUT=$(<"$output")
  [[ $output == /dev/null ]] || rm -f "$output"
  return "${ENDED[number]}"
}

guardian_watched_enough() {
  OUTPUT=
  if (($1 == 0)); then [[ -n $STOP ]]; else ((NOW >= $1)); fi
}
