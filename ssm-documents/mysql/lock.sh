# shellcheck shell=bash
# The guardian's session with the server: opened, and locked.

# Seconds that each lock may be waited for.
readonly MYSQL_WAIT=3

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

mysql_lock() {
  local lock='BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT;'
  [[ $MYSQL_ENGINE == MariaDB ]] || lock="LOCK INSTANCE FOR BACKUP;${MYSQL_READ_LOCK:+ FLUSH TABLES WITH READ LOCK;}"
  V[lock]=${lock%;}
  mysql_take "$lock" || mysql_waited || return
  mysql_written
}

# Not free in time is no failure.
mysql_waited() {
  [[ $ERROR == *' 1205 '* || $ERROR == 'no answer within'* ]] || return "$PRE_FAILED"
  fail "the lock was not free within $MYSQL_WAIT s"
  return "$NOT_READY"
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
    [[ $SESSION_LINE == *$'\tNULL' ]] || V[${SESSION_LINE%%$'\t'*}]=${SESSION_LINE#*$'\t'}
  done
  V[binlogFile]=${V[binlogFile]:-${V[Binlog_snapshot_file]:-}}
  V[binlogPosition]=${V[binlogPosition]:-${V[Binlog_snapshot_position]:-}}
}

# With innodb_flush_log_at_trx_commit = 0 a commit stays in the server's memory for up to a second: the position would be ahead
# of the tables. (Under MySQL's lock for backups commits go on, so there is nothing to wait for.)
mysql_written() {
  local tries target=''
  [[ $MYSQL_ENGINE == MariaDB && ${V[innodb_flush_log_at_trx_commit]:-} == 0 ]] || return 0
  for tries in {1..30}; do
    session_send "SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_lsn_current', 'Innodb_lsn_flushed');" &&
      session_expect $'^Innodb_lsn_current\t' 5 || return
    target=${target:-${SESSION_LINE#*$'\t'}}
    session_expect $'^Innodb_lsn_flushed\t' 5 || return
    ((${SESSION_LINE#*$'\t'} < target)) || return 0
    guardian_listen 0.1
    hold_not_stopped || return
  done
  fail 'InnoDB did not write its log within 3 s: innodb_flush_log_at_trx_commit is 0'
  return "$NOT_READY"
}
