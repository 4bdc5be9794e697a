export type Result = 'pass' | 'fail' | 'not applicable' | 'not tried';

/** A line of the table: something that a production user needs to know of a document. */
export interface Line {
  readonly id: string;
  readonly title: string;
  /** What it means in production when it passes, and when it does not: a sentence each. */
  readonly good: string;
  readonly bad: string;
}

/** A line with what was found. */
export interface Finding {
  readonly line: Line;
  readonly result: Result;
  /** What was seen, or why the line does not apply or was not tried. */
  readonly seen: string;
}

/** A line's test found the document wanting; the message says what was seen. */
export class Wanting extends Error {}

/** A line's test found that there is nothing to test; the message says why. */
export class NotApplicable extends Error {}

/** Ends the test of a line unless something holds. */
export const must = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Wanting(otherwise);
};

/** Runs the test of one line, which says in a sentence what it saw. */
export const judge = async (line: Line, test: () => Promise<string>): Promise<Finding> => {
  try {
    return { line, result: 'pass', seen: await test() };
  } catch (error) {
    if (error instanceof Wanting) return { line, result: 'fail', seen: error.message };
    if (error instanceof NotApplicable) return { line, result: 'not applicable', seen: error.message };
    throw error;
  }
};
