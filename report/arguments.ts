import { parseArgs } from 'node:util';

export const REPORT_HELP = `Usage: npm run report -- FILE [options]

Draws a picture of runs from their events: one HTML page that needs nothing beside itself, with a timeline for each target, the
verdicts, and what every event says.

FILE holds events of EventBridge, of one run or of many, in any order. Accepted:
  JSON lines          an event a line, as npm start leaves them in runs/latest/events.jsonl
  a JSON array        of events, or a single event
  CloudWatch Logs     of a log group that a rule sends the events to (docs/report.md): what aws logs filter-log-events prints as
                      JSON, or lines of an export to S3 (unpacked) or of aws logs tail, which begin with a time
Events of other sources are left out, and their number is told.

  --output FILE       where to write the page (default: FILE with the ending .html)
  -h, --help          this text

Exit code: 0 written, 2 wrong arguments or file.
`;

export type ReportArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'run'; readonly file: string; readonly output: string };

/** Reads the command line of `npm run report`. */
export const parseReportArguments = (args: readonly string[]): ReportArguments => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { output: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help === true) return { kind: 'help' };
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0)
      return { kind: 'wrong', message: `found ${positionals.length} files, allowed: one file of events` };
    if (values.output === '') return { kind: 'wrong', message: '--output needs a file' };
    const output = values.output ?? `${file.replace(/\.[a-z]+$/i, '')}.html`;
    return output === file
      ? { kind: 'wrong', message: `${output} would be overwritten by its picture: name another file with --output` }
      : { kind: 'run', file, output };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
};
