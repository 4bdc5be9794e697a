# shellcheck shell=bash
# Where the server's files are, one path a line.

mysql_settings_paths() {
  local name path
  for name in datadir log_bin_basename relay_log_basename innodb_log_group_home_dir innodb_data_home_dir \
    innodb_undo_directory innodb_doublewrite_dir aria_log_dir_path; do
    path=${V[$name]:-}
    [[ $name != *_basename ]] || path=${path%/*}
    mysql_path "$path" || return
  done
  # innodb_data_file_path: FILE:SIZE;FILE:SIZE:autoextend
  path=${V[innodb_data_file_path]:-}\;
  while [[ $path == *\;* ]]; do
    [[ $path != /* ]] || mysql_path "${path%%:*}" || return
    path=${path#*;}
  done
}

# Tablespaces outside of the data directory, and links in it.
mysql_elsewhere_paths() {
  local path
  if [[ $MYSQL_ENGINE == MySQL ]]; then
    mysql_ask_elsewhere FILE_NAME "FILES WHERE FILE_TYPE <> 'TEMPORARY'" || return
  elif [[ ${V[version]} =~ ^10\.[45]\. ]]; then
    mysql_ask_elsewhere PATH 'INNODB_SYS_DATAFILES WHERE TRUE' || return
  else
    mysql_ask_elsewhere FILENAME "INNODB_SYS_TABLESPACES WHERE NAME <> 'innodb_temporary'" || return
  fi
  while IFS= read -r path; do
    [[ $path != elsewhere$'\t'* ]] || mysql_path "${path#*$'\t'}" || return
  done <<<"$ANSWER"
  while IFS= read -r path; do
    mysql_path "${path#"/proc/$CONTAINER_PID/root"}" || return
  done <<<"$(find -L "${MYSQL_DATA%/}/" -mindepth 1 -maxdepth 2 -xtype l 2>/dev/null)"
}

# mysql_ask_elsewhere COLUMN TABLE: the folders of absolute paths.
mysql_ask_elsewhere() {
  mysql_ask "SELECT DISTINCT 'elsewhere', LEFT($1, CHAR_LENGTH($1) - CHAR_LENGTH(SUBSTRING_INDEX($1, '/', -1)))
    FROM information_schema.$2 AND $1 LIKE '/%'"
}

mysql_path() {
  [[ -n $1 && $1 != ./ ]] || return 0
  if [[ $1 == /* ]]; then container_path "$1"; else container_path "${V[datadir]%/}/$1"; fi
}
