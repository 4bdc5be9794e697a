import { type Ec2, type FastRestore, type SnapshotRecord, sizeGiB, snapshotIn, type Zone } from './state';

/** `eu-west-1` is `euw1` in the ids of zones, `ap-southeast-2` is `apse2`. */
const shortRegion = (region: string): string => {
  const [area = '', direction = '', number = ''] = region.split('-');
  return `${area}${direction.replace(/north|south|east|west|central/g, (word) => word.slice(0, 1))}${number}`;
};

/** A region's zones. Which id a zone has in an account is AWS's affair; here they go in order. */
export const zonesOf = (region: string): readonly Zone[] =>
  ['a', 'b', 'c'].map((letter, index) => ({ name: `${region}${letter}`, id: `${shortRegion(region)}-az${index + 1}` }));

export type FastRestoreState = 'enabling' | 'optimizing' | 'enabled' | 'disabling' | 'disabled';

/** How long a request is under way. Ours: AWS publishes only how long it optimizes. */
const UNDER_WAY_MS = 1_000;
/** AWS: 60 minutes a TiB. */
const OPTIMIZING_MS_A_GIB = (60 * 60_000) / 1024;

/** By the sandbox's clock alone, so that moving it moves the state. */
export const stateOf = (ec2: Ec2, { enabledAt, disabledAt }: FastRestore, record: SnapshotRecord): FastRestoreState => {
  const since = (time: Date): number => ec2.clock.now().getTime() - time.getTime();
  if (disabledAt !== undefined) return since(disabledAt) < UNDER_WAY_MS ? 'disabling' : 'disabled';
  if (since(enabledAt) < UNDER_WAY_MS) return 'enabling';
  return since(enabledAt) < UNDER_WAY_MS + sizeGiB(record.volumeSizeMiB) * OPTIMIZING_MS_A_GIB ? 'optimizing' : 'enabled';
};

/** The ones that are switched on, or were. A deleted snapshot's are gone with it. */
export const fastRestores = (ec2: Ec2, region: string) =>
  [...ec2.state.fastRestores.values()].flatMap((restore) => {
    const record = snapshotIn(ec2.state, region, restore.snapshotId);
    return record === undefined ? [] : [{ ...restore, record, state: stateOf(ec2, restore, record) }];
  });

/** Whether a snapshot is switched on anywhere, or not yet off. */
export const isRestoredFast = (ec2: Ec2, { id, region }: SnapshotRecord): boolean =>
  fastRestores(ec2, region).some(({ snapshotId, state }) => snapshotId === id && state !== 'disabled');
