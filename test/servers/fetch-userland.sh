#!/usr/bin/env bash
# Puts an older bash, util-linux, coreutils and findutils into a folder, for the tests: the documents are run with them as they
# would be on an older host. They come from Debian 11, the oldest release that its mirrors still have. Laid over a root
# folder, they stand in for its own; the C library is the machine's.
#   fetch-userland.sh [FOLDER]   default: /var/cache/stillpoint/userland; does nothing when it is there already
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/debian-suite.sh"

folder=${1:-/var/cache/stillpoint/userland}
if [[ -x $folder/usr/bin/bash ]] && "$folder/usr/bin/bash" --version | head -n 1; then exit 0; fi

mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
unpacked=$scratch/unpacked new=$scratch/new
mkdir -p "$unpacked" "$new/usr"
debian_suite bullseye "$scratch/apt"
debian_unpack "$unpacked" bash util-linux bsdutils mount coreutils findutils grep sed mawk \
  libblkid1 libfdisk1 libmount1 libsmartcols1 libuuid1

# /bin and others are links to folders of /usr by now. awk is a link that the package's installation makes.
rm -rf "${unpacked:?}"/{usr/share,lib/systemd,lib/udev}
for place in bin sbin lib; do
  mkdir -p "$new/usr/$place"
  for part in "$unpacked/$place" "$unpacked/usr/$place"; do
    [[ ! -d $part ]] || cp -a "$part/." "$new/usr/$place"
  done
done
ln -s mawk "$new/usr/bin/awk"
chmod 755 "$scratch" "$new" # mktemp's folder is for its owner only
"$new/usr/bin/bash" --version | head -n 1
rm -rf "$folder"
mv "$new" "$folder"
