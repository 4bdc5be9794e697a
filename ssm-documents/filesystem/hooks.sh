# shellcheck shell=bash
# The filesystem document: the instance's data filesystems, or those that hold the paths of includePaths.
# Nothing is quiesced: an application that keeps data in memory only is not covered by this document.

app_name() { echo filesystem; }
