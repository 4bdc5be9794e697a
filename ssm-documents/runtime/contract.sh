# shellcheck shell=bash
# The document contract: causes as exit codes, the environment, and a second check of every parameter.
# The first check is the document's allowedPattern; this one also holds when the script is run by hand.

readonly PRE_FAILED=201 POST_FAILED=202 THAWED_EARLY=203 HELD_ALREADY=204 NOT_HELD=205 NOT_READY=206
# What app_quiesce returns when there is nothing to quiesce: no failure, and nothing is claimed.
readonly NOT_QUIESCED=3

umask 077
export LC_ALL=C # error texts are compared
export PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
if [[ -z ${HOME:-} ]]; then # the agent may set none, and clients look there for their settings
  unset HOME
  HOME=~
  export HOME
fi

SCRIPT=$(readlink -f "$0")
# Not from the environment either.
ERROR='' KEEP='' LOST='' VERIFIED='' THAWED_AT='' FANOTIFY=''

# Sets ERROR and returns 1: how every function here reports what went wrong.
fail() {
  ERROR=$1
  return 1
}

# A remark for people, kept off stdout: the result line stands there.
note() { printf 'stillpoint: %s\n' "$1" >&2; }

contract_check() {
  local uuid='[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
  [[ $PARAM_EXECUTION_ID =~ ^(None|$uuid)$ ]] || fail 'executionId is neither None nor a UUID' || return
  [[ $PARAM_OUTCOME =~ ^(created|failed|unknown)$ ]] || fail 'outcome is not created, failed or unknown' || return
  [[ $PARAM_DEADLINE =~ ^[0-9]{0,12}$ ]] || fail 'deadline is not a time in epoch seconds' || return
  [[ $PARAM_AUTO_THAW_SECONDS =~ ^[1-9][0-9]{0,2}$ ]] && ((PARAM_AUTO_THAW_SECONDS <= 600)) ||
    fail 'autoThawSeconds is not a number from 1 to 600' || return
  [[ -n ${STILLPOINT_ROOT:-} || $EUID -eq 0 ]] || fail 'must be run as root'
}

# A pre-script that the agent got too late must not begin: whoever asked has moved on.
contract_in_time() {
  [[ -z $PARAM_DEADLINE ]] || (($(date +%s) <= 10#$PARAM_DEADLINE)) || fail "the deadline ($PARAM_DEADLINE) has passed"
}

# In the sandbox's directory mode (STILLPOINT_ROOT) there is no filesystem of one's own: nothing is frozen.
directory_mode() { [[ -n ${STILLPOINT_ROOT:-} ]]; }
