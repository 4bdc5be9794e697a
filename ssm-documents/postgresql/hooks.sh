# shellcheck shell=bash
# PostgreSQL: a checkpoint before the freeze, bounded by statement_timeout, and no lock. What the frozen filesystems hold is
# what a crash would leave; the server recovers from it at its next start, and the checkpoint makes that short.
# One cluster: its data directory and, from postmaster.pid there, port and socket. In a container: what the server says of itself.

declare -a PG_DATA PG_PORT PG_SOCKET PG_CLIENT PG_AS COORDINATES
PG_ANSWER=

app_name() { echo postgresql; }

# Data directory, write-ahead log (a link, when it has a volume of its own) and tablespaces. What can't be found is for
# app_ready to tell: as 206, not as a failure.
app_paths() {
  local i data link
  if [[ -n $PARAM_CONTAINER ]]; then
    pg_container_paths
    return
  fi
  pg_find 2>/dev/null
  for i in "${!PG_DATA[@]}"; do
    data=${PG_DATA[i]}
    [[ -e $data ]] || continue
    printf '%s\n' "$data"
    for link in "$data"/pg_wal "$data"/pg_xlog "$data"/pg_tblspc/*; do
      [[ ! -L $link ]] || readlink -f -- "$link" || return
    done
  done
}

pg_container_paths() {
  local path paths
  pg_find && pg_client 0 || return 0
  paths=$(pg_ask "SELECT current_setting('data_directory') UNION ALL SELECT current_setting('data_directory') || '/pg_wal'
    UNION ALL SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE pg_tablespace_location(oid) <> ''") || return 0
  while IFS= read -r path; do container_path "$path" || return; done <<<"$paths"
}

# Up, and in its role. The first checkpoint is made here: it may take long, and before the guardian is armed nothing is held.
app_ready() {
  local i
  pg_find || return
  for i in "${!PG_DATA[@]}"; do
    pg_client "$i" && pg_role "$i" || return
    [[ $PARAM_COMMAND == pre-script ]] || continue
    pg_ask "SET statement_timeout = '${PARAM_CHECKPOINT_SECONDS}s'; CHECKPOINT" >/dev/null || fail "${PG_DATA[i]}: $PG_ANSWER" || return
  done
}

# What a person should know of each server that is up.
app_dry_run() {
  local i answer version role commits may
  for i in "${!PG_DATA[@]}"; do
    pg_client "$i" && answer=$(pg_ask "SELECT split_part(current_setting('server_version'), ' ', 1),
      CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, current_setting('synchronous_commit'),
      current_setting('is_superuser') = 'on' OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_checkpoint' AND pg_has_role(oid, 'member'))") || continue
    IFS='|' read -r version role commits may <<<"$answer"
    check server ok "PostgreSQL $version, $role, ${PG_DATA[i]}${PG_PORT[i]:+, port ${PG_PORT[i]}}; no lock is taken, so no statement can stall one"
    [[ $may == t ]] || check checkpoint failed "the database role may make no checkpoint: GRANT pg_checkpoint (PostgreSQL 15 or later), or a superuser" "$NOT_READY"
    [[ $commits != off ]] || check commits warning 'synchronous_commit is off: the last commits that were acknowledged may not be in the copy'
  done
}

pg_role() {
  local recovers role=primary
  recovers=$(pg_ask 'SELECT pg_is_in_recovery()') || fail "${PG_DATA[$1]}: $recovers" || return
  [[ $recovers != t ]] || role=replica
  [[ $PARAM_ROLE == any || $PARAM_ROLE == "$role" ]] || fail "${PG_DATA[$1]} is a $role, not a $PARAM_ROLE"
}

# The second checkpoint, with little to write, and the position: the copy holds all that was committed up to it, and more.
app_quiesce() {
  local i
  COORDINATES=()
  pg_find || return "$NOT_READY"
  for i in "${!PG_DATA[@]}"; do
    pg_client "$i" && pg_checkpoint "$i" || {
      session_close
      return "$NOT_READY"
    }
    session_close
  done
}

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

app_coordinates() {
  if [[ $1 == quiesced ]]; then printf '%s\n' "${COORDINATES[@]}"; fi
}

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

# Sets PG_CLIENT: psql for cluster $1, as the data directory's owner, whom peer authentication knows. A password, where one is
# needed, comes from that user's ~/.pgpass.
pg_client() {
  local data=${PG_DATA[$1]} binary=psql server user
  PG_AS=()
  if [[ -n $PARAM_CONTAINER ]]; then
    PG_AS=("${CONTAINER[@]}")
    user=${PARAM_DATABASE_USER:-postgres}
  else
    server=$(readlink "/proc/$(head -n 1 "$data/postmaster.pid")/exe")
    if [[ -x ${server%/*}/psql ]]; then binary=${server%/*}/psql; fi
    command -v "$binary" >/dev/null || fail 'psql is not installed' || return
    user=$PARAM_DATABASE_USER
    pg_as "$(stat -c %U "$data")" "$data"
  fi
  PG_CLIENT=("${PG_AS[@]}" env PGCONNECT_TIMEOUT=5 PGAPPNAME=stillpoint "$binary" -qAtX -w -d "$PARAM_DATABASE")
  [[ -z ${PG_SOCKET[$1]} ]] || PG_CLIENT+=(-h "${PG_SOCKET[$1]}")
  [[ -z ${PG_PORT[$1]} ]] || PG_CLIENT+=(-p "${PG_PORT[$1]}")
  [[ -z $user ]] || PG_CLIENT+=(-U "$user")
}

# setpriv leaves no process of its own between us and the client; hosts before util-linux 2.24 have runuser.
pg_as() {
  local owner=$1 home
  home=$(timeout 5 getent passwd "$owner" | cut -d: -f6)
  if ((EUID != 0)) || [[ $owner == root ]]; then
    PG_AS=()
  elif command -v setpriv >/dev/null; then
    PG_AS=(setpriv "--reuid=$(stat -c %u "$2")" "--regid=$(id -g "$owner")" --init-groups -- env "HOME=${home:-/}")
  else
    PG_AS=(runuser -u "$owner" -- env "HOME=${home:-/}")
  fi
}

# Prints the answer to one statement, or its error, which is then in PG_ANSWER too. In the foreground: it ends with a script that is killed.
pg_ask() {
  local code=0
  PG_ANSWER=$(printf '%s;\n' "$1" | timeout --foreground $((PARAM_CHECKPOINT_SECONDS + 5)) "${PG_CLIENT[@]}" -v ON_ERROR_STOP=1 2>&1) || code=$?
  if ((code > 0)); then PG_ANSWER=${PG_ANSWER:-no answer} PG_ANSWER=${PG_ANSWER%%$'\n'*}; fi
  printf '%s\n' "$PG_ANSWER"
  return "$code"
}
