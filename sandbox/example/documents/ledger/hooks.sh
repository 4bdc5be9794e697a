# shellcheck shell=bash
# Hooks for the example application (sandbox/example/application): what a document for an application of your own looks like.

LEDGER=${STILLPOINT_ROOT:-}/run/ledger # the application puts its command there
LEDGER_POSITION=

app_name() { echo ledger; }

app_paths() { printf '%s\n' "${STILLPOINT_ROOT:-}/journal" "${STILLPOINT_ROOT:-}/ledger"; }

app_ready() { timeout 5 "$LEDGER" status >/dev/null || fail 'the ledger is not ready'; }

# The hold ends with its connection, so its client is the guardian's session.
app_quiesce() {
  session_open "$LEDGER" hold || return
  session_expect '^(held|error) ' 5 || return
  [[ $SESSION_LINE == held\ * ]] || fail "the ledger said: $SESSION_LINE" || return
  LEDGER_POSITION=${SESSION_LINE#held }
}

# Also called after an app_quiesce that came only half way: a session that has ended holds nothing.
app_release() {
  session_alive || return 0
  session_send release || return
  session_expect '^(released|error) ' 5 || return
  [[ $SESSION_LINE == released\ * ]] || fail "the ledger said: $SESSION_LINE"
}

# "sequence=N hash=H", one a line
app_coordinates() { [[ $1 != quiesced ]] || printf '%s\n' "${LEDGER_POSITION// /$'\n'}"; }
