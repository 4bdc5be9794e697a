export const KIT_HELP = `Usage: npm run document-test -- FILE [options]

Runs an SSM document for pre and post scripts (YAML or JSON, unchanged) as the SSM Agent would, on throw-away volumes of this
machine, and tells what a production user needs to know of it. Nothing of the machine itself is frozen. Needs root on Linux.

  --parameter NAME=VALUE   a parameter of the document; may be repeated
  --volume PATH[:TYPE]     a filesystem (ext4 or xfs) of the application, which the document is to freeze; may be repeated
                           (default: /data:ext4 and /log:xfs)
  --bystander PATH         a filesystem that the document is to leave alone, beside /boot; may be repeated
  --server 'COMMAND'       starts an application in the instance, as root (bash); its data belong on the volumes
  --ready 'COMMAND'        exits 0 once the application serves
  --folder PATH            a folder of this machine that the application needs (when below /tmp, or not on the root filesystem)
  --lock-probe 'COMMAND'   tries a write that the document's lock must stop: ends with 0 when it could write
  --no-freeze              the document only locks, and freezes nothing
  --auto-thaw SECONDS      when the document thaws by itself (default: 4 for one with a parameter autoThawSeconds, which is
                           set to it; else 60)
  --timeout SECONDS        a script that takes longer has failed (default: 30)
  --one-by-one             one instance at a time, for a server that listens on a port: instances share this machine's network
  --only LINE              tries this line (its id, as --json gives it) and what it rests on; may be repeated
  --json                   prints JSON instead of the table
  -h, --help               this text

Exit code: 0 all that applies passes, 1 something does not, 2 wrong arguments, file or machine, 130 after Ctrl-C.
`;
