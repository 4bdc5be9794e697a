# Process 1 of a test's host: a mount and process namespace of its own, with its own /run, /srv and /dev.
# Lines on stdin: "hold PATH" opens a descriptor on a mount. At the end of stdin everything held is thawed, so that no
# filesystem stays frozen (and no loop device attached) whatever the test did.
set -u
trap '' HUP INT TERM
mount -t proc proc /proc
# The machine's own filesystems, but for the root, which no document freezes: out of reach, whatever a test may do.
while read -r _ _ _ _ point _; do
  case $point in / | /proc* | /sys* | /dev*) ;; *) umount -l "$point" 2>/dev/null ;; esac
done < <(tac /proc/self/mountinfo)
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /srv
mkdir /srv/images
# Device nodes of its own, so that links can be made under /dev/disk.
mount -t tmpfs tmpfs /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/urandom c 1 9
mknod /dev/loop-control c 10 237
for number in {0..63}; do mknod "/dev/loop$number" b 7 "$number"; done
mkdir -p /dev/disk/by-id
held=()
echo ready
while IFS= read -r line; do
  exec {fd}<"${line#hold }" && held+=("$fd")
  echo held
done
kill -KILL -1 2>/dev/null
for fd in "${held[@]}"; do fsfreeze -u "/proc/self/fd/$fd" 2>/dev/null; done
exit 0
