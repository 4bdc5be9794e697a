import type { DryRunFilesystem, DryRunLine } from './dry-run-line';
import { type Finding, failed, ok } from './finding';

/** What may be done about a filesystem that the document leaves alone, by its reason (docs/documents.md). */
const WAYS_ON: Readonly<Record<string, string>> = {
  root: "Move the application's files to a data volume: the root filesystem is never frozen.",
  agent: "Move the agent's folders (/var/lib/amazon, /var/log/amazon) or the application's files to another filesystem.",
  excluded: 'Take it out of excludePaths.',
  unsupported: 'Use ext3, ext4 or xfs.',
  network: "Put the application's files on EBS volumes: a set holds nothing else.",
};

/**
 * Which filesystems a pre-script would freeze, and whether that and the set together can be proven, as core/execution/prove.ts does it:
 * every file of the application on a filesystem that is frozen (or on the root under a write lock), and the volumes under it in the set.
 */
export const freezeFindings = (
  { ready, freeze, leave, writeLocked }: DryRunLine,
  inSet: readonly string[],
  attached: readonly string[],
): readonly Finding[] => {
  const ofApplication = leave.filter(({ application }) => application === true);
  const locked = ofApplication.filter(({ reason }) => reason === 'root' && writeLocked === true);
  const loose = ofApplication.filter((filesystem) => !locked.includes(filesystem)).map(looseFinding);
  const held = [...freeze, ...locked];
  const astray = held.flatMap((filesystem) => volumeFindings(filesystem, inSet, attached));
  if (held.length + loose.length === 0)
    return ready ? [failed('freezes', 'nothing', 'Tell the document where the data is: includePaths.')] : [];
  return loose.length + astray.length > 0 ? [...loose, ...astray] : [ok('freezes', covered(held, inSet))];
};

const looseFinding = ({ mount, type, reason = 'no reason told' }: DryRunFilesystem): Finding =>
  failed(
    'freezes',
    `${mount} (${type}) holds files of the application and is not frozen: ${reason}`,
    WAYS_ON[reason] ?? 'See the reason in docs/documents.md.',
  );

const volumeFindings = (
  { mount, volumes }: DryRunFilesystem,
  inSet: readonly string[],
  attached: readonly string[],
): readonly Finding[] => {
  if (volumes.length === 0)
    return [
      failed(
        'freezes',
        `which EBS volumes ${mount} lies on can not be told`,
        'Is there an instance store under it? Such sets are `reported`.',
      ),
    ];
  const missing = volumes.filter((volume) => !attached.includes(volume));
  const excluded = volumes.filter((volume) => attached.includes(volume) && !inSet.includes(volume));
  return [
    ...(missing.length === 0
      ? []
      : [failed('freezes', `${mount} lies on ${missing.join(', ')}, which EC2 does not show as attached`, 'Look at the volumes.')]),
    ...(excluded.length === 0
      ? []
      : [
          failed(
            'freezes',
            `${mount} lies on ${excluded.join(', ')}, which the policy excludes: such sets are crash-consistent`,
            "Let the policy include the volumes of the application's files.",
          ),
        ]),
  ];
};

/** `/data, /log on 2 of 3 volumes`. */
const covered = (filesystems: readonly DryRunFilesystem[], inSet: readonly string[]): string => {
  const volumes = new Set(filesystems.flatMap((filesystem) => filesystem.volumes));
  return `${filesystems.map(({ mount }) => mount).join(', ')} on ${volumes.size} of ${inSet.length} volumes`;
};
