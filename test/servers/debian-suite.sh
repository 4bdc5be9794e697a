# shellcheck shell=bash
# For scripts that need packages of another suite of Debian: they are only downloaded and unpacked into a folder. apt gets a
# state of its own, and the machine's packages stay as they are.

# debian_suite SUITE SCRATCH-FOLDER: readies apt for that suite, of the mirror that this machine uses anyway. Sets suite_apt,
# the words of an apt-get, and suite_archives.
debian_suite() {
  local mirror
  # shellcheck disable=SC2016 # apt's variable, not the shell's
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1)
  if [[ -z $mirror ]]; then
    echo "${0##*/}: apt has no mirror of Debian (apt-get update first?)" >&2
    return 1
  fi
  suite_archives=$2/archives
  mkdir -p "$2"/{lists,archives}/partial
  : >"$2/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$2/sources.list"
  suite_apt=(apt-get -qq -o Dir::State="$2" -o Dir::State::status="$2/status" -o Dir::Cache="$2"
    -o Dir::Etc::sourcelist="$2/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o Acquire::Languages=none -o APT::Install-Recommends=false -o APT::Sandbox::User=root)
  "${suite_apt[@]}" update
}

# debian_unpack FOLDER PACKAGE...
debian_unpack() {
  local folder=$1 package
  shift
  (cd "$suite_archives" && "${suite_apt[@]}" download "$@")
  for package in "$suite_archives"/*.deb; do dpkg-deb --extract "$package" "$folder"; done
}
