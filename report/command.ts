import { readFileSync, writeFileSync } from 'node:fs';
import { parseReportArguments, REPORT_HELP } from './arguments';
import { drawReport } from './draw-report';
import { plural } from './page/format';

export interface Ended {
  /** The exit code. */
  readonly code: number;
  /** For stdout where the code is 0, else for stderr. */
  readonly said: string;
}

const wrong = (...lines: readonly string[]): Ended => ({ code: 2, said: `${lines.join('\n')}\n` });

/** `npm run report`, from its arguments to what it says. */
export const reportCommand = (args: readonly string[]): Ended => {
  const parsed = parseReportArguments(args);
  if (parsed.kind === 'wrong') return wrong(parsed.message, 'See npm run report -- --help.');
  return parsed.kind === 'help' ? { code: 0, said: REPORT_HELP } : draw(parsed.file, parsed.output);
};

/** Problems that are told of one file; more of them rarely say more. */
const MOST_PROBLEMS = 10;

const draw = (file: string, output: string): Ended => {
  const text = attempt(() => readFileSync(file, 'utf8'));
  if (!text.ok) return wrong(`${file}: cannot be read: ${text.message}`);
  const report = drawReport(file, text.value);
  if (!report.ok) {
    const more = report.problems.length - MOST_PROBLEMS;
    return wrong(...report.problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${plural(more, 'more problem')}`] : []));
  }
  const { page, executions, others } = report;
  if (executions === 0)
    return wrong(`${file}: found no event of Stillpoint${others === 0 ? '' : ` among ${others}`}; allowed: a file with at least one`);
  const written = attempt(() => writeFileSync(output, page));
  if (!written.ok) return wrong(`${output}: cannot be written: ${written.message}`);
  const left = others === 0 ? '' : `; ${plural(others, 'event')} of others left out`;
  return { code: 0, said: `${output} (${plural(executions, 'execution')}${left})\n` };
};

type Attempted<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

const attempt = <Value>(act: () => Value): Attempted<Value> => {
  try {
    return { ok: true, value: act() };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
};
