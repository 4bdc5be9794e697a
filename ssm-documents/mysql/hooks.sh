# shellcheck shell=bash
# MySQL 8 and later, MariaDB 10.4 and later. The lock is taken by one client session that the guardian holds:
#   MariaDB                       BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT
#   MySQL                         LOCK INSTANCE FOR BACKUP
#   MySQL with tables that are not InnoDB's, or files on a filesystem that is not frozen: FLUSH TABLES WITH READ LOCK too
# Queries are never killed. What the server says comes as NAME<tab>VALUE lines, kept in V.

readonly MYSQL_WAIT=3 # seconds that a lock may be waited for
declare -a MYSQL      # the client with its options
declare -A V
MYSQL_ENGINE='' MYSQL_READ_LOCK='' MYSQL_DATA='' MYSQL_ID='' ANSWER=''

app_name() { echo mysql; }

app_paths() {
  local name path
  mysql_find && mysql_look || return 0 # app_ready tells why, as 206
  for name in datadir log_bin_basename relay_log_basename innodb_log_group_home_dir innodb_data_home_dir \
    innodb_undo_directory innodb_doublewrite_dir aria_log_dir_path; do
    path=${V[$name]:-}
    [[ $name != *_basename ]] || path=${path%/*}
    mysql_path "$path" || return
  done
  while IFS= read -r path; do mysql_path "${path#elsewhere$'\t'}" || return; done <<<"$(mysql_elsewhere)"
}

mysql_path() {
  [[ -n $1 && $1 != ./ ]] || return 0
  if [[ $1 == /* ]]; then container_path "$1"; else container_path "${V[datadir]%/}/$1"; fi
}

# Tablespaces outside of the data directory, and links in it.
mysql_elsewhere() {
  local table='information_schema.FILES' column=FILE_NAME
  [[ $MYSQL_ENGINE == MySQL ]] || { table=information_schema.INNODB_SYS_TABLESPACES column=FILENAME && tr ';' '\n' <<<"${V[innodb_data_file_path]:-}" | sed -n 's#^\(/.*\)/[^/]*$#\1#p'; }
  mysql_ask "SELECT DISTINCT 'elsewhere', LEFT($column, CHAR_LENGTH($column) - CHAR_LENGTH(SUBSTRING_INDEX($column, '/', -1)))
    FROM $table WHERE $column LIKE '/%'" && grep $'^elsewhere\t' <<<"$ANSWER"
  find "${MYSQL_DATA%/}/" -maxdepth 2 -type l 2>/dev/null | sed "s#^/proc/[0-9]*/root/#/#"
}

app_ready() {
  mysql_find && mysql_look && mysql_known && mysql_role && mysql_synced && mysql_rights || return
  [[ -z $MYSQL_READ_LOCK ]] || mysql_quiet
}

# Sets MYSQL to a client that reaches the server.
mysql_find() {
  local client socket error
  local -a options=(--batch --skip-column-names --unbuffered --skip-reconnect --skip-auto-rehash --connect-timeout=5)
  container_find "$PARAM_CONTAINER" || return
  [[ -z $PARAM_DEFAULTS_FILE ]] || options=("--defaults-file=$PARAM_DEFAULTS_FILE" "${options[@]}")
  [[ -z $PARAM_SOCKET ]] || options+=("--socket=$PARAM_SOCKET")
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
    MYSQL=("$client" "${options[@]}" "--socket=$socket")
    mysql_ask 'SELECT 1' && return
  done
  fail "$error"
}

# Sets ANSWER. A client that fails says why in its last line.
mysql_ask() {
  ANSWER=$(timeout 10 "${MYSQL[@]}" "${@:2}" -e "$1" </dev/null 2>&1) || fail "the server can not be asked: ${ANSWER##*$'\n'}"
}

# What kind of server is it, where is its data, and which lock does it take?
mysql_look() {
  local name value
  mysql_ask "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'datadir', 'log_bin_basename', 'relay_log_basename',
    'innodb_log_group_home_dir', 'innodb_data_home_dir', 'innodb_data_file_path', 'innodb_undo_directory', 'innodb_doublewrite_dir',
    'aria_log_dir_path', 'read_only', 'super_read_only', 'wsrep_on', 'wsrep_desync');
    SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_local_state', 'wsrep_local_state_comment')" || return
  while IFS=$'\t' read -r name value; do [[ -z $name ]] || V[$name]=$value; done <<<"$ANSWER"
  MYSQL_ENGINE=MySQL
  [[ ${V[version]:-} != *MariaDB* ]] || MYSQL_ENGINE=MariaDB
  MYSQL_DATA=$(container_path "${V[datadir]:-}") || fail 'the data directory can not be told' || return
  MYSQL_READ_LOCK=
  [[ $MYSQL_ENGINE == MySQL ]] && { mysql_unfrozen || mysql_other_tables; } && MYSQL_READ_LOCK=1
  return 0
}

# Does a filesystem with files of the server stay unfrozen?
mysql_unfrozen() {
  local i
  for i in "${!FS_DEV[@]}"; do [[ -z ${FS_REASON[i]} ]] || return 0; done
  return 1
}

# Tables of MyISAM, Archive, CSV or RocksDB, by their files: the server shows only tables that the user may read.
mysql_other_tables() {
  [[ -n $(find "${MYSQL_DATA%/}/" -mindepth 1 -maxdepth 2 \( -name '*.MYD' -o -name '*.ARZ' -o -name '*.CSV' -o -name .rocksdb \) \
    ! -path "${MYSQL_DATA%/}/mysql/*" -print -quit 2>/dev/null) ]]
}

mysql_known() {
  local major=${V[version]%%.*} minor=${V[version]#*.}
  minor=${minor%%.*}
  if [[ $MYSQL_ENGINE == MySQL ]]; then
    ((major >= 8)) || fail "MySQL ${V[version]} has no lock for this: 8.0 or later is needed"
  else
    ((major > 10 || (major == 10 && minor >= 4))) || fail "MariaDB ${V[version]} has no lock for this: 10.4 or later is needed"
  fi
}

mysql_role() {
  local role=primary
  [[ $PARAM_ROLE != any ]] || return 0
  if [[ $MYSQL_ENGINE == MariaDB ]]; then
    mysql_ask 'SHOW ALL SLAVES STATUS' --vertical || return
  else
    mysql_ask 'SHOW REPLICA STATUS' --vertical || mysql_ask 'SHOW SLAVE STATUS' --vertical || return
  fi
  [[ $ANSWER != *' row '* && ${V[read_only]:-} == OFF ]] || role=replica
  [[ $role == "$PARAM_ROLE" ]] || fail "the server is a $role now, and role is $PARAM_ROLE"
}

# A Galera node that is joining, or gives its data to another, has no state of its own to keep.
mysql_synced() {
  mysql_galera || return 0
  [[ ${V[wsrep_local_state]:-} == 4 || ${V[wsrep_desync]:-} == ON ]] ||
    fail "the Galera node is not synced: ${V[wsrep_local_state_comment]:-unknown}"
}

mysql_galera() { [[ ${V[wsrep_on]:-OFF} == ON ]]; }

mysql_rights() {
  local right rights='PROCESS RELOAD'
  [[ $MYSQL_ENGINE == MariaDB ]] || rights="PROCESS BACKUP_ADMIN${MYSQL_READ_LOCK:+ RELOAD|FLUSH_TABLES}"
  mysql_ask 'SHOW GRANTS' || return
  [[ $ANSWER != *'ALL PRIVILEGES ON *.*'* && $ANSWER != *'GRANT `'* ]] || return 0 # what a role may do is not told
  for right in $rights; do
    [[ $ANSWER =~ (^|[\ ,])($right)[\ ,] ]] || fail "the user lacks the right ${right%|*}" || return
  done
}

# FLUSH TABLES WITH READ LOCK waits for each statement under way, and all others wait for it, even after it was given up.
mysql_quiet() {
  mysql_ask "SELECT 'long', CONCAT(ID, ' of ', USER, ' for ', TIME, ' s') FROM performance_schema.processlist
    WHERE COMMAND IN ('Query', 'Execute') AND TIME >= 1 AND USER NOT IN ('system user', 'event_scheduler') AND ID <> CONNECTION_ID()
    LIMIT 1" || return
  [[ $ANSWER != *long$'\t'* ]] || fail "a statement would stall the read lock: connection ${ANSWER#*long$'\t'}"
}

app_quiesce() {
  local lock
  mysql_find && mysql_look && mysql_known || return "$NOT_READY"
  [[ -z $MYSQL_READ_LOCK ]] || mysql_quiet || return "$NOT_READY"
  mysql_open || return
  if [[ $MYSQL_ENGINE == MariaDB ]]; then
    lock='BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT;'
  else
    lock="LOCK INSTANCE FOR BACKUP;${MYSQL_READ_LOCK:+ FLUSH TABLES WITH READ LOCK;}"
  fi
  V[lock]=${lock%;}
  mysql_take "$lock" || {
    [[ $ERROR != *' 1205 '* ]] || fail "the lock was not free within $MYSQL_WAIT s" || return "$NOT_READY"
    return 1
  }
  [[ $MYSQL_ENGINE != MariaDB && -z $MYSQL_READ_LOCK ]] || hold_write_locked
}

# The session must outlast the hold. A Galera node leaves the cluster's flow control; however the session ends, it comes back.
mysql_open() {
  local seconds=$((PARAM_AUTO_THAW_SECONDS + 900)) words=''
  if mysql_galera && [[ ${V[wsrep_desync]:-} == OFF ]]; then
    # shellcheck disable=SC2016 # expanded by the other shell
    session_open bash -c '"$@"; echo "SET GLOBAL wsrep_desync = OFF" | "$@"' bash "${MYSQL[@]}" || return
    words='SET GLOBAL wsrep_desync = ON;'
    V[desync]=' SET GLOBAL wsrep_desync = OFF;'
  else
    session_open "${MYSQL[@]}" || return
  fi
  session_send "SET SESSION wait_timeout = $seconds, lock_wait_timeout = $MYSQL_WAIT, autocommit = 1; $words SELECT 'open', CONNECTION_ID();" &&
    session_expect $'^open\t' 10 || return
  MYSQL_ID=${SESSION_LINE#*$'\t'}
}

# Sends the lock's statements and asks for the position under it.
mysql_take() {
  local ask="SELECT 'binlogFile', LOCAL->>'$.binary_log_file' FROM performance_schema.log_status;
    SELECT 'binlogPosition', LOCAL->>'$.binary_log_position' FROM performance_schema.log_status;
    SELECT 'gtidExecuted', REPLACE(LOCAL->>'$.gtid_executed', CHAR(10), '') FROM performance_schema.log_status;"
  [[ $MYSQL_ENGINE == MySQL ]] || ask="SHOW STATUS WHERE Variable_name IN ('Binlog_snapshot_file', 'Binlog_snapshot_position');
    SELECT 'gtidBinlogPos', @@GLOBAL.gtid_binlog_pos; SELECT 'gtidCurrentPos', @@GLOBAL.gtid_current_pos;"
  session_send "$1 ${ask//$'\n'/ } SELECT 'held', CONNECTION_ID();" || return
  while [[ -z ${V[held]:-} ]]; do
    session_expect $'^[A-Za-z_]+\t' $((MYSQL_WAIT * 2 + 4)) || return
    V[${SESSION_LINE%%$'\t'*}]=${SESSION_LINE#*$'\t'}
  done
  V[binlogFile]=${V[binlogFile]:-${V[Binlog_snapshot_file]:-}}
  V[binlogPosition]=${V[binlogPosition]:-${V[Binlog_snapshot_position]:-}}
}

# The locks end with the connection: it must be the same one.
app_held() {
  session_send "SELECT 'still', CONNECTION_ID();" && session_expect $'^still\t' 10 || return
  [[ ${SESSION_LINE#*$'\t'} == "$MYSQL_ID" ]] || fail 'the database session is another one by now'
}

app_release() {
  local unlock='UNLOCK TABLES; UNLOCK INSTANCE;'
  session_alive || return 0 # its locks ended with it
  [[ $MYSQL_ENGINE == MySQL ]] || unlock='BACKUP STAGE END;'
  session_send "$unlock${V[desync]:-} SELECT 'released', CONNECTION_ID();" && session_expect $'^released\t' 10 || ! session_alive
}

app_coordinates() {
  local key
  [[ $1 == quiesced ]] || return 0
  echo "server=$MYSQL_ENGINE ${V[version]}"
  # Under LOCK INSTANCE FOR BACKUP alone, transactions go on until the freeze.
  if [[ $MYSQL_ENGINE == MySQL && -z $MYSQL_READ_LOCK ]]; then echo position=lower-bound; else echo position=exact; fi
  V[readOnly]=${V[read_only]:-}
  for key in lock readOnly binlogFile binlogPosition gtidExecuted gtidBinlogPos gtidCurrentPos; do
    [[ -z ${V[$key]:-} ]] || echo "$key=${V[$key]}"
  done
}

app_dry_run() {
  local table=performance_schema.processlist
  [[ -n ${V[version]:-} ]] || return 0
  if [[ $MYSQL_ENGINE == MariaDB ]]; then
    table=information_schema.PROCESSLIST
    check lock ok 'BACKUP STAGE BLOCK_COMMIT: commits wait'
  elif [[ -n $MYSQL_READ_LOCK ]]; then
    check lock warning 'FLUSH TABLES WITH READ LOCK beside LOCK INSTANCE FOR BACKUP: not all is InnoDB on filesystems that are frozen'
  else
    check lock ok 'LOCK INSTANCE FOR BACKUP'
  fi
  mysql_ask "SELECT 'long', COUNT(*) FROM $table WHERE COMMAND IN ('Query', 'Execute') AND TIME >= 1 AND ID <> CONNECTION_ID()" || return 0
  [[ $ANSWER == *long$'\t'0 ]] || check statements warning "statements that run for 1 s or longer: ${ANSWER#*long$'\t'}"
}
