# shellcheck shell=bash
# Redis and Valkey. Of a server with an append-only file: writes wait (CLIENT PAUSE) until all it acknowledged is written, and
# during the freeze. Of a server without one: BGSAVE first; its RDB file is what the snapshot holds. A server is a number:
# PID, AT (a socket, or address:port), CLI, SECRET, LOGIN; R[NUMBER.KEY] has INFO and CONFIG.

declare -a PID AT CLI SECRET LOGIN PAUSED
declare -A R

app_name() { echo redis; }

app_paths() {
  local n
  redis_find || return "$NOT_READY"
  for n in "${!AT[@]}"; do redis_folder "$n"; done
}

# What takes its time belongs here, before the guardian's time begins: nothing is held meanwhile.
app_ready() {
  local n
  redis_find || return
  for n in "${!AT[@]}"; do redis_ready "$n" || return; done
  [[ $PARAM_COMMAND != dry-run ]] || return 0
  for n in "${!AT[@]}"; do redis_settle "$n" || return; done
}

app_dry_run() {
  local n how paused=0
  for n in "${!AT[@]}"; do
    how='held by the application: nothing'
    if redis_pauses "$n"; then how='writes wait' paused=$((paused + 1)); elif [[ ${R[$n.aof_enabled]} == 0 ]]; then how='saved by BGSAVE before'; fi
    [[ ${R[$n.aof_rewrite_in_progress]} == 0 ]] || how+=', after the rewrite under way'
    check "server-$n" ok "${AT[n]} (${R[$n.role]}): $how"
    [[ ${R[$n.cluster_enabled]:-0} == 0 || ! ${R[$n.cluster-node-timeout]:-} =~ ^[0-9]+$ ]] ||
      check_failover 'the cluster' $((${R[$n.cluster-node-timeout]} / 1000))
  done
  ((paused < ${#AT[@]})) || check_write_locked
}

app_quiesce() {
  local n
  redis_find || return "$NOT_READY"
  for n in "${!AT[@]}"; do
    redis_ready "$n" || return "$NOT_READY"
    redis_pauses "$n" || continue
    hold_may_go_on || return
    uptime_ms
    # Should the guardian be killed, the server goes on by itself, a little later.
    PAUSED[n]=$((DEADLINE + 5000))
    journal "paused.$n" "${PAUSED[n]} ${AT[n]}"
    redis_cli "$n" CLIENT PAUSE $((PAUSED[n] - NOW)) WRITE && [[ $ANSWER == OK ]] || redis_fail "$n" || return
  done
  # While writes wait: until nothing acknowledged is left in the server's own memory; what the kernel has, the freeze writes.
  # WAITAOF would not do: it tells of the writes of its own connection. A write is put off for at most 2 s, behind an fsync.
  for n in "${!PAUSED[@]}"; do
    uptime_ms
    redis_await "$n" $((NOW + 5000)) aof_buffer_length 'its append-only file is not written within 5 s' || return
  done
  ((${#PAUSED[@]} < ${#AT[@]})) || hold_write_locked
}

# Still the same server, and nothing was written? A save that ended meanwhile counts changes anew: then by the file's size.
app_held() {
  local n key run size changes saved
  for n in "${!PAUSED[@]}"; do
    run=${R[$n.run_id]} size=${R[$n.aof_current_size]} changes=${R[$n.rdb_changes_since_last_save]} saved=${R[$n.rdb_last_save_time]}
    redis_info "$n" || redis_fail "$n" || return
    [[ ${R[$n.run_id]} == "$run" ]] || fail "${AT[n]} was restarted" || return
    if [[ ${R[$n.rdb_last_save_time]} == "$saved" ]]; then key=rdb_changes_since_last_save size=$changes; else key=aof_current_size; fi
    [[ ${R[$n.$key]} == "$size" ]] || fail "${AT[n]} has written: someone else ended the pause, or a module wrote" || return
  done
}

app_release() {
  local n failed=''
  redis_recall
  for n in "${!PAUSED[@]}"; do
    uptime_ms
    # It also ends by itself, and with its server.
    if redis_cli "$n" CLIENT UNPAUSE && [[ $ANSWER == OK ]] || [[ ! -d /proc/${PID[n]} ]] || ((NOW > PAUSED[n])); then
      unset "PAUSED[$n]"
    else
      redis_fail "$n" || failed=$ERROR
    fi
  done
  [[ -z $failed ]] || fail "$failed"
}

# After the guardian was killed: what it had paused, from its journal.
redis_recall() {
  local n key
  [[ ${#PAUSED[@]} == 0 && " ${!J[*]}" == *' paused.'* ]] && redis_find || return 0
  for n in "${!AT[@]}"; do
    for key in "${!J[@]}"; do
      [[ $key != paused.* || ${J[$key]#* } != "${AT[n]}" ]] || PAUSED[n]=${J[$key]%% *}
    done
  done
}

app_coordinates() {
  local n key name
  [[ $1 == quiesced ]] || return 0
  for n in "${!AT[@]}"; do
    name=${R[$n.tcp_port]}
    [[ $name != 0 ]] || name=${AT[n]##*/}
    for key in role master_replid master_repl_offset rdb_last_save_time aof_current_size appendfsync; do
      [[ -z ${R[$n.$key]:-} ]] || printf '%s.%s=%s\n' "$name" "$key" "${R[$n.$key]}"
    done
  done
}
