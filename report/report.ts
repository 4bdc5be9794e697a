import { readFileSync, writeFileSync } from 'node:fs';
import { parseReportArguments, REPORT_HELP } from './arguments';
import { drawReport } from './draw-report';

const wrong = (...lines: readonly string[]): number => {
  process.stderr.write(`${lines.join('\n')}\n`);
  return 2;
};

/** Problems that are told of one file; more of them rarely say more. */
const MOST_PROBLEMS = 10;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const run = (file: string, output: string): number => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return wrong(`${file}: cannot be read: ${messageOf(error)}`);
  }
  const report = drawReport(file, text);
  if (!report.ok) {
    const more = report.problems.length - MOST_PROBLEMS;
    return wrong(...report.problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more problems`] : []));
  }
  const others = report.others === 0 ? '' : `${report.others} of others, `;
  if (report.executions === 0) return wrong(`${file}: found ${others}no event of Stillpoint; allowed: a file with at least one`);
  try {
    writeFileSync(output, report.page);
  } catch (error) {
    return wrong(`${output}: cannot be written: ${messageOf(error)}`);
  }
  const left = report.others === 0 ? '' : `; ${report.others} events of others left out`;
  process.stdout.write(`${output} (${report.executions} executions${left})\n`);
  return 0;
};

/** `npm run report`. */
const main = (): number => {
  const parsed = parseReportArguments(process.argv.slice(2));
  if (parsed.kind === 'wrong') return wrong(parsed.message, 'See npm run report -- --help.');
  if (parsed.kind === 'run') return run(parsed.file, parsed.output);
  process.stdout.write(REPORT_HELP);
  return 0;
};

process.exitCode = main();
