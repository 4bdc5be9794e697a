# shellcheck shell=bash
# How a server is asked. What it says is data: a process of anybody may call itself redis-server. So nothing of an answer is
# calculated with, unless it was seen to be a number, and no key of R is of its choice.

ANSWER='' ASKED=''

# Sets CLI: of the server's own kind, where that is known, or whichever there is.
redis_client() {
  local cli NAME
  redis_is_server "${PID[$1]}" || NAME=redis-server
  for cli in "${NAME%-server}-cli" redis-cli valkey-cli redis6-cli; do
    if [[ -n $PARAM_CONTAINER ]] || command -v "$cli" >/dev/null; then break; fi
  done
  CLI[$1]=$cli
}

# redis_cli NUMBER COMMAND...: its answer is in ANSWER. The password is in the environment only.
redis_cli() {
  local n=$1 at=${AT[$1]}
  local -a run=("${CONTAINER[@]}")
  shift
  if [[ -n $PARAM_CONTAINER && -n ${SECRET[n]} ]]; then run=("${run[0]}" exec -i -e REDISCLI_AUTH "$PARAM_CONTAINER"); fi
  run+=("${CLI[n]}")
  if [[ -n ${LOGIN[n]} ]]; then run+=(--user "${LOGIN[n]}"); fi
  if [[ $at == /* ]]; then run+=(-s "$at"); else run+=(-h "${at%:*}" -p "${at##*:}"); fi
  ASKED=$*
  ANSWER=$(
    unset REDISCLI_AUTH
    [[ -z ${SECRET[n]} ]] || export REDISCLI_AUTH=${SECRET[n]}
    timeout 5 "${run[@]}" "$@" 2>&1 </dev/null
  )
}

# With the first line of what it answered last.
redis_fail() {
  local answer=${ANSWER:-no answer within 5 s}
  fail "${AT[$1]}: $ASKED: ${answer%%$'\n'*}"
}

redis_info() {
  local line pattern=$'^([a-z_]+):([A-Za-z0-9_.-]*)\r?$'
  redis_cli "$1" INFO && [[ $ANSWER == *redis_version:* ]] || return
  while IFS= read -r line; do
    [[ ! $line =~ $pattern ]] || R["$1.${BASH_REMATCH[1]}"]=${BASH_REMATCH[2]}
  done <<<"$ANSWER"
}

# Where its data lies. Not all settings are asked for: some are secrets.
redis_config() {
  local key value
  redis_cli "$1" CONFIG GET '[acd]*' || return
  while IFS= read -r key && IFS= read -r value; do
    [[ ! $key =~ ^(dir|appendfsync|cluster-node-timeout)$ ]] || R["$1.$key"]=$value
  done <<<"$ANSWER"
  [[ ${R[$1.dir]:-} == /* ]]
}

# May it be asked to pause or to save? An argument that is wrong tells: it is looked at after the right, and nothing is done.
redis_may() {
  if redis_pauses "$1"; then
    redis_cli "$1" CLIENT PAUSE '?' WRITE
  elif [[ ${R[$1.aof_enabled]} == 0 ]]; then
    redis_cli "$1" BGSAVE '?'
  else
    return 0
  fi
  [[ $ANSWER =~ integer|syntax|LOADING ]]
}

# redis_await NUMBER TIME KEYS SENTENCE: until KEYS are 0 in INFO; at that time it fails.
redis_await() {
  local key busy
  while redis_info "$1" || redis_fail "$1" || return; do
    busy=''
    for key in $3; do busy+=${R[$1.$key]#0}; done
    [[ -n $busy ]] || return 0
    uptime_ms
    ((NOW < $2)) || fail "${AT[$1]}: $4" || return
    sleep 0.02
  done
}
