# shellcheck shell=bash
# Everything above only defines; this decides what the script is to be.

main() {
  case ${1:-$PARAM_COMMAND} in
    guardian) guardian_main "$2" "$3" ;;
    pre-script) pre_main ;;
    post-script) post_main ;;
    dry-run) dry_run_main ;;
    *)
      STAGE=pre
      boot_id
      finish "$PRE_FAILED" failed 'command is none of pre-script, post-script, dry-run'
      ;;
  esac
}

main "$@"
