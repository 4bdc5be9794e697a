# shellcheck shell=bash
# From a filesystem's device down to what it lies on: partitions, LVM and md to disks, disks to EBS volumes or loop files.

declare -A VOLUME_OF

# Appends the MAJ:MIN of the whole disks under device $1 to LEAVES.
devices_below() {
  local node slave found=
  node=$(readlink -f "/sys/dev/block/$1") && [[ -d $node ]] || return 0
  [[ ! -f $node/partition ]] || node=${node%/*}
  for slave in "$node"/slaves/*; do
    [[ -f $slave/dev ]] || continue
    found=1
    devices_below "$(cat "$slave/dev")"
  done
  [[ -n $found || ! -f $node/dev ]] || LEAVES+=("$(cat "$node/dev")")
}

# Fills VOLUME_OF (MAJ:MIN of a disk -> volume id) from the links that udev makes of EBS volumes' serials.
devices_read_links() {
  local link name number
  VOLUME_OF=()
  for link in /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol*; do
    name=${link##*Amazon_Elastic_Block_Store_vol}
    name=${name#-}
    [[ $name =~ ^([0-9a-f]+)(_[0-9]+)?$ ]] || continue # not those of partitions
    name=${BASH_REMATCH[1]}
    number=$(stat -L -c '%t:%T' "$link" 2>/dev/null) || continue
    VOLUME_OF["$((16#${number%:*})):$((16#${number#*:}))"]="vol-$name"
  done
}

# Sets VOLUMES to the volume ids under device $1, with commas between; empty when not all of them can be told (an
# instance store under LVM, say): half a list would pass for the whole.
devices_volumes() {
  local leaf serial
  local -a LEAVES=()
  VOLUMES=
  devices_below "$1"
  for leaf in "${LEAVES[@]}"; do
    if [[ -z ${VOLUME_OF[$leaf]:-} ]]; then
      serial=
      { read -r serial <"/sys/dev/block/$leaf/device/serial"; } 2>/dev/null
      if [[ ! $serial =~ ^vol-?([0-9a-f]+)$ ]]; then
        VOLUMES=
        return 0
      fi
      VOLUME_OF[$leaf]="vol-${BASH_REMATCH[1]}"
    fi
    [[ ,$VOLUMES, == *",${VOLUME_OF[$leaf]},"* ]] || VOLUMES+="${VOLUMES:+,}${VOLUME_OF[$leaf]}"
  done
}

# Sets HOLDERS to the filesystems (MAJ:MIN) that hold the loop files under device $1, each between commas.
devices_holders() {
  local leaf
  local -a LEAVES=()
  HOLDERS=,
  devices_below "$1"
  for leaf in "${LEAVES[@]}"; do
    if devices_holder "$leaf"; then HOLDERS+="$DEV,"; fi
  done
}

# Sets DEV to the filesystem that holds the file of loop device $1. Rather by the device's own word than by the file's
# path: that may be of another namespace, or lead elsewhere by now.
devices_holder() {
  local node file
  DEV=
  [[ -d /sys/dev/block/$1/loop ]] || return 1
  node=$(readlink -f "/sys/dev/block/$1")
  if [[ $(losetup -O BACK-MAJ:MIN "/dev/${node##*/}" 2>/dev/null) =~ ([0-9]+:[0-9]+) ]]; then
    DEV=${BASH_REMATCH[1]}
    return 0
  fi
  file=$(cat "$node/loop/backing_file" 2>/dev/null) && [[ -n $file ]] && path_dev "${file% (deleted)}"
}
