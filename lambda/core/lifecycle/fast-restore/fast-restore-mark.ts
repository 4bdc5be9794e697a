import { tagTime } from '../tag-time';

/**
 * The tag `stillpoint:fast-restore` on a snapshot is the memory of it. It is set to `pending` when the set is made by a schedule with a
 * FastRestoreRule, so that a rule which is added later switches on no older set.
 */
export const FAST_RESTORE_PENDING = 'pending';
const OFF = 'off';
const UNTIL = 'until';
const IN_VAIN = '!';

/** Where a snapshot's fast restore was switched on. */
export interface FastRestoreMark {
  /** Zones, by name or id as the rule had them: at most 10, which fit into a tag. */
  readonly zones: readonly string[];
  /** Zones of which the last call failed, and that was told. */
  readonly inVain: readonly string[];
  /** When it ends by age; undefined: never. */
  readonly until: Date | undefined;
}

/** What the tag says; `settled`: there is none, or it is off for good. */
export const readFastRestoreMark = (value: string | undefined): FastRestoreMark | 'pending' | 'settled' => {
  if (value === undefined || value === '' || value === OFF) return 'settled';
  if (value === FAST_RESTORE_PENDING) return 'pending';
  const [before = '', after] = value.split(` ${UNTIL} `);
  const words = before.split(' ');
  return {
    zones: words.filter((word) => !word.startsWith(IN_VAIN)),
    inVain: words.filter((word) => word.startsWith(IN_VAIN)).map((word) => word.slice(IN_VAIN.length)),
    until: tagTime(after),
  };
};

/** The tag's value. */
export const writeFastRestoreMark = ({ zones, inVain, until }: FastRestoreMark): string => {
  const words = [...zones, ...inVain.map((zone) => `${IN_VAIN}${zone}`)];
  if (words.length === 0) return OFF;
  return until === undefined ? words.join(' ') : `${words.join(' ')} ${UNTIL} ${until.toISOString()}`;
};
