# shellcheck shell=bash
# The client, and how the server is reached and asked.

# Sets MYSQL to a client that reaches the server.
mysql_find() {
  local client socket error
  # An option file may have a tee: a log on a filesystem that is frozen would stop the client.
  local -a options=(--batch --skip-column-names --unbuffered --skip-reconnect --skip-auto-rehash --skip-tee --connect-timeout=5)
  container_find "$PARAM_CONTAINER" || return
  [[ -z $PARAM_DEFAULTS_FILE ]] || options=("--defaults-file=$PARAM_DEFAULTS_FILE" "${options[@]}")
  [[ -z $PARAM_SOCKET ]] || options+=(--protocol=socket "--socket=$PARAM_SOCKET")
  [[ -z $PARAM_PORT ]] || options+=(--host=127.0.0.1 --protocol=tcp "--port=$PARAM_PORT")
  for client in mysql mariadb ''; do
    [[ -n $client ]] || fail 'neither mysql nor mariadb is installed' || return
    # shellcheck disable=SC2016 # expanded by the other shell
    ! "${CONTAINER[@]}" sh -c 'command -v "$1"' sh "$client" </dev/null >/dev/null 2>&1 || break
  done
  MYSQL=("$client" "${options[@]}")
  # The password that the official images were started with, unless an option file has one.
  # shellcheck disable=SC2016 # expanded in the container
  [[ -z $CONTAINER_PID ]] || MYSQL=("${CONTAINER[@]}" sh -c 'f=${MARIADB_ROOT_PASSWORD_FILE:-$MYSQL_ROOT_PASSWORD_FILE}
    MYSQL_PWD=${MYSQL_PWD:-${MARIADB_ROOT_PASSWORD:-${MYSQL_ROOT_PASSWORD:-$([ -z "$f" ] || cat "$f")}}}
    export MYSQL_PWD; exec "$@"' sh "${MYSQL[@]}")
  mysql_ask 'SELECT 1' && return
  [[ $ERROR == *' 2002 '* && -z $CONTAINER_PID$PARAM_SOCKET$PARAM_PORT ]] || return
  error=$ERROR
  for socket in /run/mysqld/mysqld.sock /var/lib/mysql/mysql.sock /run/mysql/mysql.sock /tmp/mysql.sock; do
    [[ -S $socket ]] || continue
    MYSQL=("$client" "${options[@]}" --protocol=socket "--socket=$socket")
    mysql_ask 'SELECT 1' && return
  done
  fail "$error"
}

# Sets ANSWER. A client that fails says why in its last line.
mysql_ask() {
  ANSWER=$(timeout 10 "${MYSQL[@]}" "${@:2}" -e "$1" </dev/null 2>&1) || fail "the server can not be asked: ${ANSWER##*$'\n'}"
}
