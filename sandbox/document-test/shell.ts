/** Shell texts that the kit runs inside an instance, as root and not through the agent. Nothing here writes to a volume, but for `write`. */

/**
 * Mount points of all loop-mounted filesystems that are frozen. Asks for a remount that changes nothing, which the kernel refuses
 * as busy for a frozen filesystem: it writes nothing, and never blocks. Of several mounts of a filesystem the first counts.
 */
export const FROZEN = `
seen=' '
while read -r _ _ dev _ point options rest; do
  [[ \${rest##* - } == *' /dev/loop'* && $seen != *" $dev "* ]] || continue
  seen+="$dev "
  mode=rw
  [[ ,$options, != *,ro,* ]] || mode=ro
  if LC_ALL=C mount -i -n -o "remount,$mode" "$point" 2>&1 | grep -q busy; then printf '%s\\n' "$point"; fi
done </proc/self/mountinfo
exit 0`;

/** Begins a write on each of the given mounts, and prints those where it has not ended after some seconds. */
export const write = (mounts: readonly string[], seconds: number): string => `
mkdir -p /run/kit/wrote
for mount in ${mounts.join(' ')}; do
  name=\${mount//\\//_}
  rm -f "/run/kit/wrote/$name"
  { : >"$mount/.document-test" && : >"/run/kit/wrote/$name" && rm -f "$mount/.document-test"; } </dev/null >/dev/null 2>&1 &
done
for ((i = 0; i < ${seconds * 20}; i++)); do
  waits=
  for mount in ${mounts.join(' ')}; do [[ -e /run/kit/wrote/\${mount//\\//_} ]] || waits+="$mount"$'\\n'; done
  [[ -n $waits ]] || break
  sleep 0.05
done
printf %s "$waits"
exit 0`;

/** Every path on the mounts with its size, mode and times. */
export const listing = (mounts: readonly string[]): string =>
  `for mount in ${mounts.join(' ')}; do find "$mount" -xdev -printf '%p %y %m %U %G %s %T@ %C@\\n'; done | LC_ALL=C sort`;

export const thaw = (mounts: readonly string[]): string =>
  `for mount in ${mounts.join(' ')}; do fsfreeze -u "$mount" 2>/dev/null; done; exit 0`;

/** Command lines of processes that commands of the agent left; the environment tells them. */
export const LEFT_OVER = `
for process in $(grep -lsaz '^SSM_COMMAND_ID=' /proc/[0-9]*/environ); do
  process=\${process%/*}
  read -r _ _ state _ < <(sed 's/(.*)/x/' "$process/stat" 2>/dev/null) || continue
  [[ $state != Z ]] || continue
  tr '\\0' ' ' <"$process/cmdline" | head -c 120
  echo
done 2>/dev/null
exit 0`;

/** Exits 0 while a command's script itself lives: the one of its processes whose parent is the agent, outside of the instance. */
export const scriptLives = (commandId: string): string => `
for process in $(grep -lsa 'orchestration/${commandId}/.*_script.sh' /proc/[0-9]*/cmdline); do
  process=\${process%/*}
  [[ $process != "/proc/$$" ]] || continue
  read -r _ _ state parent _ < <(sed 's/(.*)/x/' "$process/stat" 2>/dev/null) || continue
  [[ $state == Z || $parent != 0 ]] || exit 0
done
exit 1`;

/**
 * Puts another program in the place of one, in the instance's own copy of the root filesystem; the old one stays beside it as
 * NAME.real. Succeeds when there is no such program.
 */
export const replaceProgram = (name: string, script: string): string => `
path=$(readlink -f "$(command -v ${name})") || exit 0
[[ -n $path ]] || exit 0
cp -a "$path" "$path.real"
cat >"$path.new" <<'PROGRAM'
${script}
PROGRAM
chmod 755 "$path.new" && mv "$path.new" "$path"`;

/** Notes each freeze, and waits after it as long as /run/kit/pause is there, so that a script can be caught in the middle. */
export const WATCHED_FREEZE = `#!/bin/bash
"$0.real" "$@" || exit
if [[ " $* " == *' -f '* || " $* " == *' --freeze '* ]]; then
  echo "$*" >>/run/kit/frozen
  for ((i = 0; i < 600; i++)); do
    [[ -e /run/kit/pause ]] || break
    sleep 0.1
  done
fi
exit 0`;

/** As before util-linux 2.37, which brought the column MOUNTPOINTS, and 2.27, which brought JSON. */
export const OLD_LSBLK = `#!/bin/bash
for argument; do
  case $argument in
    *MOUNTPOINTS*) echo 'lsblk: unknown column: MOUNTPOINTS' >&2; exit 1 ;;
    --json | -J* | -[a-zA-Z]*J*) echo "lsblk: invalid option -- 'J'" >&2; exit 1 ;;
  esac
done
exec "$0.real" "$@"`;

export const OLD_FINDMNT = `#!/bin/bash
for argument; do
  case $argument in --json | -J* | -[a-zA-Z]*J*) echo "findmnt: invalid option -- 'J'" >&2; exit 1 ;; esac
done
exec "$0.real" "$@"`;

/** Device nodes for further loop devices: an instance's /dev has those of its volumes only. */
export const LOOP_NODES = 'for n in {0..255}; do [[ -e /dev/loop$n ]] || mknod -m 660 /dev/loop$n b 7 $n; done';

export const BIND_MOUNTS = (mount: string): string =>
  `mkdir -p ${mount}/inner /srv/again /srv/inner && mount --bind ${mount} /srv/again && mount --bind ${mount}/inner /srv/inner`;

export const READ_ONLY = `${LOOP_NODES}
mkdir -p /srv/read-only && truncate -s 16M /run/kit/read-only && mkfs.ext4 -q -F /run/kit/read-only && mount -o loop,ro /run/kit/read-only /srv/read-only`;

/** A squashfs of one small file, made with mksquashfs 4.5.1, compressed. */
const SQUASHFS =
  'H4sIAAAAAAACA8soLixmYoABJgZGIMnIIMhwmpGRgQXIVoDKcDNCaGYo/R8KsqHya6H0bSj9FUoXl2Tm5BTkZ+aVcDk0MDEsYYRZBWfALACLvWVEOAVBy4IsBmKpBnTdTAysDEWpiSm5qQINCQiTwNInoXwBuC6YZx5DaRawzF+GUTAKRsEoGAWjYBSMglEwCkbBKBgFo2CYAwAZ1iVrABAAAA==';

export const SQUASHFS_MOUNT = `${LOOP_NODES}
mkdir -p /snap/thing/1 && base64 -d <<<'${SQUASHFS}' | gzip -d >/run/kit/squashfs && mount -t squashfs -o loop,ro,nodev /run/kit/squashfs /snap/thing/1`;

/**
 * Makes the instance look as if it had swap on a disk. No swap is switched on, because that is the whole machine's: a loop device that goes away
 * with the process that holds it stands in /proc/swaps, which is what lsblk and others read.
 */
export const SWAP = `${LOOP_NODES}
truncate -s 4M /run/kit/swap && mkswap -q /run/kit/swap 2>/dev/null
for _ in {1..20}; do
  loop=$(losetup -f) && losetup "$loop" /run/kit/swap 2>/dev/null && break
  loop=
done
[[ -n $loop ]] || exit 1
setsid sleep 600 7<"$loop" </dev/null >/dev/null 2>&1 &
for _ in {1..100}; do [[ ! -e /proc/$!/fd/7 ]] || break; sleep 0.02; done
losetup -d "$loop"
printf 'Filename\\tType\\tSize\\tUsed\\tPriority\\n%s partition\\t4092\\t0\\t-2\\n' "$loop" >/run/kit/swaps
mount --bind /run/kit/swaps /proc/swaps`;
