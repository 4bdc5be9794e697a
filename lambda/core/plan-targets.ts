import type { Policy, Tag } from './policy/policy-schema';

/** An instance as the planner sees it. */
export interface Instance {
  readonly id: string;
  readonly state: string;
  readonly tags: ReadonlyMap<string, string>;
  /** EC2's launch time: of the last start, not of the first. */
  readonly launchedAt?: Date | undefined;
}

/**
 * States in which an instance has volumes to back up. One that is starting or stopping is a target too: left out, it would
 * miss its backup and nobody would be told. The worker looks again and says what it found.
 */
export const TARGET_STATES: readonly string[] = ['pending', 'running', 'stopping', 'stopped'];

/** A policy's tags, each once. */
export const distinctTags = (policy: Policy): readonly Tag[] => [
  ...new Map(policy.TargetTags.map((tag) => [JSON.stringify([tag.Key, tag.Value]), tag])).values(),
];

const carries = (tags: Instance['tags'], { Key, Value }: Tag): boolean => tags.get(Key) === Value;

/** Whether an instance with these tags is a target of the policy: tags are OR-ed and compared to the letter. */
export const carriesTargetTag = (policy: Policy, tags: Instance['tags']): boolean => policy.TargetTags.some((tag) => carries(tags, tag));

/**
 * The policy's targets among these instances, each once, in the order of their ids. The search that found the instances knows
 * wildcards and may have found more.
 */
export const targetsOf = (policy: Policy, instances: readonly Instance[]): readonly Instance[] => {
  const matching = instances.filter(({ state, tags }) => TARGET_STATES.includes(state) && carriesTargetTag(policy, tags));
  const byId = new Map(matching.map((instance) => [instance.id, instance]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** A policy's targets while it is rolled out: with `CanaryTag` only those that carry it are planned. */
export const rolloutOf = (
  policy: Policy,
  targets: readonly Instance[],
): { readonly planned: readonly Instance[]; readonly leftOut: readonly Instance[] } => {
  const tag = policy.Stillpoint?.CanaryTag;
  if (tag === undefined) return { planned: targets, leftOut: [] };
  const isCanary = (instance: Instance) => carries(instance.tags, tag);
  return { planned: targets.filter(isCanary), leftOut: targets.filter((instance) => !isCanary(instance)) };
};
