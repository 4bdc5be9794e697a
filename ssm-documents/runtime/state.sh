# shellcheck shell=bash
# What pre, guardian and post know of each other. All of it lies under /run (a tmpfs, which is never frozen):
#   lock               held for short decisions, so that two documents never decide at once
#   current            the attempt that holds, or held last
#   attempts/ID/       journal (KEY=VALUE lines, the last of a key counts), filesystems, control (the guardian's fifo),
#                      pre.code and pre.line, post.code and post.line, post.seen (the tombstone)

readonly STATE="${STILLPOINT_ROOT:-}/run/stillpoint"
ATTEMPT="$STATE/attempts/$PARAM_EXECUTION_ID"
readonly BOOT_ID_FILE=/proc/sys/kernel/random/boot_id
declare -A J

boot_id() { read -r BOOT_ID <"$BOOT_ID_FILE"; }

state_prepare() {
  mkdir -p "$STATE/attempts" 2>/dev/null || fail "$STATE can not be made"
}

# A command can be delivered hours late, not days: older attempts need no tombstone.
state_forget() {
  find "$STATE/attempts" -mindepth 1 -maxdepth 1 -mmin +2880 ! -name "$(state_current)" -exec rm -rf {} + 2>/dev/null
}

state_current() { cat "$STATE/current" 2>/dev/null; }

state_lock() {
  exec 9>"$STATE/lock"
  flock -w 5 9 || fail 'another Stillpoint script is being run'
}

state_unlock() { exec 9>&-; }

# Appends one line in one write: a reader sees all of it or nothing.
journal() {
  local text=${2//$'\n'/ }
  printf '%s=%s\n' "$1" "$text" 2>/dev/null >>"$ATTEMPT/journal" && return
  rm -f "$ATTEMPT/reserve" # /run is full, and half a line may be there
  printf '\n%s=%s\n' "$1" "$text" >>"$ATTEMPT/journal"
}

# Reads the journal of attempt $1 into J.
journal_read() {
  local line
  J=()
  [[ -f $STATE/attempts/$1/journal ]] || return 1
  while IFS= read -r line; do
    [[ $line != ?*=* ]] || J["${line%%=*}"]=${line#*=}
  done <"$STATE/attempts/$1/journal"
}

journal_ended() { [[ ${J[phase]:-} =~ ^(released|auto-thawed|failed)$ ]]; }

# In another boot nothing that the journal tells of exists any more.
journal_same_boot() { [[ ${J[boot]:-} == "$BOOT_ID" ]]; }

guardian_alive() { process_alive "${J[guardian]:-}"; }

# Makes this attempt the current one.
state_claim() {
  rm -rf "$ATTEMPT"
  mkdir -p "$ATTEMPT" || fail "$ATTEMPT can not be made" || return
  process_started "$BASHPID"
  journal boot "$BOOT_ID" && journal claim "$BASHPID $STARTED" && printf '%s\n' "$PARAM_EXECUTION_ID" >"$STATE/current" &&
    printf '%32768s' '' >"$ATTEMPT/reserve" || fail "$STATE can not be written: is /run full?"
}

# Keeps what a stage answered, so that the same command, delivered again, gets the same answer: CODE LINE. The code is
# written last: as long as it is empty there is no answer.
state_store() {
  mkdir -p "$ATTEMPT" 2>/dev/null && printf '%s\n' "$2" >"$ATTEMPT/$STAGE.line" && printf '%s\n' "$1" >"$ATTEMPT/$STAGE.code"
}

# Prints the stored answer of a stage and ends as it did.
state_replay() {
  cat "$ATTEMPT/$1.line"
  exit "$(cat "$ATTEMPT/$1.code")"
}

# Waits until the journal's phase matches $1, at most $2 tenths of a second; fails as soon as no guardian is left to get there.
state_await() {
  local until
  uptime_ms
  until=$((NOW + $2 * 100))
  while :; do
    journal_read "$PARAM_EXECUTION_ID"
    [[ ! ${J[phase]:-} =~ $1 ]] || return 0
    uptime_ms
    ((NOW < until)) || return 1
    if [[ -n ${J[guardian]:-} ]]; then guardian_alive; else kill -0 "$GUARDIAN" 2>/dev/null; fi || {
      journal_read "$PARAM_EXECUTION_ID" # its last words
      [[ ${J[phase]:-} =~ $1 ]]
      return
    }
    sleep 0.02
  done
}
