# shellcheck shell=bash
# Which instances, as whom they are asked, and where their files lie.

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

# A mirror member's role, of which only "iris list" tells: "mirroring: Member Type = Failover; Status = Primary".
iris_role() {
  local name=${IRIS_NAME[$1]} role=primary pattern='mirroring:[^=]*=[^=]*= *([a-z ]*[a-z])'
  [[ $PARAM_ROLE != any ]] || return 0
  IRIS_OUTPUT=$(timeout 10 "${IRIS_AS[@]}" iris list "$name" 2>&1 </dev/null) || fail "iris list $name: ${IRIS_OUTPUT:-no answer}" || return
  if [[ ${IRIS_OUTPUT,,} =~ $pattern ]]; then
    case ${BASH_REMATCH[1]} in
      primary) ;;
      backup | connected) role=replica ;;
      *) fail "$name is in its mirror: ${BASH_REMATCH[1]}" || return ;;
    esac
  fi
  [[ $PARAM_ROLE == "$role" ]] || fail "$name is a $role"
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
