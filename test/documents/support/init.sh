# shellcheck shell=bash
# Process 1 of a test's host: a mount and process namespace of its own, with its own root, /run, /srv and /dev.
# Lines on stdin: "hold PATH" opens a descriptor on a mount. At the end of stdin, or on TERM, all processes are killed and
# everything held is thawed, so that no filesystem stays frozen (and no loop device attached) whatever became of the test.
set -eu
trap 'ended=1' TERM
trap '' HUP INT

# An overlay over the machine's root: freezing it is refused, so that no mistake in a document can stop the machine, and
# none of the machine's other filesystems is within reach.
mount -t tmpfs tmpfs /srv
mkdir /srv/upper /srv/scratch /srv/root
# Programs that stand in for the machine's own, as it would be on another host.
if [[ -n ${1:-} ]]; then cp -a "$1/." /srv/upper; fi
mount -t overlay overlay -o lowerdir=/,upperdir=/srv/upper,workdir=/srv/scratch /srv/root
cd /srv/root
mkdir -p proc sys run srv dev tmp .outside
mount -t proc proc proc
mount --bind /sys sys
# Device nodes of its own, so that links can be made under /dev/disk.
mount -t tmpfs tmpfs dev
cp -a /dev/loop[0-9]* dev 2>/dev/null || : # one process, not one for each of the machine's
pivot_root . .outside
cd /
umount -l /.outside
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /srv
mkdir /srv/images
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/urandom c 1 9
mknod /dev/loop-control c 10 237
for number in {0..63}; do [[ -e /dev/loop$number ]] || mknod "/dev/loop$number" b 7 "$number"; done
mkdir -p /dev/disk/by-id
held=() ended='' part=

clean_up() {
  local fd process alone=''
  until [[ -n $alone ]]; do
    kill -KILL -1 2>/dev/null
    for fd in "${held[@]}"; do fsfreeze -u "/proc/self/fd/$fd" 2>/dev/null; done
    alone=1
    for process in /proc/[0-9]*; do [[ $process == /proc/1 ]] || alone=; done # one more may have frozen just now
  done
}

echo ready
set +e
while [[ -z $ended ]]; do
  if IFS= read -r -t 0.5 line; then
    line=$part$line part=
    exec {fd}<"${line#hold }" && held+=("$fd")
    echo held
  elif (($? <= 128)); then
    ended=1
  else
    part+=$line # time can be up in the middle of a line
  fi
done
clean_up
exit 0
