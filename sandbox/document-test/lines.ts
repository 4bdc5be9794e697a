import type { Line } from './line';

const line = (id: string, title: string, good: string, bad: string): Line => ({ id, title, good, bad });

/** The table's lines, in its order. */
export const LINES = {
  contract: line(
    'contract',
    'contract present',
    'DLM and Stillpoint can send it.',
    'Each execution fails before anything is run: the sender finds no executionId or command to pass.',
  ),
  dryRun: line(
    'dry-run',
    'dry-run touches nothing',
    'It can be tried on a production instance at any time.',
    'Trying it out disturbs the application, which is when nobody expects it.',
  ),
  works: line(
    'works',
    'pre-script and post-script succeed',
    'Snapshots are made with both scripts.',
    'No snapshot counts as application-consistent: the scripts do not succeed even on a sound instance.',
  ),
  output: line(
    'output',
    'no child holds the output',
    'The command is over when the script is.',
    'The agent keeps the command open until the child ends, and so a script that went well is told as timed out.',
  ),
  freeze: line(
    'freeze',
    'freeze really holds',
    'Nothing reaches the disks while the snapshots are made.',
    'Success is told, and yet writes reach the disks: the copies of several volumes do not belong together.',
  ),
  lock: line(
    'lock',
    'lock holds once the script is gone',
    'The application stays quiesced until the post-script.',
    'The lock ended with its client: the application writes on, and the quiescing was worth nothing.',
  ),
  others: line(
    'others',
    'nothing else is touched',
    'Only what belongs to the application stands still.',
    'Other filesystems stand still too, and with them whatever needs them: logins, logs, the agent.',
  ),
  options: line(
    'options',
    'mount options unchanged',
    'The instance is mounted as its owner set it up.',
    'Each backup leaves the filesystems mounted in another way than their owner set up.',
  ),
  thaw: line(
    'thaw',
    'thaw complete',
    'After the post-script everything goes on, and nothing of it is left.',
    'Part of the instance stays frozen or locked, or something of this attempt is left that ends the next one early.',
  ),
  preTwice: line(
    'pre-twice',
    'pre-script twice',
    'A second attempt is refused with 204, and the first keeps what it holds.',
    'Two attempts on one instance end each other’s freeze, or both are told that they hold it.',
  ),
  postTwice: line(
    'post-twice',
    'post-script twice, or without a pre-script',
    'A repeated post-script does no harm, and one without a hold says 205.',
    'A snapshot that nothing protected is told as consistent, or a repeated message breaks the next attempt.',
  ),
  foreignPost: line(
    'foreign-post',
    'post-script of another attempt',
    'Only its own attempt can end a hold.',
    'A late message of an older attempt thaws in the middle of a snapshot.',
  ),
  autoThaw: line(
    'auto-thaw',
    'auto-thaw fires and is told as 203',
    'The instance goes on without a post-script, and the backup is not called consistent.',
    'When the post-script does not come, the instance hangs until a person thaws it, or a broken snapshot is told as consistent.',
  ),
  partial: line(
    'partial-failure',
    'partial failure leaves nothing frozen',
    'A freeze that fails half way is undone, and what others froze stays theirs.',
    'One filesystem that can’t be frozen leaves the others frozen: after a failed pre-script no post-script is sent.',
  ),
  kill: line(
    'kill',
    'killed script leaves nothing frozen',
    'A timeout or a cancelled command costs at most the auto-thaw’s time.',
    'After a timeout the agent kills the whole process group, and the instance hangs until a person thaws it.',
  ),
  bind: line(
    'bind-mount',
    'bind mounts',
    'A filesystem that is mounted twice is frozen once.',
    'On an instance with bind mounts (containers, chroots) it fails, or leaves something frozen.',
  ),
  swap: line('swap', 'swap', 'Swap is passed over.', 'On an instance with swap it fails, or leaves something frozen.'),
  readOnly: line(
    'read-only',
    'read-only filesystem',
    'A filesystem that is mounted read-only does not matter.',
    'On an instance with a read-only filesystem it fails, or leaves something frozen.',
  ),
  squashfs: line(
    'squashfs',
    'squashfs (snap packages)',
    'Snap packages do not matter.',
    'On an instance with snap packages (all of Ubuntu’s) it fails, or leaves something frozen.',
  ),
  oldTools: line(
    'old-tools',
    'old util-linux',
    'Amazon Linux 2 and RHEL 7 and 8 are no trap: it holds there, or says that it can’t.',
    'Where lsblk is old (RHEL 7 and 8, Amazon Linux 2) it tells success and freezes nothing.',
  ),
} as const satisfies Record<string, Line>;
