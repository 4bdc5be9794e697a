import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { missing } from '../support/servers';

const LOAD = join(import.meta.dirname, '../support/servers-load.mjs');

describe('the check of a copy', () => {
  const found = new Map([
    ['1', { count: 10, highest: 10 }],
    ['2', { count: 9, highest: 10 }],
  ]);

  test.each([
    ['all acknowledged rows are there', { 1: 10 }, []],
    ['a row whose acknowledgement was under way', { 1: 9 }, []],
    ['the last acknowledged row is lost', { 1: 11 }, ['writer 1: acknowledged to 11, in the copy to 10']],
    ['one in between is lost', { 2: 10 }, ['writer 2: 9 rows up to number 10']],
    ['a writer has no row', { 3: 1 }, ['writer 3: acknowledged to 1, in the copy to 0']],
  ])('%s', (_, last, wrongs) => {
    expect(missing(last, found)).toEqual(wrongs);
  });
});

describe('the load', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-load-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const load = (client: string): void => {
    const about = {
      client: { argv: ['bash', '-c', client] },
      statement: '{writer} {number}\n',
      acknowledged: '^done',
      writers: 2,
      firstWriter: 5,
    };
    writeFileSync(join(folder, 'load.json'), JSON.stringify(about));
    child = spawn(process.execPath, [LOAD, 'run', folder], { stdio: 'ignore' });
  };
  const ask = (...words: readonly string[]): string =>
    execFileSync(process.execPath, [LOAD, words[0] ?? '', folder, ...words.slice(1)], { encoding: 'utf8' });
  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; !holds(); tries += 1) {
      if (tries > 200) throw new Error('waited in vain');
      await pause(20);
    }
  };

  test('numbers each writer’s rows, and tells which were acknowledged before, in and after a time', async () => {
    load('while read -r row; do echo "done $row"; done');
    await until(() => Number(ask('count')) > 20);
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGTERM');
    await ended;
    const rows = readFileSync(join(folder, 'acknowledged'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    const numbers = rows.filter(([writer]) => writer === 5).map(([, number]) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const times = rows.map(([, , , at]) => at ?? 0);
    const [from, to] = [times[5] ?? 0, times[15] ?? 0];
    const [before, during] = [times.filter((at) => at < from).length, times.filter((at) => at >= from && at <= to).length];
    expect(JSON.parse(ask('told', `${from}`, `${to}`))).toMatchObject({ before, during, after: rows.length - before - during, errors: [] });
  });

  test('keeps every answer that is no acknowledgement, and a client that ends', async () => {
    load('read -r row; echo "no room for $row"');
    await until(() => JSON.parse(ask('told', '0', '0')).errors.length >= 4);
    const { errors } = JSON.parse(ask('told', '0', '0'));
    expect(errors).toEqual(
      expect.arrayContaining([expect.stringContaining('no room for 5 1'), expect.stringContaining('the client of writer 6 ended')]),
    );
  });
});
