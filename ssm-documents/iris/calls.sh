# shellcheck shell=bash
# Calls of Backup.General.

IRIS_OUTPUT=''

# iris_call NUMBER SECONDS 'METHOD(ARGUMENTS)' of Backup.General; its exit code is the answer.
iris_call() {
  local code=0
  IRIS_OUTPUT=$(timeout -k 2 "$2" "${IRIS_AS[@]}" irissession "${IRIS_NAME[$1]}" -U %SYS "##Class(Backup.General).$3" 2>&1 </dev/null) || code=$?
  return "$code"
}

iris_suspended() { iris_call "$1" 10 'IsWDSuspendedExt()'; }

iris_fail() { fail "${IRIS_NAME[$1]}: $2${IRIS_OUTPUT:+: $(tail -n 1 <<<"$IRIS_OUTPUT")}"; }
