# shellcheck shell=bash
# Is the server one that can be held now? Each of these says why not.

# A lock on another host's server, which a proxy here or an option file leads to, would hold nothing of this one. By a socket
# (a client's host without a port) it is always this one, also when the host has had another name.
mysql_local() {
  local host tab=$'\t'
  host=$("${CONTAINER[@]}" cat /proc/sys/kernel/hostname </dev/null)
  [[ ${V[hostname]:-} != "$host" ]] || return 0
  mysql_ask "SELECT 'mine', CONNECTION_ID(); SHOW PROCESSLIST" || return
  [[ $ANSWER =~ mine${tab}([0-9]+) ]] && [[ $ANSWER =~ $'\n'${BASH_REMATCH[1]}${tab}[^${tab}]*${tab}localhost${tab} ]] ||
    fail "the server that answers runs on ${V[hostname]:-another host}, not on $host"
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

# A copy of a server without a redo log can't be started.
mysql_recovers() {
  [[ ${V[Innodb_redo_log_enabled]:-ON} == ON ]] || fail "InnoDB's redo log is disabled: no server could recover from a copy"
}

mysql_rights() {
  local right rights='PROCESS RELOAD'
  [[ $MYSQL_ENGINE == MariaDB ]] || rights="PROCESS BACKUP_ADMIN${MYSQL_READ_LOCK:+ RELOAD|FLUSH_TABLES}"
  mysql_ask 'SHOW GRANTS' || return
  # What a role may do is not told.
  [[ $ANSWER != *'ALL PRIVILEGES ON *.*'* && $ANSWER != *'GRANT `'* ]] || return 0
  for right in $rights; do
    [[ $ANSWER =~ (^|[\ ,])($right)[\ ,] ]] || fail "the user lacks the right ${right%|*}" || return
  done
}

# FLUSH TABLES WITH READ LOCK waits for each statement under way, and all others wait for it, even after it was given up.
mysql_quiet() {
  mysql_long || return
  ((${#LONG[@]} == 0)) || fail "a statement would stall the read lock: ${LONG[0]}"
}
