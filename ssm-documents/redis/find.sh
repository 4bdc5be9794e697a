# shellcheck shell=bash
# Which servers, and where their data lies.

# Fills PID, AT, CLI, SECRET, LOGIN and R: the servers named by the parameters, or all that run on this host.
redis_find() {
  local word ports=${PARAM_PORTS//,/ }
  PID=() AT=() R=() SERVERS=0
  container_find "$PARAM_CONTAINER" || return
  if [[ -z $PARAM_PORTS$PARAM_SOCKETS$PARAM_SERVICES ]]; then
    if [[ -n $PARAM_CONTAINER ]]; then ports=6379; else redis_add_all || return; fi
  fi
  for word in $ports; do redis_add "127.0.0.1:$word" || return; done
  for word in ${PARAM_SOCKETS//,/ }; do redis_add "$word" || return; done
  for word in ${PARAM_SERVICES//,/ }; do redis_add_service "$word" || return; done
  ((${#AT[@]} > 0)) || fail 'no Redis or Valkey server runs here'
}

# Sets NAME; is the process a server by its name? Amazon Linux has a redis6-server.
redis_is_server() {
  NAME=
  { read -r NAME <"/proc/$1/comm"; } 2>/dev/null
  [[ $NAME =~ ^(redis|valkey)[0-9]*-server$ ]]
}

# A child that saves or rewrites has its parent's name, and listens nowhere. What an ordinary user runs is given no password.
redis_add_all() {
  local folder pid NAME stranger
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/} stranger=
    redis_is_server "$pid" || continue
    ! redis_is_server "$(sed -n 's/^PPid:[^0-9]*//p' "$folder/status" 2>/dev/null)" || [[ -n $(redis_sockets "$pid") ]] || continue
    [[ $(readlink "$folder/ns/pid") == "$(readlink /proc/self/ns/pid)" || ! -d $folder ]] ||
      fail "process $pid runs in a container: name that by the parameter container" || return
    (($(stat -c %u "$folder" 2>/dev/null || echo 0) < 1000)) || stranger=1
    redis_add_process "$pid" || [[ ! -d $folder ]] || return
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
    if redis_add "$at" "$1"; then return 0; fi
    error=${error:-$ERROR}
  done
  fail "${error:-process $1 listens on no socket that can be used}"
}

# Prints the sockets that a process listens on: Unix sockets first, then TCP ports in their order.
redis_sockets() {
  local inodes inode at state
  inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n' | tr '\n' ' ')
  awk -v inodes=" $inodes" '$6 == "01" && $8 ~ /^\// && index(inodes, " " $7 " ") { print $8 }' "/proc/$1/net/unix"
  # Through a pipe: bash seeks back after each line of a file, and the kernel makes the table again.
  tail -n +2 "/proc/$1/net/tcp" | while read -r _ at _ state _ _ _ _ _ inode _; do
    [[ $state != 0A || " $inodes" != *" $inode "* ]] ||
      echo "$((16#${at:6:2})).$((16#${at:4:2})).$((16#${at:2:2})).$((16#${at:0:2})):$((16#${at#*:}))"
  done | sort -t : -k 2 -n
}

# redis_add SOCKET [PID]: adds the server that answers there. A sentinel holds no data; a server named twice is taken once.
redis_add() {
  local n=$((SERVERS += 1)) other
  AT[n]=$1 PID[n]=${2:-$CONTAINER_PID}
  redis_client "$n"
  redis_login "$n" && redis_process "$n" || { unset "AT[$n]" && return 1; }
  for other in "${!AT[@]}"; do
    [[ ${R[$n.redis_mode]} != sentinel ]] && [[ $other == "$n" || ${R[$n.run_id]} != "${R[$other.run_id]}" ]] || unset "AT[$n]"
  done
}

# Sets PID to the process that answers. That of a container has another number here: its first process stands for it.
redis_process() {
  local pid=${R[$1.process_id]} NAME
  [[ -z $PARAM_CONTAINER ]] || return 0
  redis_is_server "$pid" && [[ ${PID[$1]:-$pid} == "$pid" ]] || fail "${AT[$1]}: another process answers; is it in a container?" || return
  PID[$1]=$pid
}

# Prints its folder. All of its files are on that filesystem, since it renames them there. By the server's own root where it has
# other mounts than this script (a container, most services). That root can be anybody's, so nothing of it is run: the server
# tells its folder without links.
redis_folder() {
  local root=/proc/${PID[$1]}/root
  [[ $(readlink "${root%root}ns/mnt") != "$(readlink /proc/self/ns/mnt)" ]] || root=
  printf '%s\n' "$root${R[$1.dir]}"
}
