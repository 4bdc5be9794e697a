# shellcheck shell=bash
# HOOKS OF YOUR APPLICATION: fill these in, or delete those that it does not need. Nothing else has to be changed.
#
# Returning 0 is success. To say what went wrong: `fail 'a sentence' || return`. What a hook prints on stdout counts only
# where it is said so below. Run from the agent, as root, with HOME and PATH set and nothing else to rely on: bash 4.2,
# no terminal. Keep every wait short and bounded (`timeout 5 ...`): the application stands still meanwhile.

# The application's name in the result line.
app_name() { echo template; }

# Prints where the application's files lie, one path a line: data, logs, tablespaces. The filesystems that hold these (and
# the paths of includePaths), with those mounted below them, are frozen. A path on the root filesystem is told, synced and
# not frozen. Prints nothing: all data filesystems; so return $NOT_READY where the application can't be asked. In a container:
# container_path PATH prints what the host calls it.
app_paths() { :; }

# Is the application in a state that is worth a snapshot? Any failure here ends the pre-script with 206, and it is tried again later.
app_ready() { :; }

# Brings the application to a point where its files are consistent, and holds it there. Runs in the guardian, which lives
# until the end of the freeze, so a lock that ends with its session belongs into one that the guardian holds:
#     session_open mysql --unbuffered --batch --skip-column-names || return
#     session_send 'LOCK INSTANCE FOR BACKUP; SELECT "locked";' || return
#     session_expect '^locked$' 5
# In a container: container_find "$PARAM_CONTAINER" || return "$NOT_READY", then session_open "${CONTAINER[@]}" mysql ...
# Say hold_write_locked when no commit can end until the release: then data on the root filesystem may still be proven.
# Return 0 when the application is held, $NOT_READY (206) when it should be tried again later, $NOT_QUIESCED when there is
# nothing to quiesce (nothing is claimed then); anything else is 201. Whatever was begun, app_release is called to undo it.
app_quiesce() { return "$NOT_QUIESCED"; }

# Was the application held until now? Called after the thaw, before app_release. A failure (with `fail 'a sentence'`) makes
# the post-script 203: a lock that was lost. An ended session counts as lost without it, but a client may not notice that the
# server has dropped it until it is asked:
#     session_send 'SELECT "still";' && session_expect '^still$' 2
app_held() { :; }

# Lets the application go on, after all filesystems were thawed. $1 tells of the snapshots: created, failed or unknown;
# record a backup only after "created". A failure ends the post-script with 202 and this is called again by the next one,
# and at the deadline; so it must be able to run twice, and after an app_quiesce that came only half way. To a session that
# was lost nothing is said any more: session_send and session_expect then succeed and do nothing.
#     session_send 'UNLOCK INSTANCE; SELECT "unlocked";' && session_expect '^unlocked$' 5
app_release() { :; }

# Prints KEY=VALUE lines for the result line and the snapshots' tags (a log position, an LSN). Called while the application
# is held, with "quiesced", and after it was released, with "released".
app_coordinates() { :; }

# Adds to dry-run what can be told without touching anything: check NAME ok|warning|failed 'a sentence' [CODE], and
# check_failover NAME SECONDS for a cluster that gives up on a silent node after so many seconds.
app_dry_run() { :; }
