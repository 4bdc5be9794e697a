/** One right that a call needs: IAM answers each by itself, and the call needs them all. */
export interface Check {
  /** `ec2:CreateSnapshots`. */
  readonly action: string;
  /** An ARN, or `*` for an action that takes no resource. */
  readonly resource: string;
  /** Values by condition key. A key that is not there is absent: positive operators fail on it. */
  readonly context: Context;
}

export type Context = Readonly<Record<string, readonly string[]>>;

type Tags = Iterable<readonly [string, string]>;

/** A resource's own tags. A resource that does not exist yet has none. */
export const resourceTags = (tags: Tags, ...prefixes: readonly string[]): Context => tagged(tags, ['aws:ResourceTag', ...prefixes]);

/** Tags in the request. */
export const requestTags = (tags: Tags): Context => {
  const keys = [...tags].map(([key]) => key);
  return { ...tagged(tags, ['aws:RequestTag']), ...(keys.length > 0 && { 'aws:TagKeys': keys }) };
};

const tagged = (tags: Tags, prefixes: readonly string[]): Context =>
  Object.fromEntries(prefixes.flatMap((prefix) => [...tags].map(([key, value]) => [`${prefix}/${key}`, [value]])));

/** Condition keys that checks of the sandbox may carry, in lower case; with `/`, what a tag's key follows. */
const KEYS: ReadonlySet<string> = new Set(
  [
    ...['aws:RequestedRegion', 'aws:SecureTransport', 'aws:SourceArn', 'aws:SourceAccount', 'aws:ResourceAccount', 'aws:TagKeys'],
    ...['aws:ResourceTag/', 'aws:RequestTag/', 'ec2:ResourceTag/', 'ssm:resourceTag/'],
    ...[
      'ec2:Region',
      'ec2:CreateAction',
      'ec2:InstanceID',
      'ec2:SourceInstanceARN',
      'ec2:InstanceType',
      'ec2:ParentVolume',
      'ec2:VolumeType',
      'ec2:Encrypted',
    ],
    ...['ec2:ParentSnapshot', 'kms:ViaService', 'kms:GrantIsForAWSResource'],
    ...['ec2:Add/', 'ec2:Remove/', 'ec2:AvailabilityZone'],
    ...['events:source', 'events:detail-type'],
  ].map((key) => key.toLowerCase()),
);

/** Whether the sandbox knows a condition key, so that its absence in a check means something. */
export const isKnownKey = (key: string): boolean => KEYS.has(key.toLowerCase().replace(/\/.*$/s, '/'));

/** The values of a key, whose case does not count: not even that of a tag's key in it. */
export const valuesOf = (context: Context, key: string): readonly string[] =>
  Object.entries(context).flatMap(([name, values]) => (name.toLowerCase() === key.toLowerCase() ? values : []));
