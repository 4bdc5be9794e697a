# shellcheck shell=bash
# InterSystems IRIS. ExternalFreeze suspends an instance's write daemon: its databases and its write image journal stand
# still, its users work on in memory and in the journal. It is a state of the instance and needs no session. Exit codes of
# Backup.General in a script: 5 is done (or yes), 3 is failed (or no). IRIS_TOUCHED: instances that may be ours to thaw.

declare -a IRIS_NAME IRIS_FOLDER IRIS_TOUCHED IRIS_AS
IRIS_OUTPUT=''

app_name() { echo iris; }

# The installation, and what iris.cpf names outside of it.
app_paths() {
  local n paths path
  iris_find || return 0 # app_ready tells why, as 206
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

# ---- instances ----

# Fills IRIS_NAME and IRIS_FOLDER: the instances named, or all that run.
iris_find() {
  local rest name status line folder
  IRIS_NAME=() IRIS_FOLDER=()
  container_find "$PARAM_CONTAINER" && iris_user && iris_list || return
  rest=${PARAM_INSTANCES:+$PARAM_INSTANCES,}
  while [[ -n $rest ]]; do
    name=${rest%%,*} rest=${rest#*,}
    iris_is_up "$name" || fail "the instance $name does not run" || return
  done
  while read -r status name line; do
    [[ $status == up* ]] || continue
    name=${name#>} folder=/${line#*/}
    [[ -z $PARAM_INSTANCES || ,${PARAM_INSTANCES^^}, == *",${name^^},"* ]] || continue
    [[ $line == */* ]] || fail "iris qall tells no folder of $name" || return
    IRIS_NAME+=("$name") IRIS_FOLDER+=("${folder%"${folder##*[![:space:]]}"}")
  done <<<"$IRIS_OUTPUT"
  ((${#IRIS_NAME[@]} > 0)) || fail 'no instance of IRIS runs here'
}

# Sets IRIS_AS, the words before a command: in the container its own user, on the host the one whom IRIS trusts.
iris_user() {
  local user
  IRIS_AS=("${CONTAINER[@]}")
  [[ -z $PARAM_CONTAINER ]] || return 0
  for user in ${PARAM_USER:-irisowner irissys}; do
    if id -u "$user" >/dev/null 2>&1; then
      IRIS_AS=(runuser -u "$user" --)
      return 0
    fi
  done
  fail "there is no user ${PARAM_USER:-irisowner or irissys}; name the one whom IRIS lets in without a password by the parameter user"
}

# One line an instance: up or down, name, version, port, folder.
iris_list() {
  IRIS_OUTPUT=$(timeout 10 "${IRIS_AS[@]}" iris qall 2>&1 </dev/null) || fail "iris qall: ${IRIS_OUTPUT:-no answer}"
}

iris_is_up() { awk -v name="$1" '{ sub(/^>/, "", $2) } /^up/ && toupper($2) == toupper(name) { found = 1 } END { exit !found }' <<<"$IRIS_OUTPUT"; }

iris_gone() {
  local error=$ERROR
  iris_list && ! iris_is_up "${IRIS_NAME[$1]}" || fail "$error"
}

# Folders of databases, journals and the write image journal: of this host's databases only.
iris_configured() {
  local root=${CONTAINER_PID:+/proc/$CONTAINER_PID/root} newline=$'\n'
  if [[ -n $PARAM_DATA_PATHS ]]; then
    printf '%s\n' "${PARAM_DATA_PATHS//,/$newline}"
    return
  fi
  awk -F '[=,]' '
    { sub(/\r$/, "") }
    /^\[/ { section = tolower($1) }
    $2 !~ /^\// { next }
    section ~ /^\[databases\]/ && $3 == "" { print $2 }
    section ~ /^\[journal\]/ && $1 ~ /^(Current|Alternate)Directory$/ { print $2 }
    section ~ /^\[config\]/ && $1 == "wijdir" { print $2 }' "$root$1/iris.cpf" 2>/dev/null
}

# ---- calls ----

# iris_call NUMBER SECONDS 'METHOD(ARGUMENTS)' of Backup.General; its exit code is the answer.
iris_call() {
  local code=0
  IRIS_OUTPUT=$(timeout -k 2 "$2" "${IRIS_AS[@]}" irissession "${IRIS_NAME[$1]}" -U %SYS "##Class(Backup.General).$3" 2>&1 </dev/null) || code=$?
  return "$code"
}

iris_suspended() { iris_call "$1" 10 'IsWDSuspendedExt()'; }

iris_fail() { fail "${IRIS_NAME[$1]}: $2${IRIS_OUTPUT:+: $(tail -n 1 <<<"$IRIS_OUTPUT")}"; }
