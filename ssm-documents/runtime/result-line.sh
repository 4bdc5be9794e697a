# shellcheck shell=bash
# The result line: one JSON object, last on stdout, on every way out of pre and post. The worker's proof rests on it
# (lambda/core/result-line.ts is its schema), so it tells what the journal has, and nothing else. SSM keeps 24,000 characters
# of an output, and cuts the end off: what may be long, texts of the application, is cut here.

# Sets OBJECT to the result line: result_line RESULT ERROR, from J and FS_*.
result_line() {
  local application filesystems
  result_application
  application=$OBJECT
  result_filesystems "$1"
  filesystems=$OBJECT
  OBJECT=
  json_add stillpoint '"result/1"'
  json_add_text stage "$STAGE"
  json_add_text executionId "$PARAM_EXECUTION_ID"
  json_add_text bootId "$BOOT_ID"
  json_add_text result "$1"
  json_add_text thawedBy "$(result_thawed_by "$1")"
  json_add_text frozenAt "${J[frozenAt]:-${J[quiescedAt]:-}}"
  json_add_text thawedAt "${J[thawedAt]:-}"
  [[ -z ${J[from]:-} || -z ${J[to]:-} ]] || json_add heldMs "$((J[to] - J[from]))"
  json_add_text autoThawAt "${J[autoThawAt]:-}"
  json_add application "{$application}"
  json_add filesystems "[$filesystems]"
  json_add_text error "${2:0:1000}"
  OBJECT="{$OBJECT}"
}

result_thawed_by() {
  [[ -n ${J[thawedAt]:-} ]] || { echo nobody && return; }
  if [[ $1 == released || ${J[endedBy]:-} == post || -n ${J[orphan]:-} ]]; then echo post; else echo auto-thaw; fi
}

result_application() {
  local key text coordinates='' quiesced=false
  [[ -z ${J[quiesced]:-} || -n ${J[lostHold]:-} ]] || quiesced=true
  OBJECT=
  for key in "${!J[@]}"; do
    [[ $key == coordinate.* ]] || continue
    text=${J[$key]}
    ((${#text} <= 3000)) || text=${text:0:3000}...
    if ((${#OBJECT} < 10000)); then json_add_text "${key#coordinate.}" "$text"; else note "left out: $key"; fi
  done
  coordinates=$OBJECT OBJECT=
  json_add_text name "$(app_title)"
  json_add quiesced "$quiesced"
  [[ $quiesced == false || -z ${J[writeLocked]:-} ]] || json_add writeLocked true
  [[ -z $coordinates ]] || json_add coordinates "{$coordinates}"
}

result_filesystems() {
  local i list=''
  for i in "${!FS_DEV[@]}"; do
    OBJECT=
    result_filesystem "$i" "$1"
    list+="${list:+,}{$OBJECT}"
  done
  OBJECT=$list
}

# "held" tells of a hold that was whole: frozen by this attempt, and in post thawed by its own guardian and nobody else.
result_filesystem() {
  local held=false reason=${J[reason.$1]:-${FS_REASON[$1]}} from=${J[frozen.$1]:-} to=${J[thawed.$1]:-}
  [[ -z ${J[lost.$1]:-} ]] || reason=thawed-by-other
  [[ -z ${J[orphan]:-} ]] || reason=${reason:-guardian-lost}
  if [[ -n $from && -z $reason && $2 =~ ^(held|released|auto-thawed)$ ]]; then held=true; fi
  fs_plain "$1"
  json_add_text mount "$PLAIN"
  json_add_text type "${FS_TYPE[$1]}"
  mounts_unescape "${FS_SOURCE[$1]}"
  json_string "$PLAIN"
  json_add device "$JSON"
  json_list "${FS_VOLUMES[$1]}"
  json_add volumes "$JSON"
  json_add held "$held"
  [[ -z $from || -z $to ]] || json_add heldMs "$((to - from))"
  [[ -z ${J[synced.$1]:-} ]] || json_add synced true
  json_add_text reason "$reason"
}

# Ends the script: finish CODE RESULT [ERROR]. Stores the answer unless KEEP is empty.
finish() {
  result_line "$2" "${3:-}"
  [[ -z ${3:-} ]] || note "$3"
  [[ -z $KEEP ]] || state_store "$1" "$OBJECT"
  printf '%s\n' "$OBJECT"
  exit "$1"
}
