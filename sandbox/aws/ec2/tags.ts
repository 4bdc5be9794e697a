import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { createTagsRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { notFound, refuseDryRun } from './describe';
import { attachedVolumes } from './describe-volumes';
import { type Ec2, instancesIn, snapshotIn, type Tags } from './state';

export const tagsSchema = z.array(z.object({ Key: z.string(), Value: z.optional(z.string()) }));

const TAGS_A_RESOURCE = 50;

/** Check tags as EC2 does, and return them by key. */
export const checkedTags = (given: z.infer<typeof tagsSchema>): Tags => {
  const tags: Tags = new Map();
  for (const { Key, Value = '' } of given) {
    if (Key === '' || Key.length > 127) throw new AwsError('InvalidParameterValue', `Tag key '${Key}' must be 1 to 127 characters`);
    if (Value.length > 256)
      throw new AwsError('InvalidParameterValue', `Tag value of '${Key}' exceeds the maximum length of 256 characters`);
    if (/^aws:/i.test(Key)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ( ${Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
    if (tags.has(Key)) throw new AwsError('InvalidParameterValue', `Duplicate tag key '${Key}' specified.`);
    tags.set(Key, Value);
  }
  return tags;
};

/** 50 a resource; keys of AWS's own do not count. */
export const limitTags = (tags: ReadonlyMap<string, string>): void => {
  const own = [...tags.keys()].filter((key) => !key.startsWith('aws:'));
  if (own.length > TAGS_A_RESOURCE) throw new AwsError('TagLimitExceeded', 'The maximum number of tags for a resource has been reached.');
};

const schema = z.object({ DryRun: z.optional(z.string()), ResourceId: z.array(z.string()), Tag: tagsSchema });

export const createTags = (ec2: Ec2) =>
  operation(schema, createTagsRights(ec2), (input, { region }) => {
    const added = checkedTags(input.Tag);
    const merged = input.ResourceId.map((id) => {
      requireResource(ec2, region, id);
      const tags = new Map([...(ec2.state.tags.get(id) ?? []), ...added]);
      limitTags(tags);
      return [id, tags] as const;
    });
    refuseDryRun(input.DryRun);
    for (const [id, tags] of merged) ec2.state.tags.set(id, tags);
    return { return: true };
  });

const requireResource = (ec2: Ec2, region: string, id: string): void => {
  const instances = instancesIn(ec2, region);
  if (id.startsWith('snap-') && snapshotIn(ec2.state, region, id) === undefined) throw notFound('Snapshot', id);
  if (id.startsWith('i-') && !instances.has(id)) throw notFound('InstanceID', id);
  if (id.startsWith('vol-') && !attachedVolumes(instances).has(id)) throw notFound('Volume', id);
  if (!/^(snap|i|vol)-/.test(id)) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
};
