# shellcheck shell=bash
# PostgreSQL: a checkpoint before the freeze, bounded by statement_timeout, and no lock. What the frozen filesystems hold is
# what a crash would leave; the server recovers from it at its next start, and the checkpoint makes that short.
# One cluster: its data directory and, from postmaster.pid there, port and socket. In a container: what the server says of itself.

declare -a PG_DATA PG_PORT PG_SOCKET PG_CLIENT PG_AS COORDINATES
PG_ANSWER=''

app_name() { echo postgresql; }

# Data directory, write-ahead log (a link, when it has a volume of its own) and tablespaces. All of them or none: what is
# missing here would neither be frozen nor be missed.
app_paths() {
  local data link
  pg_find || return "$NOT_READY"
  if [[ -n $PARAM_CONTAINER ]]; then
    pg_container_paths || return "$NOT_READY"
    return 0
  fi
  for data in "${PG_DATA[@]}"; do
    printf '%s\n' "$data"
    for link in "$data"/pg_wal "$data"/pg_xlog "$data"/pg_tblspc/*; do
      [[ ! -L $link ]] || readlink -f -- "$link" || return
    done
  done
}

# Up, and in its role. The first checkpoint is made here: it may take long, and before the guardian is armed nothing is held.
app_ready() {
  local i
  pg_find || return
  for i in "${!PG_DATA[@]}"; do
    pg_client "$i" && pg_role "$i" || return
    [[ $PARAM_COMMAND == pre-script ]] || continue
    pg_ask "SET statement_timeout = '${PARAM_CHECKPOINT_SECONDS}s'; CHECKPOINT" || fail "${PG_DATA[i]}: $PG_ANSWER" || return
  done
}

# What a person should know of each server that is up.
app_dry_run() {
  local i version role commits may
  for i in "${!PG_DATA[@]}"; do
    pg_client "$i" && pg_ask "SELECT split_part(current_setting('server_version'), ' ', 1),
      CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, current_setting('synchronous_commit'),
      current_setting('is_superuser') = 'on' OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_checkpoint' AND pg_has_role(oid, 'member'))" || continue
    IFS='|' read -r version role commits may <<<"$PG_ANSWER"
    check server ok "PostgreSQL $version, $role, ${PG_DATA[i]}${PG_PORT[i]:+, port ${PG_PORT[i]}}; no lock is taken, so no statement can stall one"
    [[ $may == t ]] || check checkpoint failed "the database role may make no checkpoint: GRANT pg_checkpoint (PostgreSQL 15 or later), or a superuser" "$NOT_READY"
    [[ $commits != off ]] || check commits warning 'synchronous_commit is off: the last commits that were acknowledged may not be in the copy'
  done
}

# The second checkpoint, with little to write, and the position: the copy holds all that was committed up to it, and more.
app_quiesce() {
  local i
  COORDINATES=()
  pg_find || return "$NOT_READY"
  for i in "${!PG_DATA[@]}"; do
    pg_client "$i" && pg_covered "$i" && pg_checkpoint "$i" || {
      session_close
      [[ -z $STOP ]] || return "$PRE_FAILED"
      return "$NOT_READY"
    }
    session_close
  done
}

app_coordinates() {
  if [[ $1 == quiesced ]]; then printf '%s\n' "${COORDINATES[@]}"; fi
}
