#!/bin/bash
# pid 1 of a sandbox instance, in a mount and pid namespace of its own:
#   instance-init.sh WORK BOOT_ID [IMAGE FSTYPE MOUNT OPTIONS VOLUME_ID DEVICE_NAME]...
# Volumes come with outer mounts before inner ones. BINDS (environment, one path a line) are folders that must be visible inside
# (read-only) although they lie on other filesystems than /, or below a folder that the instance has for itself. Says "ready PID" when all is mounted; PID is its own outside.
# It ends, with everything in it thawed, killed and unmounted, on TERM or when its stdin ends (its sandbox is gone).
set -euo pipefail

fds=() mounts=() loops=()

mount_root() { # overlay over /: freezing it is refused, so no document can hang the machine
  mount -n -t tmpfs -o mode=755 stillpoint "$work"
  mkdir "$work/upper" "$work/scratch" "$work/root"
  mount -n -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/scratch" "$root"
}

mount_system() {
  local folder
  for folder in proc sys run tmp dev; do mkdir -p "$root/$folder"; done
  mount -n -t proc proc "$root/proc"
  mount -n --bind /sys "$root/sys"
  mount -n -o remount,bind,ro "$root/sys"
  mount -n -t tmpfs -o mode=755 tmpfs "$root/run"
  mount -n -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mkdir "$root/run/lock"
  rm -rf "$root/var/lib/amazon"
  mkdir -p "$root/var/lib/amazon/ssm"
  echo "$boot_id" >"$work/boot_id"
  mount -n --bind "$work/boot_id" "$root/proc/sys/kernel/random/boot_id"
}

mount_binds() {
  local path
  mkdir "$work/empty" # an overlay without an upper folder takes two lower ones
  while IFS= read -r path; do
    [[ -n $path ]] || continue
    mkdir -p "$root$path"
    # No bind: through one, even a read-only one, a document could freeze the machine's own filesystem.
    mount -n -t overlay -o "lowerdir=${path//:/\\:}:$work/empty" overlay "$root$path"
  done <<<"${BINDS:-}"
}

mount_dev() {
  local dev=$root/dev
  mount -n -t tmpfs -o mode=755 tmpfs "$dev"
  mkdir -p "$dev/pts" "$dev/shm" "$dev/disk/by-id"
  mount -n -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$dev/pts"
  mount -n -t tmpfs -o mode=1777 tmpfs "$dev/shm"
  mknod -m 666 "$dev/null" c 1 3
  mknod -m 666 "$dev/zero" c 1 5
  mknod -m 666 "$dev/full" c 1 7
  mknod -m 666 "$dev/random" c 1 8
  mknod -m 666 "$dev/urandom" c 1 9
  mknod -m 666 "$dev/tty" c 5 0
  mknod -m 600 "$dev/loop-control" c 10 237
  ln -s pts/ptmx "$dev/ptmx"
  ln -s /proc/self/fd "$dev/fd"
  ln -s /proc/self/fd/0 "$dev/stdin"
  ln -s /proc/self/fd/1 "$dev/stdout"
  ln -s /proc/self/fd/2 "$dev/stderr"
}

mount_volume() { # IMAGE FSTYPE MOUNT OPTIONS VOLUME_ID DEVICE_NAME
  local image=$1 type=$2 target=$3 options=$4 volume=${5/-/} device=$6 loop number
  mkdir -p "$root$target"
  mount -n -t "$type" -o "loop${options:+,$options}" "$image" "$root$target"
  loop=$(findmnt -n -o SOURCE --target "$root$target")
  number=${loop#/dev/loop}
  mknod -m 660 "$root$loop" b 7 "$number"
  ln -s "../../loop$number" "$root/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_$volume"
  [[ $device != /dev/* || -e $root$device ]] || ln -s "loop$number" "$root$device"
  mounts+=("$target")
  loops+=("/sys/block/loop$number/loop/backing_file")
}

# Through the descriptors of the start, whatever became of the mount points; then whatever else was mounted inside since.
thaw() {
  local fd
  for fd in ${fds[@]+"${fds[@]}"}; do fsfreeze -u "/proc/self/fd/$fd" 2>/dev/null || true; done
  own_mounts | while IFS= read -r target; do fsfreeze -u "$target" 2>/dev/null || true; done
}

own_mounts() { # mounts on loop devices, inner ones first; BINDS belong to the machine outside
  local line target
  while IFS= read -r line; do
    [[ ${line##* - } == *' /dev/loop'* ]] || continue
    read -r _ _ _ _ target _ <<<"$line"
    [[ $'\n'${BINDS:-}$'\n' == *$'\n'"$target"$'\n'* ]] || printf '%b\n' "$target" # %b: a space is \040
  done </proc/self/mountinfo | tac
}

alone() {
  local process
  for process in /proc/[0-9]*; do
    [[ $process == /proc/1 ]] || return 1
  done
}

shut_down() {
  set +e
  trap '' TERM
  thaw
  local n i file
  for ((n = 0; n < 200; n++)); do
    kill -9 -1 2>/dev/null || true
    thaw # a freeze that was under way when its process was killed
    if alone; then break; fi
    sleep 0.02
  done
  for file in ${fds[@]+"${fds[@]}"}; do exec {file}<&-; done
  own_mounts | while IFS= read -r file; do umount -n "$file" 2>/dev/null || umount -n -l "$file" 2>/dev/null || true; done
  for ((i = 0; i < ${#loops[@]}; i++)); do
    for ((n = 0; n < 200; n++)); do
      [[ -e ${loops[i]} && $(cat "${loops[i]}" 2>/dev/null) == "${images[i]}" ]] || break
      sleep 0.02
    done
  done
  exit 0
}

main() {
  work=$1 boot_id=$2 root=$1/root images=()
  shift 2
  local outer_pid fd target file
  read -r outer_pid _ </proc/self/stat
  mount_root
  mount_system
  mount_binds
  mount_dev
  while (($# >= 6)); do
    mount_volume "${@:1:6}"
    shift 6
  done
  for file in ${loops[@]+"${loops[@]}"}; do images+=("$(cat "$file")"); done
  cd "$root"
  mkdir -p .outside
  pivot_root . .outside
  cd /
  umount -n -l /.outside
  rmdir /.outside
  for target in ${mounts[@]+"${mounts[@]}"}; do
    exec {fd}<"$target"
    fds+=("$fd")
  done
  trap shut_down TERM
  echo "ready $outer_pid"
  # As pid 1, bash reaps orphans while it waits.
  cat <&0 >/dev/null 2>&1 &
  wait $! || true
  shut_down
}

main "$@"
