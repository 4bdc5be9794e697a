# shellcheck shell=bash
# The checkpoint before the freeze, and the position.

# In a session, so that the guardian goes on listening.
pg_checkpoint() {
  local answer='^(checkpoint made|psql: .*|.*(ERROR|FATAL|PANIC): .*)$'
  session_open "${PG_CLIENT[@]}" || return
  session_send "SET statement_timeout = '${PARAM_CHECKPOINT_SECONDS}s'; CHECKPOINT; SELECT 'checkpoint made';" || return
  session_expect "$answer" $((PARAM_CHECKPOINT_SECONDS + 5)) || return
  [[ $SESSION_LINE == 'checkpoint made' ]] || fail "${PG_DATA[$1]}: $SESSION_LINE" || return
  pg_position "$1"
}

pg_position() {
  local values prefix='' name
  session_send "SELECT 'position', CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, timeline_id, \
CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, redo_lsn, system_identifier, \
current_setting('server_version_num') FROM pg_control_checkpoint(), pg_control_system();" &&
    session_expect '^(position\|.*|.*ERROR: .*)$' 5 && [[ $SESSION_LINE == position* ]] || {
    ERROR=''
    note "${PG_DATA[$1]}: no position: $SESSION_LINE"
    return 0
  }
  IFS='|' read -ra values <<<"${SESSION_LINE#*|}"
  ((${#PG_DATA[@]} == 1)) || prefix="${PG_PORT[$1]}."
  for name in role timeline lsn redoLsn systemIdentifier version; do
    COORDINATES+=("$prefix$name=${values[0]}")
    values=("${values[@]:1}")
  done
}
