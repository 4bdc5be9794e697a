import type { CopyStart } from '../core/lifecycle/copies/plan-copies';
import type { Keeper } from '../core/lifecycle/retention/keeper';
import type { Member } from '../core/lifecycle/snapshot-set';
import type { Tags } from '../core/snapshot-tags';
import type { Owner } from './ports';

/** What came of CopySnapshot. */
export type CopyAnswer =
  | { readonly kind: 'started'; readonly snapshotId: string }
  /** As many copies are under way to the region as it takes, or EC2 wants fewer calls: later. */
  | { readonly kind: 'later'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** No answer: a copy may have been begun. It is looked for by its tags before another is. */
  | { readonly kind: 'unclear' };

/** The copies of this region's snapshots in other regions, those with our ownership tag. */
export interface Copies {
  /** Their state, tags and keys, each with the volume that its source is of. */
  find(region: string, owner: Owner): Promise<readonly Member[]>;
  /** How many copies are under way to the region, whoever began them. */
  pending(region: string): Promise<number>;
  begin(start: CopyStart, tags: Tags): Promise<CopyAnswer>;
  tag(region: string, copies: readonly Member[], tags: Tags): Promise<void>;
  /** What stands in the way of a set's deletion, as far as EC2 tells before. */
  findKeeper(region: string, copies: readonly Member[]): Promise<Keeper | undefined>;
  /** Undefined: it is gone. Otherwise why EC2 did not delete it. */
  delete(region: string, snapshotId: string): Promise<string | undefined>;
}
