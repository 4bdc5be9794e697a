# shellcheck shell=bash
# What dry-run looks at on the host, for every document.

# Commands that the runtime runs.
readonly TOOLS='cat date find flock fsfreeze losetup mkfifo mkdir readlink rm setsid sleep stat sync timeout'
# Agents that decide on file accesses, in the kernel or by fanotify: one that waits for its own files on a frozen filesystem stops everybody.
# Names of processes (15 characters, as in comm) and of kernel modules.
readonly GUARDS=' falcon-sensor falcon-sensor-b wdavdaemon ds_agent ds_am s1-agent sentineld sentinelone-ag cbdaemon cbagentd
 savd savscand sophos_threat_d clamonacc kesl mfetpd oaeventd elastic-endpoin traps_pmd sisidsdaemon fsoasd bdsecd '
readonly GUARD_MODULES=' falcon_lsm_serviceable falcon_lsm_pinned tmhook bmhook gsch redirfs cbsensor talpa_syscallhook mfe_fileaccess symev symap eset_rtp '
# Managers that move an application to another host when it does not answer.
readonly MANAGERS=' corosync pacemakerd keepalived patroni repmgrd pg_autoctl orchestrator redis-sentinel valkey-sentinel garbd replication-man '

checks_host() {
  checks_tools
  checks_rights
  checks_state
  checks_processes
}

checks_tools() {
  local tool missing='' version
  for tool in $TOOLS; do command -v "$tool" >/dev/null || missing+=" $tool"; done
  version=$(flock --version 2>/dev/null)
  if [[ -n $missing ]]; then
    check tools failed "missing:$missing"
  elif ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 402)); then
    check tools failed "bash $BASH_VERSION is older than 4.2"
  else
    check tools ok "bash $BASH_VERSION, ${version#flock from }"
  fi
}

# Freezing takes CAP_SYS_ADMIN (bit 21), which root in a container may lack.
checks_rights() {
  local key value capabilities=0
  while read -r key value; do
    [[ $key != CapEff: ]] || capabilities=$((16#$value))
  done </proc/self/status
  if directory_mode; then
    check rights ok 'nothing is frozen in directory mode'
  elif ((EUID != 0 || !(capabilities >> 21 & 1))); then
    check rights failed 'freezing takes root with CAP_SYS_ADMIN'
  else
    check rights ok 'root with CAP_SYS_ADMIN'
  fi
}

# Room for the state, and nobody else at it.
checks_state() {
  local holder folder=${STATE%/*} blocks
  blocks=$(stat -f -c %a "$folder" 2>/dev/null)
  if [[ ! -w $folder ]] || ((${blocks:-0} < 32)); then
    check state failed "$folder can not be written, or is full"
    return
  fi
  holder=$(state_current)
  if [[ -n $holder ]] && journal_read "$holder" && journal_same_boot && ! journal_ended && guardian_alive; then
    check state failed "attempt $holder is held, and its post-script is expected" "$HELD_ALREADY"
  else
    check state ok 'nothing is held'
  fi
  J=()
}

checks_processes() {
  local folder name guards=' ' managers=' ' module
  for folder in /proc/[0-9]*; do
    { read -r name <"$folder/comm"; } 2>/dev/null || continue
    if [[ $GUARDS == *[[:space:]]"$name"[[:space:]]* ]] || checks_fanotify "$folder"; then checks_once guards "$name"; fi
    [[ $MANAGERS != *" $name "* ]] || checks_once managers "$name"
  done
  { while read -r module _; do
    [[ $GUARD_MODULES != *" $module "* ]] || checks_once guards "$module"
  done </proc/modules; } 2>/dev/null # a kernel without modules has no list
  if [[ $guards == ' ' ]]; then
    check agents ok 'no security agent known to decide on file accesses'
  else
    check agents warning "security agents that decide on file accesses:${guards% }; exclude the frozen filesystems there, or try it first"
  fi
  [[ $managers == ' ' ]] ||
    check failover warning "cluster managers:${managers% }; their time-outs must be longer than autoThawSeconds ($PARAM_AUTO_THAW_SECONDS)"
}

# A fanotify user that is asked for permission (class "content" or "pre-content").
checks_fanotify() {
  local line
  [[ -n $FANOTIFY ]] || FANOTIFY=/$(find /proc/[0-9]*/fd -lname 'anon_inode:\[fanotify\]' 2>/dev/null)
  [[ $FANOTIFY == *"$1/fd/"* ]] || return 1
  line=$(grep -hs '^fanotify flags:.*[4-9a-f] ' "$1"/fdinfo/*)
  [[ -n $line ]]
}

# Adds a word to the list named $1.
checks_once() {
  [[ ${!1} == *" $2 "* ]] || printf -v "$1" '%s' "${!1}$2 "
}
