import { renderTable } from '../../cli/table';
import { paint, type Terminal } from '../cli/terminal';
import type { Finding, Result } from './line';
import type { Subject } from './subject';

const STYLES = { pass: 'green', fail: 'red', 'not applicable': 'dim', 'not tried': 'yellow' } as const satisfies Record<Result, string>;

/** All that applies passes. */
export const passes = (findings: readonly Finding[]): boolean =>
  findings.every(({ result }) => result === 'pass' || result === 'not applicable');

/** What a line's result means in production, in a sentence. */
const consequence = ({ line, result }: Finding): string => {
  if (result === 'pass') return line.good;
  if (result === 'fail') return line.bad;
  return result === 'not tried' ? 'Nothing is known of it, and that is no pass.' : 'No question for this document, as it was tried.';
};

const meaning = (finding: Finding): readonly string[] =>
  finding.result === 'pass' ? [consequence(finding)] : [consequence(finding), `${SEEN[finding.result]}: ${finding.seen}.`];

const SEEN = { fail: 'Seen', 'not applicable': 'Because', 'not tried': 'Because' } as const;

const MINIMUM_COLUMNS = 50;

export const renderFindings = (findings: readonly Finding[], terminal: Terminal): string => {
  const heads = ['line', 'result', 'what it means in production'];
  const taken = Math.max(...findings.map(({ line }) => line.title.length)) + 'not applicable'.length + 4;
  const width = Math.max(MINIMUM_COLUMNS, Math.max(terminal.columns, 120) - taken);
  const rows = findings.map((finding) => [finding.line.title, finding.result, meaning(finding).flatMap((text) => wrap(text, width))]);
  const table = renderTable(heads, rows);
  return table.replace(
    /^(.*? {2})(pass|fail|not applicable|not tried)(?= {2})/gm,
    (_, before: string, result: Result) => before + paint(terminal, STYLES[result], result),
  );
};

const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll('\n', ' ').split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};

export const verdict = (findings: readonly Finding[]): string => {
  const count = (result: Result): number => findings.filter((finding) => finding.result === result).length;
  const counts = (['pass', 'fail', 'not applicable', 'not tried'] as const)
    .filter((result) => count(result) > 0)
    .map((result) => `${count(result)} ${result}`)
    .join(', ');
  return `${passes(findings) ? 'All that applies passes' : 'Not fit for production'}: ${counts}.`;
};

export const asJson = (subject: Subject, findings: readonly Finding[], seconds: number): string => {
  const lines = findings.map((finding) => {
    const { line, result, seen } = finding;
    return { id: line.id, title: line.title, result, consequence: consequence(finding), seen };
  });
  const { name, parameters, volumes, server, autoThaw } = subject;
  const about = { document: name, parameters, volumes, ...(server && { server: server.start }), autoThawSeconds: autoThaw.seconds };
  return JSON.stringify({ ...about, ok: passes(findings), seconds, lines }, null, 2);
};
