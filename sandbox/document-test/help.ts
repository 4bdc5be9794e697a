import { KNOWN_SERVERS } from './servers';

export const KIT_HELP = `Usage: npm run document-test -- FILE [options]

Runs an SSM document for pre and post scripts (YAML or JSON, unchanged) as the SSM Agent would, on throw-away volumes of this
machine, and tells what a production user needs to know of it. Nothing of the machine itself is frozen. Needs root on Linux.

  npm run document-test -- build/ssm-documents/stillpoint-filesystem.yaml
  npm run document-test -- build/ssm-documents/stillpoint-mysql.yaml --server mariadb

The document
  --parameter NAME=VALUE   a parameter of it; may be repeated
  --auto-thaw SECONDS      when it thaws by itself (default: 4 for one with a parameter autoThawSeconds, which is set to it; else 60)
  --timeout SECONDS        a script that takes longer has failed (default: 60)
  --no-freeze              it only locks, and freezes nothing

The application
  --volume PATH[:TYPE]     a filesystem (ext4 or xfs) of it, which the document is to freeze; may be repeated
                           (default: /data:ext4 and /log:xfs)
  --bystander PATH         a filesystem that the document is to leave alone, beside /boot; may be repeated
  --server NAME            ${KNOWN_SERVERS.join(', ')}: the one that is installed here, with data of its own
                           on the first and the last volume
  --server 'COMMAND'       anything else: starts it in the instance, as root (bash)
  --ready 'COMMAND'        exits 0 once it serves
  --prepare 'COMMAND'      makes its data, once: all instances begin with the volumes as this leaves them
  --lock-probe 'COMMAND'   tries what the document's lock must stop: exits 0 when it could
  --folder PATH            a folder of this machine that it needs (when below /tmp or /run, or not on the root filesystem)

The run
  --at-once NUMBER         instances at a time (default: 4). They share this machine's network: 1 for a server with a port
  --only LINE              tries this line (its id, as --json gives it) and what it rests on; may be repeated
  --json                   prints JSON instead of the table
  -h, --help               this text

Exit code: 0 all that applies passes, 1 something does not, 2 it could not be tried (arguments, file, machine or server),
130 after Ctrl-C.
`;
