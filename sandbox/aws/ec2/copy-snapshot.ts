import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { copySnapshotRights } from '../iam/rights/ec2-rights';
import { copyKeyRights } from '../iam/rights/key-rights';
import { type Call, operation } from '../operation';
import { hexId } from './create-snapshots';
import { notFound, refuseDryRun } from './describe';
import { defaultEbsKey } from './encryption';
import { type Ec2, type Ec2State, type SnapshotRecord, snapshotIn, type Tags } from './state';
import { checkedTags, limitTags, tagsSchema } from './tags';

const schema = z.object({
  DryRun: z.optional(z.string()),
  Description: z.optional(z.string()),
  SourceRegion: z.string(),
  SourceSnapshotId: z.string(),
  DestinationRegion: z.optional(z.string()),
  /** The SDK signs one for the source; EC2 calls it deprecated. */
  PresignedUrl: z.optional(z.string()),
  Encrypted: z.optional(z.literal('true', 'Encrypted cannot be false')),
  KmsKeyId: z.optional(z.string()),
  TagSpecification: z.optional(z.array(z.object({ ResourceType: z.literal('snapshot'), Tag: z.optional(tagsSchema) }))),
});
type Input = z.infer<typeof schema>;

/** EBS's page on copying: copies at once a destination region. */
const COPIES_AT_ONCE = 20;
/** The same page: a copy's volume id is arbitrary and of no use. */
const NO_VOLUME = 'vol-ffffffff';

/** CopySnapshot, called in the region that gets the copy. */
export const copySnapshot = (ec2: Ec2) =>
  operation(schema, copySnapshotRights(ec2, tagsOf), async (input, call) => {
    refuseDryRun(input.DryRun);
    const source = sourceOf(ec2, input);
    const tags = tagsOf(input);
    admit(ec2, input, call);
    const record = recordOf(ec2, input, call, source);
    ec2.state.snapshots.set(record.id, record);
    ec2.state.tags.set(record.id, tags);
    call.touched.add(record.id);
    await ec2.store.copySnapshot(source.id, record.id);
    ec2.clock.after(ec2.timing.snapshotCopyMs, () => endCopy(record, ec2.clock.now()));
    return { snapshotId: record.id, tagSet: [...tags].map(([key, value]) => ({ key, value })) };
  });

const tagsOf = ({ TagSpecification = [] }: Input): Tags => {
  const tags = checkedTags(TagSpecification.flatMap(({ Tag = [] }) => Tag));
  limitTags(tags);
  return tags;
};

const sourceOf = ({ state }: Ec2, { SourceRegion, SourceSnapshotId }: Input): SnapshotRecord => {
  const source = snapshotIn(state, SourceRegion, SourceSnapshotId);
  if (source === undefined) throw notFound('Snapshot', SourceSnapshotId);
  if (source.state !== 'completed') throw new AwsError('IncorrectState', `The snapshot '${source.id}' is ${source.state}.`);
  return source;
};

const admit = ({ state }: Ec2, { DestinationRegion, Encrypted, KmsKeyId }: Input, { region }: Call): void => {
  if (DestinationRegion !== undefined && DestinationRegion !== region)
    throw new AwsError('InvalidParameterValue', `DestinationRegion is ${DestinationRegion}, the endpoint's region ${region}`);
  if (KmsKeyId !== undefined && Encrypted === undefined)
    throw new AwsError('InvalidParameterDependency', 'The parameter KmsKeyId requires the parameter Encrypted to be set.');
  const pending = [...state.snapshots.values()].filter((one) => one.copy !== undefined && one.region === region && one.state === 'pending');
  if (pending.length >= COPIES_AT_ONCE)
    throw new AwsError(
      'ResourceLimitExceeded',
      `Too many snapshot copies in progress. The limit is ${COPIES_AT_ONCE} for this destination region.`,
    );
};

const recordOf = (ec2: Ec2, input: Input, call: Call, source: SnapshotRecord): SnapshotRecord => {
  const encrypted = input.Encrypted === 'true' || source.kmsKeyId !== undefined;
  const kmsKeyId = encrypted ? (input.KmsKeyId ?? defaultEbsKey({ ...ec2.account, region: call.region })) : undefined;
  return {
    ...{ id: hexId('snap'), region: call.region, volumeId: NO_VOLUME, contentOf: source.contentOf, instanceId: source.instanceId },
    ...{ setId: source.setId, kmsKeyId, description: input.Description ?? '', volumeSizeMiB: source.volumeSizeMiB },
    startTime: ec2.clock.now(),
    visibleAt: ec2.clock.monotonic() + ec2.timing.snapshotVisibleMs,
    state: 'pending',
    copy: { failsWith: mayUseKeys(ec2, call, source.kmsKeyId, kmsKeyId) ? undefined : 'Given key ID is not accessible' },
  };
};

/** EC2 takes the call also without the rights for the keys, and the copy fails later. All of the account may use the default key. */
const mayUseKeys = (ec2: Ec2, { role, region }: Call, sourceKey: string | undefined, copyKey: string | undefined): boolean =>
  [
    { key: sourceKey, keyRegion: ec2.account.region },
    { key: copyKey, keyRegion: region },
  ].every(({ key, keyRegion }) => {
    if (key === undefined || key === defaultEbsKey({ ...ec2.account, region: keyRegion })) return true;
    return key.startsWith(`arn:aws:kms:${keyRegion}:`) && ec2.may(role, copyKeyRights(key), keyRegion);
  });

const endCopy = (record: SnapshotRecord, now: Date): void => {
  if (record.state !== 'pending') return;
  const failsWith = record.copy?.failsWith;
  record.state = failsWith === undefined ? 'completed' : 'error';
  if (failsWith === undefined) record.completionTime = now;
  else record.stateMessage = failsWith;
};

/** End all copies that are under way now. Returns how many. */
export const endCopies = (state: Ec2State, now: Date): number => {
  const pending = [...state.snapshots.values()].filter(({ copy, state }) => copy !== undefined && state === 'pending');
  for (const record of pending) endCopy(record, now);
  return pending.length;
};
