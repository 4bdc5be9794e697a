# shellcheck shell=bash
# The filesystem document: the instance's data filesystems, or those that hold the paths of includePaths.
# Nothing is quiesced: an application that keeps data in memory only is not covered by this document.

app_name() { echo filesystem; }

app_paths() {
  local IFS=, path
  set -f # a path is no pattern
  for path in $PARAM_INCLUDE_PATHS; do printf '%s\n' "$path"; done
}
