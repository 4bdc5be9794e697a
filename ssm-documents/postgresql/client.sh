# shellcheck shell=bash
# psql, and what is asked of a server by it.

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
  PG_CLIENT=("${PG_AS[@]}" env PGCONNECT_TIMEOUT=5 PGAPPNAME=stillpoint "$binary" -qAtX -w -v ON_ERROR_STOP=1 -d "$PARAM_DATABASE")
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

# Sets PG_ANSWER to the answer to one statement, or to its error. Warnings at the beginning (of another collation version, say)
# are no answer. In the foreground: it ends with a script that is killed.
pg_ask() {
  local code=0
  PG_ANSWER=$(printf '\\echo connected\n%s;\n' "$1" | timeout --foreground $((PARAM_CHECKPOINT_SECONDS + 5)) "${PG_CLIENT[@]}" 2>&1) || code=$?
  PG_ANSWER=$'\n'$PG_ANSWER PG_ANSWER=${PG_ANSWER#*$'\nconnected\n'} PG_ANSWER=${PG_ANSWER#$'\n'}
  ((code == 0)) || PG_ANSWER=${PG_ANSWER:-no answer} PG_ANSWER=${PG_ANSWER%%$'\n'*}
  return "$code"
}

# Is cluster $1 what it is to be?
pg_role() {
  local role=primary
  pg_ask 'SELECT pg_is_in_recovery()' || fail "${PG_DATA[$1]}: $PG_ANSWER" || return
  [[ $PG_ANSWER != t ]] || role=replica
  [[ $PARAM_ROLE == any || $PARAM_ROLE == "$role" ]] || fail "${PG_DATA[$1]} is a $role, not a $PARAM_ROLE"
}
