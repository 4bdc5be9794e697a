# shellcheck shell=bash
# Processes by id and start time, so that an id that was given again is not taken for the old one.

# Sets STARTED to the start time of process $1; fails when there is none, or only a zombie.
process_started() {
  local stat
  STARTED=
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # the words after the name, which may hold anything
  set -- ${stat##*) }
  [[ $1 != [ZX] ]] || return 1
  STARTED=${20}
}

# process_alive "PID START"
process_alive() {
  [[ $1 == *' '* ]] && process_started "${1% *}" && [[ $STARTED == "${1#* }" ]]
}
