# shellcheck shell=bash
# Redis and Valkey. Of a server with an append-only file: writes wait (CLIENT PAUSE) until all it acknowledged is written, and
# during the freeze. Of a server without one: BGSAVE first; its RDB file is what the snapshot holds. A server is a number:
# PID, AT (a socket, or address:port), CLI, SECRET, LOGIN; R[NUMBER.KEY] has INFO and CONFIG.

declare -a PID AT CLI SECRET LOGIN PAUSED
declare -A R
ANSWER=''

app_name() { echo redis; }

app_paths() {
  local n name
  # app_ready tells why, as 206.
  redis_find || return 0
  for n in "${!AT[@]}"; do
    for name in '' dbfilename appenddirname appendfilename; do
      name=${R[$n.dir]}${name:+/${R[$n.$name]:-}}
      redis_path "$n" "$name"
      if [[ -e $name || $name == *"${R[$n.dir]}" ]]; then printf '%s\n' "$name"; fi
    done
  done
}

# BGSAVE belongs here, before the guardian's time begins: nothing is held meanwhile.
app_ready() {
  local n
  redis_find || return
  for n in "${!AT[@]}"; do redis_ready "$n" || return; done
  [[ $PARAM_COMMAND != dry-run ]] || return 0
  for n in "${!AT[@]}"; do
    [[ ${R[$n.aof_enabled]} != 0 ]] || redis_save "$n" || return
  done
}

app_dry_run() {
  local n how
  for n in "${!AT[@]}"; do
    how='held by the application: nothing'
    if redis_pauses "$n"; then how='writes wait'; elif [[ ${R[$n.aof_enabled]} == 0 ]]; then how='saved by BGSAVE before'; fi
    check "server-$n" ok "${AT[n]} (${R[$n.role]}): $how"
    [[ ${R[$n.cluster_enabled]:-0} == 0 ]] || check_failover 'the cluster' $((${R["$n.cluster-node-timeout"]:-15000} / 1000))
  done
}

app_quiesce() {
  local n
  redis_find || return "$NOT_READY"
  for n in "${!AT[@]}"; do
    redis_ready "$n" || return "$NOT_READY"
    redis_pauses "$n" || continue
    uptime_ms
    # Should the guardian be killed, the server goes on by itself, a little later.
    PAUSED[n]=$((DEADLINE + 5000))
    journal "paused.$n" "${PAUSED[n]} ${AT[n]}"
    redis_cli "$n" CLIENT PAUSE $((PAUSED[n] - NOW)) WRITE && [[ $ANSWER == OK ]] || redis_fail "$n" 'CLIENT PAUSE' || return
  done
  # While writes wait: until nothing acknowledged is left in the server's own memory; what the kernel has, the freeze writes.
  # WAITAOF would not do: it tells of the writes of its own connection. A write is put off for at most 2 s, behind an fsync.
  for n in "${!PAUSED[@]}"; do
    uptime_ms
    redis_await "$n" $((NOW + 5000)) aof_buffer_length 'its append-only file is not written within 5 s' || return
  done
  ((${#PAUSED[@]} < ${#AT[@]})) || hold_write_locked
}

# Still the same server, and nothing was added to its file?
app_held() {
  local n run size base
  for n in "${!PAUSED[@]}"; do
    run=${R[$n.run_id]} size=${R[$n.aof_current_size]} base=${R[$n.aof_base_size]}
    redis_info "$n" || redis_fail "$n" INFO || return
    [[ ${R[$n.run_id]} == "$run" ]] || fail "${AT[$n]} was restarted" || return
    [[ ${R[$n.aof_current_size]} == "$size" || ${R[$n.aof_base_size]} != "$base" ]] || fail "${AT[$n]}: someone else ended the pause" || return
  done
}

app_release() {
  local n failed=''
  redis_recall
  for n in "${!PAUSED[@]}"; do
    uptime_ms
    if redis_cli "$n" CLIENT UNPAUSE && [[ $ANSWER == OK ]] || redis_gone "$n" || ((NOW > PAUSED[n])); then
      unset "PAUSED[$n]"
    else
      redis_fail "$n" 'CLIENT UNPAUSE' || failed=$ERROR
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
    if [[ $name == 0 ]]; then name=${AT[n]##*/}; fi
    for key in role master_replid master_repl_offset rdb_last_save_time aof_current_size appendfsync; do
      [[ -z ${R[$n.$key]:-} ]] || printf '%s.%s=%s\n' "$name" "$key" "${R[$n.$key]}"
    done
  done
}

# ---- which servers ----

# Fills SERVER_* and R: the servers named by the parameters, or all that run on this host.
redis_find() {
  local word
  PID=() AT=() R=()
  container_find "$PARAM_CONTAINER" || return
  if [[ -n $PARAM_CONTAINER && -z $PARAM_PORTS$PARAM_SOCKETS ]]; then
    redis_add "$CONTAINER_PID" 127.0.0.1:6379 || return
  elif [[ -n $PARAM_PORTS$PARAM_SOCKETS$PARAM_SERVICES ]]; then
    for word in ${PARAM_PORTS//,/ }; do redis_add "$CONTAINER_PID" "127.0.0.1:$word" || return; done
    for word in ${PARAM_SOCKETS//,/ }; do redis_add "$CONTAINER_PID" "$word" || return; done
    for word in ${PARAM_SERVICES//,/ }; do redis_add_service "$word" || return; done
  else
    redis_add_all || return
  fi
  ((${#AT[@]} > 0)) || fail 'no Redis or Valkey server runs here'
}

# Sets NAME; is the process a server by its name? Amazon Linux has a redis6-server.
redis_is_server() {
  NAME=
  { read -r NAME <"/proc/$1/comm"; } 2>/dev/null
  [[ $NAME =~ ^(redis|valkey)[0-9]*-server$ ]]
}

# A child that saves or rewrites has the name of its parent, but listens on nothing.
redis_add_all() {
  local folder pid parent
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    redis_is_server "$pid" || continue
    parent=$(sed -n 's/^PPid:[^0-9]*//p' "$folder/status" 2>/dev/null)
    if [[ -z $(redis_sockets "$pid") ]] && { redis_is_server "$parent" || [[ ! -d $folder ]]; }; then continue; fi
    [[ $(readlink "$folder/ns/pid") == "$(readlink /proc/self/ns/pid)" ]] ||
      fail "process $pid runs in a container: name that by the parameter container" || return
    redis_add_process "$pid" || return
  done
}

redis_add_service() {
  local pid
  pid=$(timeout 5 systemctl show -p MainPID "$1" 2>/dev/null)
  pid=${pid#MainPID=}
  [[ ${pid:-0} != 0 ]] || fail "the service $1 does not run" || return
  redis_add_process "$pid"
}

# By the first of its sockets that answers.
redis_add_process() {
  local at error=''
  for at in $(redis_sockets "$1"); do
    if redis_add "$1" "$at"; then return 0; fi
    error=${error:-$ERROR}
  done
  fail "${error:-process $1 listens on no socket that can be used}"
}

# Prints the sockets that a process listens on: Unix sockets first, then TCP ports in their order.
redis_sockets() {
  local inodes inode at state
  inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n' | tr '\n' ' ')
  awk -v inodes=" $inodes" '$6 == "01" && $8 ~ /^\// && index(inodes, " " $7 " ") { print $8 }' "/proc/$1/net/unix"
  while read -r _ at _ state _ _ _ _ _ inode _; do
    [[ $state != 0A || " $inodes" != *" $inode "* ]] ||
      echo "$((16#${at:6:2})).$((16#${at:4:2})).$((16#${at:2:2})).$((16#${at:0:2})):$((16#${at#*:}))"
  done <"/proc/$1/net/tcp" | sort -t : -k 2 -n
}

# redis_add PID SOCKET: adds a server that answers. A sentinel holds no data; a server named twice is taken once.
redis_add() {
  local n=${#AT[@]} NAME=redis-server other cli
  if redis_is_server "$1"; then :; else NAME=redis-server; fi
  CLI[n]=${NAME%-server}-cli PID[n]=$1 AT[n]=$2
  for cli in "${CLI[n]}" redis-cli valkey-cli redis6-cli; do
    if [[ -n $PARAM_CONTAINER ]] || command -v "$cli" >/dev/null; then break; fi
  done
  CLI[n]=$cli
  redis_login "$n" || { redis_drop "$n" && return 1; }
  [[ -n $1 ]] || PID[n]=${R[$n.process_id]}
  redis_is_server "${PID[n]}" || [[ -n $PARAM_CONTAINER ]] || fail "$2: no process of this host; is it in a container?" || { redis_drop "$n" && return 1; }
  for ((other = 0; other < n; other++)); do
    [[ ${R[$n.run_id]} != "${R[$other.run_id]}" ]] || R["$n.redis_mode"]=twice
  done
  if [[ ${R[$n.redis_mode]} =~ sentinel|twice ]]; then redis_drop "$n"; else redis_config "$n" || { redis_drop "$n" && return 1; }; fi
}

redis_drop() {
  local key
  unset "AT[$1]"
  for key in "${!R[@]}"; do [[ $key != "$1."* ]] || unset "R[$key]"; done
}

# ---- commands ----

# redis_cli NUMBER COMMAND...: its answer is in ANSWER. The password is in the environment only.
redis_cli() {
  local n=$1 at=${AT[$1]}
  local -a run=("${CONTAINER[@]}")
  shift
  if [[ -n $PARAM_CONTAINER && -n ${SECRET[n]} ]]; then run=("${run[0]}" exec -i -e REDISCLI_AUTH "$PARAM_CONTAINER"); fi
  run+=("${CLI[n]}")
  if [[ -n ${LOGIN[n]} ]]; then run+=(--user "${LOGIN[n]}"); fi
  if [[ $at == /* ]]; then run+=(-s "$at"); else run+=(-h "${at%:*}" -p "${at##*:}"); fi
  ANSWER=$(
    unset REDISCLI_AUTH
    [[ -z ${SECRET[n]} ]] || export REDISCLI_AUTH=${SECRET[n]}
    timeout 5 "${run[@]}" "$@" 2>&1 </dev/null
  )
}

redis_fail() { fail "${AT[$1]}: $2: $(head -n 1 <<<"${ANSWER:-no answer within 5 s}")"; }

redis_info() {
  local line
  redis_cli "$1" INFO && [[ $ANSWER == *redis_version:* ]] || return
  while IFS= read -r line; do
    line=${line%$'\r'}
    [[ $line != *:* ]] || R["$1.${line%%:*}"]=${line#*:}
  done <<<"$ANSWER"
}

# Without a password first; then with the one of the credentials file, then of the configuration.
redis_login() {
  local from
  for from in none file configuration; do
    SECRET[$1]='' LOGIN[$1]=
    redis_login_"$from" "$1" || return
    [[ $from == none || -n ${SECRET[$1]} ]] || continue
    if redis_info "$1"; then return 0; fi
    [[ $ANSWER =~ NOAUTH|NOPERM|WRONGPASS|AUTH\ failed ]] || break
  done
  redis_fail "$1" INFO
}

redis_login_none() { :; }

redis_login_file() {
  local key=${AT[$1]##*[:/]}
  [[ -e $PARAM_CREDENTIALS_FILE ]] || return 0
  [[ $(stat -L -c '%u %a' "$PARAM_CREDENTIALS_FILE") =~ ^0\ [0-7]00$ ]] || fail "$PARAM_CREDENTIALS_FILE must be root's, and nobody else may read it" || return
  LOGIN[$1]=$(sed -n "s/^user\(\.$key\)\?=//p" "$PARAM_CREDENTIALS_FILE" | tail -n 1)
  SECRET[$1]=$(sed -n "s/^password\(\.$key\)\?=//p" "$PARAM_CREDENTIALS_FILE" | tail -n 1)
}

# requirepass of the configuration file with this port or socket, where Debian, Red Hat, Amazon Linux and SUSE keep them.
redis_login_configuration() {
  local file at=${AT[$1]}
  [[ -z $PARAM_CONTAINER ]] || return 0
  for file in /etc/redis/*.conf /etc/redis.conf /etc/redis[0-9]/*.conf /etc/valkey/*.conf /etc/valkey.conf; do
    [[ -f $file && -z ${SECRET[$1]} ]] || continue
    SECRET[$1]=$(awk -v port="${at##*:}" -v socket="$at" '
      { name = $1; sub(/^[ \t]*[^ \t]+[ \t]+/, ""); gsub(/^["\47]|["\47]?[ \t\r]*$/, ""); value[name] = $0 }
      END { if (value["unixsocket"] == socket || (value["port"] == "" ? 6379 : value["port"]) == port) print value["requirepass"] }' "$file")
  done
}

# The settings that tell where its data lies.
redis_config() {
  local key value
  redis_cli "$1" CONFIG GET '*' && [[ $ANSWER == *dir* ]] || redis_fail "$1" 'CONFIG GET' || return
  while IFS= read -r key && IFS= read -r value; do
    [[ ! $key =~ ^(dir|dbfilename|append(dirname|filename|fsync)|cluster-node-timeout)$ ]] || R["$1.$key"]=$value
  done <<<"$ANSWER"
  [[ -n ${R[$1.dir]:-} ]] || fail "${AT[$1]}: does not tell its dir"
}

# Sets name to the place of path $2 as seen from here: a container, or a service with mounts of its own, may have it elsewhere.
redis_path() {
  local pid=${PID[$1]}
  name=$2
  if [[ -n $pid && $(readlink "/proc/$pid/ns/mnt") != "$(readlink /proc/self/ns/mnt)" ]]; then
    name=/proc/$pid/root$(chroot "/proc/$pid/root" readlink -f -- "$2" 2>/dev/null || echo "$2")
  fi
}

# ---- readiness, saving, holding ----

redis_ready() {
  local role=primary at=${AT[$1]}
  [[ ${R[$1.role]} != slave ]] || role=replica
  [[ $PARAM_ROLE == any || $PARAM_ROLE == "$role" ]] || fail "$at is a $role" || return
  [[ ${R[$1.loading]:-0}${R[$1.async_loading]:-0} == 00 ]] || fail "$at is loading its data" || return
  [[ ${R[$1.master_sync_in_progress]:-0} == 0 ]] || fail "$at is syncing with its primary" || return
  [[ ${R[$1.master_link_status]:-up} == up ]] || fail "$at has lost its primary" || return
  [[ ${R[$1.rdb_last_bgsave_status]} == ok ]] || fail "$at: its last save has failed" || return
  [[ ${R[$1.aof_enabled]} != 0 ]] || return 0
  [[ ${R[$1.aof_last_write_status]} == ok ]] || fail "$at: the last write to its append-only file has failed" || return
  [[ ${R[$1.aof_rewrite_in_progress]} == 0 || ${R[$1.aof_base_size]:-0} != 0 ]] || fail "$at is making its first append-only file"
}

# A save of our own: one that was under way before has an older state.
redis_save() {
  local until late="BGSAVE was not done within $PARAM_SAVE_SECONDS s"
  uptime_ms
  until=$((NOW + PARAM_SAVE_SECONDS * 1000))
  redis_await "$1" "$until" rdb_bgsave_in_progress "$late" || return
  until redis_cli "$1" BGSAVE && [[ $ANSWER == *started* ]]; do
    uptime_ms
    [[ $ANSWER =~ progress|active ]] && ((NOW < until)) || redis_fail "$1" BGSAVE || return
    sleep 0.2
  done
  redis_await "$1" "$until" rdb_bgsave_in_progress "$late" || return
  [[ ${R[$1.rdb_last_bgsave_status]} == ok ]] || fail "${AT[$1]}: BGSAVE has failed"
}

# redis_await NUMBER TIME KEY SENTENCE: until KEY is 0 in INFO; at that time it fails.
redis_await() {
  while redis_info "$1" || redis_fail "$1" INFO || return; do
    [[ ${R[$1.$3]} != 0 ]] || return 0
    uptime_ms
    ((NOW < $2)) || fail "${AT[$1]}: $4" || return
    sleep 0.02
  done
}

# Only a primary with an append-only file is paused (CLIENT PAUSE WRITE and UNPAUSE: since 6.2). What a primary sends
# to its replica, a pause does not hold.
redis_pauses() {
  local version=${R[$1.redis_version]}
  local minor=${version#*.}
  [[ ${R[$1.aof_enabled]} != 0 && ${R[$1.role]} != slave ]] && ((${version%%.*} * 100 + ${minor%%.*} >= 602))
}

# A pause ends with its server.
redis_gone() { [[ $ANSWER =~ Could\ not\ connect|is\ not\ running ]] || [[ -n ${PID[$1]} && ! -d /proc/${PID[$1]} ]]; }
