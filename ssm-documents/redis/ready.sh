# shellcheck shell=bash
# When a server can be taken, and what is done with it before it is held.

redis_ready() {
  local role=primary at=${AT[$1]}
  [[ ${R[$1.role]} != slave ]] || role=replica
  [[ $PARAM_ROLE == any || $PARAM_ROLE == "$role" ]] || fail "$at is a $role" || return
  [[ ${R[$1.loading]:-0}${R[$1.async_loading]:-0} == 00 ]] || fail "$at is loading its data" || return
  [[ ${R[$1.master_sync_in_progress]:-0} == 0 ]] || fail "$at is syncing with its primary" || return
  [[ ${R[$1.master_link_status]:-up} == up ]] || fail "$at has lost its primary" || return
  [[ ${R[$1.rdb_last_bgsave_status]} == ok ]] || fail "$at: its last save has failed" || return
  [[ ${R[$1.aof_enabled]} == 0 || ${R[$1.aof_last_write_status]} == ok ]] || fail "$at: the last write to its append-only file has failed"
}

# Only a primary with an append-only file is paused (CLIENT PAUSE WRITE and UNPAUSE: since 6.2). What a primary sends
# to its replica, a pause does not hold.
redis_pauses() { [[ ${R[$1.aof_enabled]} != 0 && ${R[$1.role]} != slave && ${R[$1.redis_version]} =~ ^(6\.[2-9]|[7-9]|[1-9][0-9]) ]]; }

# An append-only file that is being made anew may be the first one since the server was without (as a replica is while it is
# synchronized): INFO does not tell, and until then what lies on the disk is of before.
redis_settle() {
  local until
  uptime_ms
  until=$((NOW + PARAM_SAVE_SECONDS * 1000))
  if [[ ${R[$1.aof_enabled]} == 0 ]]; then
    redis_save "$1" "$until" "BGSAVE was not done within $PARAM_SAVE_SECONDS s"
  else
    redis_await "$1" "$until" 'aof_rewrite_in_progress aof_rewrite_scheduled' "its append-only file was not rewritten within $PARAM_SAVE_SECONDS s"
  fi
}

# redis_save NUMBER TIME SENTENCE: a save of our own; one that was under way before has an older state.
redis_save() {
  redis_await "$1" "$2" rdb_bgsave_in_progress "$3" || return
  until redis_cli "$1" BGSAVE && [[ $ANSWER == *started* ]]; do
    uptime_ms
    [[ $ANSWER =~ progress|active ]] && ((NOW < $2)) || redis_fail "$1" || return
    sleep 0.2
  done
  redis_await "$1" "$2" rdb_bgsave_in_progress "$3" || return
  [[ ${R[$1.rdb_last_bgsave_status]} == ok ]] || fail "${AT[$1]}: BGSAVE has failed"
}
