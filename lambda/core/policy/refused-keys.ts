interface RefusedKey {
  /** Why it is refused: what it would do, or whose it is. */
  readonly why: string;
  /** The value that means "off" and is taken, where there is one. */
  readonly off?: string;
  /** It is refused at the top of a policy only: elsewhere the same name is another key. */
  readonly top?: true;
}

const DEFAULT_POLICY = "of DLM's default policies; here a policy is a custom one";
const EVENT_POLICY = "of DLM's event-based policies, not built";
const AMI_POLICY = "of DLM's AMI policies, not built";
const OF_DLM_ALONE = 'of the DLM policy around PolicyDetails; it has no meaning here';

/** Keys that DLM knows and that are refused here, by name, unless they are off. An ignored key would be a broken promise. */
const REFUSED: Readonly<Record<string, RefusedKey>> = {
  CopyTags: { why: `${DEFAULT_POLICY}, with Schedules[].CopyTags`, off: 'false', top: true },
  ArchiveRule: { why: 'DLM archives snapshots of volume policies only, and those are not built' },
  DeprecateRule: { why: AMI_POLICY },
  NoReboot: { why: AMI_POLICY },
  EventSource: { why: EVENT_POLICY },
  Actions: { why: EVENT_POLICY },
  ResourceType: { why: `${DEFAULT_POLICY}, with ResourceTypes` },
  CreateInterval: { why: `${DEFAULT_POLICY}, with Schedules[].CreateRule` },
  RetainInterval: { why: `${DEFAULT_POLICY}, with Schedules[].RetainRule` },
  CrossRegionCopyTargets: { why: DEFAULT_POLICY },
  ExtendDeletion: { why: DEFAULT_POLICY },
  Exclusions: { why: DEFAULT_POLICY },
  DefaultPolicy: { why: DEFAULT_POLICY },
  ExecutionRoleArn: { why: OF_DLM_ALONE },
  PolicyId: { why: `${OF_DLM_ALONE}: a policy's id is its file's name` },
  PolicyArn: { why: OF_DLM_ALONE },
  StatusMessage: { why: OF_DLM_ALONE },
  DateCreated: { why: OF_DLM_ALONE },
  DateModified: { why: OF_DLM_ALONE },
  Tags: { why: OF_DLM_ALONE },
};

export const REFUSED_KEYS: readonly string[] = Object.keys(REFUSED);

/** Whether a key is refused in an object that stands this deep in a policy. */
export const isRefused = (key: string, depth: number): boolean =>
  Object.hasOwn(REFUSED, key) && (depth === 0 || REFUSED[key]?.top !== true);

/** The sentence for a refused key. */
export const refusal = (key: string): string => {
  const refused = REFUSED[key];
  if (refused === undefined) return 'unknown key';
  return refused.off === undefined ? refused.why : `${refused.why} (only ${refused.off} is taken)`;
};
