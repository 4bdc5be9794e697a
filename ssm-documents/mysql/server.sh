# shellcheck shell=bash
# What kind of server it is, where its data is, and which lock it takes.

# What it said.
declare -A V

mysql_look() {
  local name value
  mysql_ask "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'hostname', 'datadir', 'log_bin_basename', 'relay_log_basename',
    'innodb_log_group_home_dir', 'innodb_data_home_dir', 'innodb_data_file_path', 'innodb_undo_directory', 'innodb_doublewrite_dir',
    'aria_log_dir_path', 'read_only', 'wsrep_on', 'wsrep_desync', 'innodb_flush_log_at_trx_commit', 'rpl_semi_sync_replica_enabled',
    'rpl_semi_sync_slave_enabled');
    SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_local_state', 'wsrep_local_state_comment', 'Innodb_redo_log_enabled')" || return
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
  [[ -n $(find -L "${MYSQL_DATA%/}/" -mindepth 1 -maxdepth 2 \( -name '*.MYD' -o -name '*.ARZ' -o -name '*.CSV' -o -name .rocksdb \) \
    ! -path "${MYSQL_DATA%/}/mysql/*" -print -quit 2>/dev/null) ]]
}

mysql_galera() { [[ ${V[wsrep_on]:-OFF} == ON ]]; }

# Statements that have run for 1 s or longer, into LONG. Not those of replication: they are one row after the other.
mysql_long() {
  local line pattern=$'^([0-9]+)\t([^\t]*)\t[^\t]*\t[^\t]*\t(Query|Execute)\t([1-9][0-9]*)\t'
  LONG=()
  mysql_ask 'SHOW PROCESSLIST' || return
  while IFS= read -r line; do
    [[ $line =~ $pattern && $line != *$'\t'system\ user$'\t'* && $line != *$'\t'event_scheduler$'\t'* ]] || continue
    LONG+=("connection ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} for ${BASH_REMATCH[4]} s")
  done <<<"$ANSWER"
}
