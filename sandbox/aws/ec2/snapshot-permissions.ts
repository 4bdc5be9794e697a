import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { describeAttributeRights, modifyAttributeRights } from '../iam/rights/sharing-rights';
import { operation } from '../operation';
import { notFound, refuseDryRun } from './describe';
import { defaultEbsKey } from './encryption';
import { type Ec2, type SnapshotRecord, snapshotIn } from './state';

const attribute = z.literal('createVolumePermission');

const entriesSchema = z.optional(z.array(z.strictObject({ UserId: z.optional(z.string()), Group: z.optional(z.literal('all')) })));

/** The older form, UserId and OperationType, is not known: nothing here sends it. */
const modifySchema = z.strictObject({
  DryRun: z.optional(z.string()),
  SnapshotId: z.string(),
  Attribute: z.optional(attribute),
  CreateVolumePermission: z.strictObject({ Add: entriesSchema, Remove: entriesSchema }),
});

/** `all`, or an account's id. */
const namesOf = (entries: z.infer<typeof entriesSchema>): readonly string[] =>
  (entries ?? []).flatMap(({ UserId, Group }) => UserId ?? Group ?? []);

const required = (ec2: Ec2, region: string, id: string): SnapshotRecord => {
  const record = snapshotIn(ec2.state, region, id);
  if (record === undefined) throw notFound('Snapshot', id);
  return record;
};

export const modifySnapshotAttribute = (ec2: Ec2) =>
  operation(modifySchema, modifyAttributeRights(ec2), ({ DryRun, SnapshotId, CreateVolumePermission }, { region }) => {
    const record = required(ec2, region, SnapshotId);
    const added = namesOf(CreateVolumePermission.Add);
    const removed = namesOf(CreateVolumePermission.Remove);
    refuseDryRun(DryRun);
    if (added.length > 0) refuseEncrypted(ec2, record, added);
    const permitted = [...(ec2.state.permissions.get(SnapshotId) ?? []), ...added].filter((name) => !removed.includes(name));
    ec2.state.permissions.set(SnapshotId, new Set(permitted));
    return { return: true };
  });

/** Code and message of the first are AWS's, as its users report them. Those of the second are not published. */
const refuseEncrypted = ({ account }: Ec2, { kmsKeyId, region }: SnapshotRecord, added: readonly string[]): void => {
  if (kmsKeyId === defaultEbsKey({ ...account, region }))
    throw new AwsError('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared');
  if (kmsKeyId !== undefined && added.includes('all'))
    throw new AwsError('OperationNotPermitted', 'Encrypted snapshots cannot be made public');
};

const describeSchema = z.object({ DryRun: z.optional(z.string()), SnapshotId: z.string(), Attribute: attribute });

export const describeSnapshotAttribute = (ec2: Ec2) =>
  operation(describeSchema, describeAttributeRights(ec2), ({ DryRun, SnapshotId }, { region }) => {
    required(ec2, region, SnapshotId);
    refuseDryRun(DryRun);
    const permitted = [...(ec2.state.permissions.get(SnapshotId) ?? [])];
    return {
      snapshotId: SnapshotId,
      createVolumePermission: permitted.map((name) => (name === 'all' ? { group: name } : { userId: name })),
    };
  });
