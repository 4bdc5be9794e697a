import Sequencer from '@jest/test-sequencer';

type Tests = Parameters<Sequencer['sort']>[0];

/** Files that take long, the longest first: the test kit, whole sandboxes, hosts. */
const LONG: readonly RegExp[] = [/-causes?\.test/, /document-test\//, /end-to-end\//, /\/rights\//, /documents\//, /cli\//, /instance\//];

const rank = (path: string): number => {
  const found = LONG.findIndex((pattern) => pattern.test(path));
  return found < 0 ? LONG.length : found;
};

/** Begins with the files that take long, also on a machine that has run none before: one that began last would run alone at the end. */
export class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    return [...(await super.sort(tests))].sort((one, other) => rank(one.path) - rank(other.path));
  }
}
