import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReportArguments, REPORT_HELP } from '../../report/arguments';
import { reportCommand } from '../../report/command';
import { jsonLines, sampleEvents } from './support/sample';

describe('the arguments of npm run report', () => {
  it.each([
    [['events.jsonl'], { kind: 'run', file: 'events.jsonl', output: 'events.html' }],
    [['last.night/events'], { kind: 'run', file: 'last.night/events', output: 'last.night/events.html' }],
    [['events.jsonl', '--output', 'a.html'], { kind: 'run', file: 'events.jsonl', output: 'a.html' }],
    [['events.html', '--output=b.html'], { kind: 'run', file: 'events.html', output: 'b.html' }],
    [['-h'], { kind: 'help' }],
  ])('%j', (args, parsed) => {
    expect(parseReportArguments(args)).toEqual(parsed);
  });

  it.each([
    [[], 'found 0 files, allowed: one file of events'],
    [['a', 'b'], 'found 2 files'],
    [['events.html'], 'events.html would be overwritten by its picture'],
    [['a', '--output', ''], '--output needs a file'],
    [['a', '--outptu', 'b'], '--outptu'],
  ])('%j is refused', (args, message) => {
    expect(parseReportArguments(args)).toEqual({ kind: 'wrong', message: expect.stringContaining(message) });
  });
});

describe('npm run report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-report-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (...args: readonly string[]) => reportCommand(args);

  it('writes the page beside the file and tells its path', () => {
    const others = jsonLines([{ source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification' }]);
    const file = write('events.jsonl', jsonLines(sampleEvents()) + others);
    const command = [process.execPath, '--import', 'tsx', join(__dirname, '../../report/report.ts'), file] as const;
    const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`${join(folder, 'events.html')} (7 executions; 1 event of others left out)\n`);
    expect(readFileSync(join(folder, 'events.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it('tells what is wrong with a file, ten problems at most, and writes nothing', () => {
    const { code, said } = run(write('wrong.jsonl', '7\n'.repeat(12)), '--output', join(folder, 'none.html'));
    expect(code).toBe(2);
    expect(said.split('\n')).toHaveLength(12);
    expect(said).toContain('wrong.jsonl:10: found 7, allowed: an event of EventBridge');
    expect(said).toContain('and 2 more problems');
    expect(existsSync(join(folder, 'none.html'))).toBe(false);
  });

  it.each([
    [['missing.jsonl'], 'ENOENT: no such file or directory'],
    [[write('empty.jsonl', '')], 'found no event of Stillpoint; allowed: a file with at least one'],
    [[write('one.jsonl', jsonLines(sampleEvents())), '--output', join(folder, 'no/such/folder.html')], 'cannot be written'],
    [['--nothing'], 'See npm run report -- --help.'],
  ])('ends with 2 for %j', (args, message) => {
    expect(run(...args)).toEqual({ code: 2, said: expect.stringContaining(message) });
  });

  it('explains itself', () => {
    expect(run('--help')).toEqual({ code: 0, said: REPORT_HELP });
  });
});
