# shellcheck shell=bash
# The mount table, from /proc/self/mountinfo: lsblk and findmnt differ between versions of util-linux.
# Paths stay as the kernel escapes them (\040 for a space) until they are used, so they hold no separator.

declare -a M_DEV M_ROOT M_POINT M_OPTIONS M_TYPE M_SOURCE M_SUPER

mounts_read() { mounts_parse </proc/self/mountinfo; }

mounts_parse() {
  local dev root point options rest
  M_DEV=() M_ROOT=() M_POINT=() M_OPTIONS=() M_TYPE=() M_SOURCE=() M_SUPER=()
  while read -r _ _ dev root point options rest; do
    rest=" $rest"
    rest=${rest#* - } # after the optional fields: type, source, options of the superblock
    M_DEV+=("$dev") M_ROOT+=("$root") M_POINT+=("$point") M_OPTIONS+=("$options")
    M_TYPE+=("${rest%% *}")
    rest=${rest#* }
    M_SOURCE+=("${rest%% *}") M_SUPER+=("${rest#* }")
  done
}

# Sets PLAIN to the path that the kernel escaped as $1: always three octal digits, which printf wants behind a zero
# (without, it would take a digit that follows for a fourth).
mounts_unescape() { printf -v PLAIN '%b' "${1//\\/\\0}"; }

# Sets MOUNT to the index of the mount that holds the resolved path $1: the longest, and of the same the last one.
mounts_find() {
  local i length=0
  MOUNT=
  for i in "${!M_POINT[@]}"; do
    mounts_unescape "${M_POINT[i]}"
    path_below "$1" "$PLAIN" || continue
    ((${#PLAIN} >= length)) || continue
    length=${#PLAIN} MOUNT=$i
  done
  [[ -n $MOUNT ]]
}

# Is $1 the path $2, or below it?
path_below() { [[ $2 == / || $1 == "$2" || $1 == "$2"/* ]]; }

# Sets DEV to the MAJ:MIN of the filesystem that path $1 really leads to.
path_dev() {
  local number
  DEV=
  number=$(stat -L -c %d -- "$1" 2>/dev/null) || return 1
  DEV="$(((number >> 8 & 0xfff) | (number >> 32 & ~0xfff))):$(((number & 0xff) | (number >> 12 & ~0xff)))"
}

# Does path $1 lead to a folder on filesystem $2? (Single files can be bound too, and fsfreeze takes folders only.)
path_is_folder_on() { [[ -d $1 ]] && path_dev "$1" && [[ $DEV == "$2" ]]; }

# Can filesystem $1 be written to: by its superblock, and in one of its mounts at least?
mounts_writable() {
  local i
  for i in "${!M_DEV[@]}"; do
    if [[ ${M_DEV[i]} == "$1" && ,${M_SUPER[i]}, != *,ro,* && ,${M_OPTIONS[i]}, != *,ro,* ]]; then return 0; fi
  done
  return 1
}

# Sets MOUNT to the best mount of filesystem $1: reachable by its path, and rather the whole than a folder bound from it.
mounts_of_dev() {
  local i whole='' part=''
  for i in "${!M_DEV[@]}"; do
    [[ ${M_DEV[i]} == "$1" ]] || continue
    mounts_unescape "${M_POINT[i]}"
    path_is_folder_on "$PLAIN" "$1" || continue
    if [[ ${M_ROOT[i]} == / ]]; then whole=${whole:-$i}; else part=${part:-$i}; fi
  done
  MOUNT=${whole:-$part}
  [[ -n $MOUNT ]]
}
