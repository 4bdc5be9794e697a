# shellcheck shell=bash
# dry-run: one JSON line of what a pre-script would freeze, why not the rest, and what stands in its way as far as that can
# be told. Writes nothing, holds nothing, always exits 0.

CHECKS='' WRITE_LOCKED=''

dry_run_main() {
  STAGE=pre CODE=0
  boot_id
  if contract_check; then
    coverage && { declare -F app_quiesce >/dev/null || coverage_protected; } || CODE=$?
    ((CODE == 0 || CODE == NOT_READY)) || CODE=$PRE_FAILED
    dry_run_ready
    checks_host
    app_call app_dry_run >&2
  else
    CODE=$PRE_FAILED
  fi
  dry_run_line
  printf '%s\n' "$OBJECT"
  exit 0
}

dry_run_ready() {
  local error=$ERROR
  ERROR=
  if app_call app_ready >&2; then
    check ready ok 'the application is ready'
  else
    check ready failed "${ERROR:-the application is not ready}" "$NOT_READY"
  fi
  ERROR=${error:-$ERROR}
}

# For hooks: check NAME ok|warning|failed SENTENCE [CODE] adds a check to the line; after "failed" the pre-script would end
# with CODE (201 if none is given).
check() {
  OBJECT=
  json_add_text name "$1"
  json_add_text result "$2"
  json_add_text detail "$3"
  CHECKS+="${CHECKS:+,}{$OBJECT}"
  [[ $2 == failed ]] || return 0
  ERROR=${ERROR:-$3}
  ((CODE > 0)) || CODE=${4:-$PRE_FAILED}
}

# For hooks: check_failover NAME SECONDS: a cluster that takes NAME for dead after so many seconds without an answer.
check_failover() {
  if (($2 > PARAM_AUTO_THAW_SECONDS)); then
    check failover ok "$1 waits $2 s, longer than autoThawSeconds ($PARAM_AUTO_THAW_SECONDS)"
  else
    check failover warning "$1 fails over after $2 s, which is not longer than autoThawSeconds ($PARAM_AUTO_THAW_SECONDS)"
  fi
}

# For hooks: no write could end until the release (as hold_write_locked says in the pre-script).
check_write_locked() { WRITE_LOCKED=true; }

dry_run_line() {
  local freeze rest ready=false
  ((CODE > 0)) || ready=true
  dry_run_filesystems ''
  freeze=$OBJECT
  dry_run_filesystems 1
  rest=$OBJECT OBJECT=
  json_add stillpoint '"dry-run/1"'
  json_add_text time "$(iso_now)"
  json_add_text bootId "$BOOT_ID"
  json_add_text application "$(app_title)"
  json_add ready "$ready"
  json_add exitCode "$CODE"
  [[ -z $WRITE_LOCKED ]] || json_add writeLocked true
  json_add autoThawSeconds "$PARAM_AUTO_THAW_SECONDS"
  json_add freeze "[$freeze]"
  json_add leave "[$rest]"
  json_add checks "[$CHECKS]"
  json_add_text error "$ERROR"
  OBJECT="{$OBJECT}"
}

# The covered filesystems that would be frozen (in that order), or with $1 all the others that could hold data.
dry_run_filesystems() {
  local i covered=' ' list='' application=' '
  for i in "${!FS_DEV[@]}"; do
    [[ -n ${FS_REASON[i]} ]] || covered+="${FS_DEV[i]} "
    application+="${FS_DEV[i]} "
  done
  for i in "${!S_DEV[@]}"; do
    if [[ -z $1 ]]; then
      [[ $covered == *" ${S_DEV[i]} "* ]] || continue
    else
      [[ $covered != *" ${S_DEV[i]} "* ]] && { coverage_told "$i" || [[ $application == *" ${S_DEV[i]} "* ]]; } || continue
    fi
    OBJECT=
    dry_run_filesystem "$i" "${1:+not-covered}"
    [[ -z $1 || $application != *" ${S_DEV[i]} "* ]] || json_add application true
    list+="${list:+,}{$OBJECT}"
  done
  OBJECT=$list
}

dry_run_filesystem() {
  mounts_unescape "${S_POINT[$1]}"
  json_add_text mount "$PLAIN"
  json_add_text type "${S_TYPE[$1]}"
  mounts_unescape "${S_SOURCE[$1]}"
  json_add_text device "$PLAIN"
  devices_volumes "${S_DEV[$1]}"
  json_list "$VOLUMES"
  json_add volumes "$JSON"
  json_add_text reason "${S_REASON[$1]:-$2}"
}
