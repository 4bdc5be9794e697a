import type { Bench } from './bench';
import type { Finding, Line } from './line';
import type { Subject } from './subject';

/** Something that is tried on an instance of its own, and the lines that it fills. */
export interface Scenario {
  readonly lines: readonly Line[];
  /** Why its lines don't apply to a document; absent when they do. */
  readonly inapplicable?: (subject: Subject) => string | undefined;
  readonly run: (bench: Bench) => Promise<readonly Finding[]>;
}
