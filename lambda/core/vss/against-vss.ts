/** Instance types that AWS lists as not supported for VSS: too small, snapshots may lack their tags (EBS user guide, requirements of scripts). */
const UNSUPPORTED: ReadonlySet<string> = new Set(
  ['t2', 't3', 't3a'].flatMap((family) => ['nano', 'micro'].map((size) => `${family}.${size}`)),
);

/** What EC2 says of an instance, as far as VSS depends on it. */
export interface VssHost {
  readonly windows: boolean;
  readonly instanceType: string;
}

/** Why VSS can't make a set of the instance. */
export interface AgainstVss {
  readonly why: 'vss-not-windows' | 'vss-instance-type';
  readonly detail: string;
}

export const againstVss = ({ windows, instanceType }: VssHost): AgainstVss | undefined => {
  if (!windows) return { why: 'vss-not-windows', detail: 'the instance does not run Windows' };
  return UNSUPPORTED.has(instanceType) ? { why: 'vss-instance-type', detail: `${instanceType} is not supported for VSS` } : undefined;
};
