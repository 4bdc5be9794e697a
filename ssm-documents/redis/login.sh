# shellcheck shell=bash
# As whom a server is asked.

# Without a password first; then with the one of the credentials file, then of the configuration.
redis_login() {
  local from
  for from in '' file configuration; do
    SECRET[$1]='' LOGIN[$1]=
    [[ -z $from ]] || redis_login_"$from" "$1" || return
    [[ -z $from || -n ${SECRET[$1]} && -z ${stranger:-} ]] || continue
    if redis_info "$1" && { [[ ${R[$1.redis_mode]} == sentinel ]] || redis_config "$1" && redis_may "$1"; }; then return 0; fi
    [[ $ANSWER =~ NOAUTH|NOPERM|WRONGPASS|AUTH\ failed ]] || break
  done
  redis_fail "$1"
}

redis_login_file() {
  local key=${AT[$1]##*[:/]}
  [[ -e $PARAM_CREDENTIALS_FILE ]] || return 0
  [[ $(stat -L -c '%u %a' "$PARAM_CREDENTIALS_FILE") =~ ^0\ [0-7]00$ ]] || fail "$PARAM_CREDENTIALS_FILE must be root's, and nobody else may read it" || return
  LOGIN[$1]=$(redis_credential user "$key")
  SECRET[$1]=$(redis_credential password "$key")
}

# redis_credential NAME PORT: this server's, else that of all.
redis_credential() {
  awk -v own="$1.$2=" -v all="$1=" '
    index($0, own) == 1 { first = substr($0, length(own) + 1) }
    index($0, all) == 1 { second = substr($0, length(all) + 1) }
    END { print first == "" ? second : first }' "$PARAM_CREDENTIALS_FILE"
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
