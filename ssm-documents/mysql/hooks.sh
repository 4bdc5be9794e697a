# shellcheck shell=bash
# MySQL 8 and later, MariaDB 10.4 and later. The lock is taken by one client session that the guardian holds:
#   MariaDB                       BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT
#   MySQL                         LOCK INSTANCE FOR BACKUP
#   MySQL with tables that are not InnoDB's, or files on a filesystem that is not frozen: FLUSH TABLES WITH READ LOCK too
# Queries are never killed. What the server says comes as NAME<tab>VALUE lines, kept in V.

# The client with its options.
declare -a MYSQL
MYSQL_ENGINE='' MYSQL_READ_LOCK='' MYSQL_DATA='' MYSQL_ID='' ANSWER=''

app_name() { echo mysql; }

# All of them or none: what is missing here would neither be frozen nor be missed.
app_paths() {
  mysql_find && mysql_look && mysql_known && mysql_rights && mysql_settings_paths && mysql_elsewhere_paths || return "$NOT_READY"
}

app_ready() {
  mysql_find && mysql_look && mysql_local && mysql_known && mysql_role && mysql_synced && mysql_recovers && mysql_rights || return
  [[ -z $MYSQL_READ_LOCK ]] || mysql_quiet
}

app_quiesce() {
  mysql_find && mysql_look && mysql_known && coverage_holds "$MYSQL_DATA" || return "$NOT_READY"
  [[ -z $MYSQL_READ_LOCK ]] || mysql_quiet || return "$NOT_READY"
  mysql_open && mysql_lock || return
  [[ $MYSQL_ENGINE != MariaDB && -z $MYSQL_READ_LOCK ]] || hold_write_locked
}

# The locks end with the connection: it must be the same one.
app_held() {
  session_send "SELECT 'still', CONNECTION_ID();" && session_expect $'^still\t' 10 || return
  [[ ${SESSION_LINE#*$'\t'} == "$MYSQL_ID" ]] || fail 'the database session is another one by now'
}

app_release() {
  local unlock='UNLOCK TABLES; UNLOCK INSTANCE;'
  # Its locks ended with it.
  session_alive || return 0
  [[ $MYSQL_ENGINE == MySQL ]] || unlock='BACKUP STAGE END;'
  session_send "$unlock${V[desync]:-} SELECT 'released', CONNECTION_ID();" && session_expect $'^released\t' 10 || ! session_alive
}

app_coordinates() {
  local key position=exact
  [[ $1 == quiesced ]] || return 0
  # Under LOCK INSTANCE FOR BACKUP alone, transactions go on until the freeze.
  [[ $MYSQL_ENGINE == MariaDB || -n $MYSQL_READ_LOCK ]] || position=lower-bound
  [[ -z ${V[binlogFile]:-} ]] || V[position]=$position
  V[readOnly]=${V[read_only]:-}
  echo "server=$MYSQL_ENGINE ${V[version]}"
  for key in position lock readOnly binlogFile binlogPosition gtidExecuted gtidBinlogPos gtidCurrentPos; do
    [[ -z ${V[$key]:-} ]] || echo "$key=${V[$key]}"
  done
}

app_dry_run() {
  [[ -n ${V[version]:-} ]] || return 0
  [[ $MYSQL_ENGINE != MariaDB && -z $MYSQL_READ_LOCK ]] || check_write_locked
  if [[ $MYSQL_ENGINE == MariaDB ]]; then
    check lock ok 'BACKUP STAGE BLOCK_COMMIT: commits wait'
  elif [[ -n $MYSQL_READ_LOCK ]]; then
    check lock warning 'FLUSH TABLES WITH READ LOCK too: not all is InnoDB on filesystems that are frozen'
  else
    check lock ok 'LOCK INSTANCE FOR BACKUP'
  fi
  [[ ${V[innodb_flush_log_at_trx_commit]:-1} != 0 ]] ||
    check commits warning 'innodb_flush_log_at_trx_commit is 0: the last acknowledged commits may not be in the copy'
  [[ ${V[rpl_semi_sync_replica_enabled]:-}${V[rpl_semi_sync_slave_enabled]:-} != *ON* ]] ||
    check replication warning 'a semi-synchronous replica: commits of its source wait for the freeze'
  mysql_long || return 0
  ((${#LONG[@]} == 0)) || check statements warning "statements that run for 1 s or longer: ${#LONG[@]}; ${LONG[0]}"
}
