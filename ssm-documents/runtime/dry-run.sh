# shellcheck shell=bash
# dry-run: one JSON line of what a pre-script would freeze and why not the rest. Writes nothing, holds nothing, always exits 0.

dry_run_main() {
  local code=0 ready=true
  STAGE=pre
  boot_id
  contract_check && coverage && { declare -F app_quiesce >/dev/null || coverage_protected; } || code=$PRE_FAILED
  if ((code == 0)) && ! app_call app_ready >&2; then
    ready=false code=$NOT_READY
    ERROR=${ERROR:-the application is not ready}
  fi
  dry_run_line "$code" "$ready"
  printf '%s\n' "$OBJECT"
  exit 0
}

dry_run_line() {
  local freeze rest
  dry_run_filesystems ''
  freeze=$OBJECT
  dry_run_filesystems 1
  rest=$OBJECT OBJECT=
  json_add stillpoint '"dry-run/1"'
  json_add_text bootId "$BOOT_ID"
  json_add_text application "$(app_title)"
  json_add ready "$2"
  json_add exitCode "$1"
  json_add autoThawSeconds "$PARAM_AUTO_THAW_SECONDS"
  json_add freeze "[$freeze]"
  json_add leave "[$rest]"
  json_add_text error "$ERROR"
  OBJECT="{$OBJECT}"
}

# The covered filesystems that would be frozen (in that order), or with $1 all the others that could hold data.
dry_run_filesystems() {
  local i covered=' ' list=''
  for i in "${!FS_DEV[@]}"; do [[ -n ${FS_REASON[i]} ]] || covered+="${FS_DEV[i]} "; done
  for i in "${!S_DEV[@]}"; do
    if [[ -z $1 ]]; then [[ $covered == *" ${S_DEV[i]} "* ]]; else coverage_told "$i" && [[ $covered != *" ${S_DEV[i]} "* ]]; fi || continue
    OBJECT=
    dry_run_filesystem "$i" "${1:+not-covered}"
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
