# shellcheck shell=bash
# InterSystems IRIS. ExternalFreeze suspends an instance's write daemon: its databases and its write image journal stand
# still, its users work on in memory and in the journal. It is a state of the instance and needs no session. Exit codes of
# Backup.General in a script: 5 is done (or yes), 3 is failed (or no). IRIS_TOUCHED: instances that may be ours to thaw.

declare -a IRIS_NAME IRIS_FOLDER IRIS_TOUCHED IRIS_AS

app_name() { echo iris; }

# The installation, and what iris.cpf names outside of it.
app_paths() {
  local n paths path
  iris_find || return "$NOT_READY"
  for n in "${!IRIS_NAME[@]}"; do
    paths=${IRIS_FOLDER[n]}$'\n'$(iris_configured "${IRIS_FOLDER[n]}") || fail "iris.cpf in ${IRIS_FOLDER[n]} can not be read" || return
    while IFS= read -r path; do
      [[ -z $path ]] || container_path "$path" || return
    done <<<"$paths"
  done
}

app_ready() {
  local n
  iris_find || return
  for n in "${!IRIS_NAME[@]}"; do
    iris_role "$n" || return
    iris_suspended "$n"
    case $? in
      3) ;;
      5) fail "${IRIS_NAME[n]} is frozen already, by someone else" || return ;;
      *) iris_fail "$n" IsWDSuspendedExt || return ;;
    esac
  done
}

app_dry_run() {
  local n
  for n in "${!IRIS_NAME[@]}"; do check "instance-$n" ok "${IRIS_NAME[n]} runs, in ${IRIS_FOLDER[n]}"; done
}

# Two time-outs of IRIS's own, both later than the guardian's: the 7th argument is when updates begin to wait for the thaw (and
# nobody can log in any more), the 10th when the write daemon goes on by itself, should the guardian be killed.
app_quiesce() {
  local n left code users=$((PARAM_AUTO_THAW_SECONDS + 120)) daemon=$((PARAM_AUTO_THAW_SECONDS + 30))
  ((users >= 600)) || users=600
  app_ready || return "$NOT_READY"
  for n in "${!IRIS_NAME[@]}"; do
    hold_may_go_on || return
    uptime_ms
    left=$(((DEADLINE - NOW) / 1000 + 1)) code=0
    IRIS_TOUCHED[n]=1
    journal "suspended.$n" "${IRIS_NAME[n]}"
    iris_call "$n" "$left" "ExternalFreeze(,\"Stillpoint $PARAM_EXECUTION_ID\",,,,,$users,,,$daemon)" || code=$?
    if ((code == 3)); then unset "IRIS_TOUCHED[$n]"; fi
    ((code == 5)) || iris_fail "$n" "ExternalFreeze, exit code $code" || return
  done
}

app_held() {
  local n code
  for n in "${!IRIS_NAME[@]}"; do
    code=0
    iris_suspended "$n" || code=$?
    ((code == 5)) || fail "the write daemon of ${IRIS_NAME[n]} was resumed by someone else, or by IRIS" || return
  done
}

# Every instance is tried, whatever becomes of the others. A backup is recorded last, and only one that exists and was held.
app_release() {
  local n failed=''
  iris_recall || return
  for n in "${!IRIS_TOUCHED[@]}"; do
    if iris_thaw "$n"; then unset "IRIS_TOUCHED[$n]"; else failed+="${failed:+; }$ERROR"; fi
  done
  [[ -z $failed ]] || fail "$failed" || return
  [[ $1 == created && $PARAM_HISTORY == yes && -n $APP_QUIESCED && -z ${LOST:-} ]] || return 0
  for n in "${!IRIS_NAME[@]}"; do iris_call "$n" 20 "ExternalSetHistory(,\"Stillpoint $PARAM_EXECUTION_ID\")"; done
  return 0
}

# After the guardian was killed: what it had frozen, from its journal.
iris_recall() {
  local key
  [[ ${#IRIS_NAME[@]} == 0 && " ${!J[*]}" == *' suspended.'* ]] || return 0
  container_find "$PARAM_CONTAINER" && iris_user || return
  for key in "${!J[@]}"; do
    [[ $key == suspended.* ]] || continue
    IRIS_NAME[${key#*.}]=${J[$key]} IRIS_TOUCHED[${key#*.}]=1
  done
}

# The text of the journal marker that ExternalFreeze sets: restores go on from there.
app_coordinates() {
  local n
  [[ $1 == quiesced ]] || return 0
  for n in "${!IRIS_NAME[@]}"; do printf '%s.journal-marker=Stillpoint %s\n' "${IRIS_NAME[n]}" "$PARAM_EXECUTION_ID"; done
}

# Thaws an instance, unless it is not frozen (any more), or does not run.
iris_thaw() {
  local code=0
  iris_suspended "$1" || code=$?
  ((code != 3)) || return 0
  if ((code == 5)); then
    code=0
    iris_call "$1" 20 'ExternalThaw()' || code=$?
    ((code != 5)) || return 0
  fi
  iris_fail "$1" "not thawed, exit code $code" || iris_gone "$1"
}
