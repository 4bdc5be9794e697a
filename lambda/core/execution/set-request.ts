import type { SetPlan } from '../execution-message';
import { copiedAtCreation, type TaggedVolume } from '../set-tags';

/** EC2's limit for `ExcludeDataVolumeIds`. */
export const MAX_EXCLUDED = 40;

export interface AttachedVolume extends TaggedVolume {
  /** It is attached as the instance's root device. */
  readonly root: boolean;
  /** ARN of the KMS key; undefined when it is not encrypted. */
  readonly keyId?: string | undefined;
}

/** What CreateSnapshots is asked for, beside our tags. */
export interface SetRequest {
  readonly excludeBootVolume: boolean;
  readonly excludeDataVolumeIds: readonly string[];
  /** How many tags EC2 copies from a volume at most; undefined: none. */
  readonly copiedTags: number | undefined;
}

/** Everything, as it is. */
export const WHOLE: SetRequest = { excludeBootVolume: false, excludeDataVolumeIds: [], copiedTags: undefined };

export type Selection<Volume> =
  | { readonly ok: true; readonly request: SetRequest; readonly volumes: readonly Volume[] }
  | { readonly ok: false; readonly problem: string };

const isExcludedByTag = ({ excludeDataVolumeTags }: SetPlan, { tags }: AttachedVolume): boolean =>
  excludeDataVolumeTags.some(({ Key, Value }) => tags.get(Key) === Value);

/**
 * The volumes of a set, of those that are attached now, and how EC2 is asked for them. The root volume is left out by a flag of its own: EC2 fails a
 * call that names it among the excluded ids, and tags exclude data volumes only. Tags are OR-ed and compared to the letter.
 */
export const selectVolumes = <Volume extends AttachedVolume>(plan: SetPlan, attached: readonly Volume[]): Selection<Volume> => {
  const excluded = attached.filter((volume) => !volume.root && isExcludedByTag(plan, volume));
  const volumes = attached.filter((volume) => !excluded.includes(volume) && !(volume.root && plan.excludeBootVolume));
  if (attached.length > 0 && volumes.length === 0)
    return { ok: false, problem: `all attached volumes are excluded: ${attached.map(({ volumeId }) => volumeId).join(', ')}` };
  if (excluded.length > MAX_EXCLUDED)
    return { ok: false, problem: `${excluded.length} data volumes are excluded by their tags, and EC2 takes ${MAX_EXCLUDED}` };
  const excludeDataVolumeIds = excluded.map(({ volumeId }) => volumeId);
  const copiedTags = copiedAtCreation(plan, volumes);
  return { ok: true, request: { excludeBootVolume: plan.excludeBootVolume, excludeDataVolumeIds, copiedTags }, volumes };
};

/** Whether the volumes have to be looked at before a set of this plan is asked for. */
export const isSelective = ({ excludeBootVolume, excludeDataVolumeTags, copyTags }: SetPlan): boolean =>
  excludeBootVolume || copyTags || excludeDataVolumeTags.length > 0;
