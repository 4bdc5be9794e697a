# shellcheck shell=bash
# The application's hooks, each optional: app_name, app_paths, app_ready, app_quiesce, app_held, app_release, app_coordinates,
# app_dry_run.

APP_QUIESCED='' APP_TOUCHED='' # touched: app_release has something to undo, if only a half-done quiesce

# Calls a hook if the document has it.
app_call() {
  declare -F "$1" >/dev/null || return 0
  "$@"
}

app_title() { app_call app_name 2>/dev/null; }

# Quiesces; afterwards APP_QUIESCED tells whether there was anything to quiesce. Runs in the guardian.
app_begin() {
  local code=0
  ERROR=
  declare -F app_quiesce >/dev/null || return 0
  APP_TOUCHED=1
  journal touched "$(app_title)"
  app_quiesce || code=$?
  case $code in
    0) APP_QUIESCED=1 ;;
    "$NOT_QUIESCED") ERROR='' APP_TOUCHED='' ;;
    *)
      ERROR=${ERROR:-app_quiesce failed (exit code $code)}
      return "$code"
      ;;
  esac
}

# Journals what the application prints of its position, as KEY=VALUE lines; $1 is "quiesced" or "released".
app_journal_coordinates() {
  local text rest line
  declare -F app_coordinates >/dev/null || return 0
  text=$(app_coordinates "$1") || note "app_coordinates $1 failed"
  rest=${text:+$text$'\n'}
  while [[ -n $rest ]]; do
    line=${rest%%$'\n'*} rest=${rest#*$'\n'}
    [[ $line =~ ^[A-Za-z0-9_.-]+= ]] || continue
    journal "coordinate.${line%%=*}" "${line#*=}"
  done
}

# For hooks, while quiescing: no write of the application reaches its files until the release (a lock that lets commits
# wait, not one that only keeps files in place). With it, data on the root filesystem may still be proven.
hold_write_locked() { journal writeLocked 1; }

# For hooks, at the release: the application was not held all the time. The post-script is then 203, and nothing is claimed.
hold_lost() {
  [[ -n $LOST ]] || journal lostHold "$1"
  LOST=1
}

# After the thaw, before the release: was the application held until now?
app_verify() {
  local code=0
  [[ -n $APP_QUIESCED && -z $VERIFIED ]] || return 0
  VERIFIED=1 ERROR=
  app_call app_held || code=$?
  ((code == 0)) || hold_lost "${ERROR:-app_held failed (exit code $code)}"
  [[ -z $SESSION_PID ]] || session_alive || hold_lost "the session has ended: $SESSION_SEEN"
}
