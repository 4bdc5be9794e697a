# shellcheck shell=bash
# Which clusters there are, and where.

# Fills PG_DATA, PG_PORT and PG_SOCKET.
pg_find() {
  local name names
  PG_DATA=() PG_PORT=() PG_SOCKET=()
  if [[ -n $PARAM_CONTAINER ]]; then
    container_find "$PARAM_CONTAINER" || return
    PG_DATA=("container $PARAM_CONTAINER") PG_PORT=("$PARAM_PORT") PG_SOCKET=("$PARAM_SOCKET_DIRECTORY")
    return 0
  fi
  IFS=, read -ra names <<<"$PARAM_CLUSTERS"
  for name in "${names[@]}"; do
    pg_directory "$name"
    pg_add "$name" || fail "${ERROR:-no server runs in $name}" || return
  done
  [[ -n $PARAM_CLUSTERS ]] || pg_running || return
  ((${#PG_DATA[@]} > 0)) || fail "no PostgreSQL server runs here${PARAM_PORT:+ on port $PARAM_PORT}"
}

# Sets name to the data directory of Debian's VERSION/NAME.
pg_directory() {
  local file=/etc/postgresql/$1/postgresql.conf pattern="^[[:space:]]*data_directory[[:space:]]*=?[[:space:]]*'([^']+)'" line
  [[ $1 != /* ]] || return 0
  name=/var/lib/postgresql/$1
  [[ -f $file ]] || return 0
  while IFS= read -r line; do
    if [[ $line =~ $pattern ]]; then name=${BASH_REMATCH[1]}; fi
  done <"$file"
}

# Every server of this host works in its data directory, and is no child of another. Those in containers have processes of their own kind.
pg_running() {
  local process comm data own
  own=$(readlink /proc/self/ns/pid)
  for process in /proc/[0-9]*; do
    { read -r comm <"$process/comm"; } 2>/dev/null || continue
    [[ $comm =~ ^(postgres|postmaster|edb-postgres)$ && $(readlink "$process/ns/pid") == "$own" ]] || continue
    data=$(readlink "$process/cwd") && [[ -f $data/postmaster.pid && " ${PG_DATA[*]} " != *" $data "* ]] || continue
    if [[ $(head -n 1 "$data/postmaster.pid") == "${process#/proc/}" ]]; then pg_add "$data" || return; fi
  done
  for data in /var/lib/postgresql/*/* /var/lib/pgsql/data /var/lib/pgsql/*/data; do
    [[ -f $data/postmaster.pid && " ${PG_DATA[*]} " != *" $data "* && -z $PARAM_PORT ]] || continue
    pg_add "$data" || return # crashed: its files are no cluster's that is up
  done
}

# Adds the cluster in a data directory, from its postmaster.pid: process, directory, start, port, socket's directory, a line each.
pg_add() {
  local data=${1%/} lines
  [[ -f $data/PG_VERSION ]] || fail "$data is no data directory" || return
  if [[ -n $PARAM_PORT && -f $data/postmaster.pid && $(sed -n 4p "$data/postmaster.pid") != "$PARAM_PORT" ]]; then return 0; fi
  PG_DATA+=("$data")
  mapfile -t lines 2>/dev/null <"$data/postmaster.pid" || fail "no server runs in $data" || return
  kill -0 "${lines[0]}" 2>/dev/null || fail "the server of $data is down, and was not shut down" || return
  PG_PORT+=("${lines[3]:-}")
  PG_SOCKET+=("${PARAM_SOCKET_DIRECTORY:-${lines[4]:-127.0.0.1}}") # no socket: then by TCP
}

# In a container the server is asked. Its data directory is told to members of pg_read_all_settings only.
pg_container_paths() {
  local path
  pg_client 0 || return
  pg_ask "SELECT current_setting('data_directory') UNION ALL SELECT current_setting('data_directory') || '/pg_wal'
    UNION ALL SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE pg_tablespace_location(oid) <> ''" ||
    fail "${PG_DATA[0]}: $PG_ANSWER" || return
  while IFS= read -r path; do container_path "$path" || return; done <<<"$PG_ANSWER"
}

# Was cluster $1 there already when filesystems were looked for?
pg_covered() { [[ -n $PARAM_CONTAINER ]] || coverage_holds "${PG_DATA[$1]}"; }
