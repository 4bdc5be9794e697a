#!/usr/bin/env bash
# Puts a real MySQL into a folder, for the tests: Debian's stable release has none, so the server, its client and the libraries
# they need come from the unstable suite. The programs are run with the libraries beside them, through bin/mysqld and bin/mysql.
#   fetch-mysql.sh [FOLDER]      default: /var/cache/stillpoint/mysql; does nothing when it is there already
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/debian-suite.sh"

folder=${1:-/var/cache/stillpoint/mysql}
if [[ -x $folder/bin/mysqld ]] && "$folder/bin/mysqld" --version; then exit 0; fi

mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
new=$scratch/new
mkdir -p "$new/bin"
debian_suite unstable "$scratch/apt"
# Perl is for scripts that nobody runs here.
mapfile -t packages < <("${suite_apt[@]}" --simulate install mysql-server-core mysql-client-core |
  sed -n 's/^Inst \([^ ]*\) .*/\1/p' | grep -Ev '^(lib)?perl')
debian_unpack "$new" "${packages[@]}"

cat >"$new/run" <<'RUN'
#!/bin/bash
# Runs the program of this script's name with the libraries that came with it.
here=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
name=${0##*/}
program=$here/usr/bin/$name
[[ -x $program ]] || program=$here/usr/sbin/$name
libraries=("$here"/usr/lib/*-linux-gnu)
loader=("$here"/usr/lib/*-linux-gnu/ld-linux-*.so.*)
exec -a "$program" "${loader[0]}" --library-path "${libraries[0]}" "$program" "$@"
RUN
chmod 755 "$new/run"
cp "$new/run" "$new/bin/mysqld"
cp "$new/run" "$new/bin/mysql"
rm "$new/run"
"$new/bin/mysqld" --version
rm -rf "$folder"
mv "$new" "$folder"
