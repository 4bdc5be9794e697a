import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endStarted, npm, REPOSITORY, scratchFolder } from './support/npm';
import { left, tracesOf } from './support/traces';

jest.setTimeout(120_000);
afterEach(endStarted);

/** Runs on every machine: nothing here needs root. */
const FOLDERS = { STILLPOINT_SANDBOX_MODE: 'directory' };

/** A document that was written for DLM by someone else: the contract, no result line. */
const FOREIGN = `schemaVersion: '2.2'
description: foreign
parameters:
  executionId: { type: String, default: None, allowedPattern: '^(None|[a-fA-F0-9-]{36})$' }
  command: { type: String, default: dry-run, allowedValues: [pre-script, post-script, dry-run] }
mainSteps:
  - action: aws:runShellScript
    name: run
    precondition: { StringEquals: [platformType, Linux] }
    inputs:
      runCommand: ['#!/bin/bash', 'exit 0']
`;

const scenario = (expect: object): string => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'documents'));
  writeFileSync(join(folder, 'documents', 'foreign.yaml'), FOREIGN);
  const policy = {
    PolicyType: 'EBS_SNAPSHOT_MANAGEMENT',
    ResourceTypes: ['INSTANCE'],
    TargetTags: [{ Key: 'Backup', Value: 'hourly' }],
    Schedules: [
      {
        Name: 'Hourly',
        CreateRule: {
          CronExpression: 'cron(0 * * * ? *)',
          Scripts: [{ ExecutionHandler: 'foreign', ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER' }],
        },
        RetainRule: { Count: 2 },
      },
    ],
  };
  const content = {
    instances: [
      { name: 'web', tags: { Backup: 'hourly' }, volumes: [{ sizeMiB: 16, filesystem: 'ext4', mount: '/data' }] },
      { name: 'other', volumes: [{ sizeMiB: 16, filesystem: 'ext4', mount: '/data' }] },
    ],
    policies: [{ id: 'hourly', policy }],
    documents: 'documents',
    fire: [{ policy: 'hourly', schedule: 'Hourly' }],
    expect: [
      { instance: 'web', ...expect },
      { instance: 'other', untouched: true },
    ],
  };
  const file = join(folder, 'scenario.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
};

describe('npm start on folders', () => {
  it("runs a user's own scenario and document, says what is not exercised, and leaves nothing", async () => {
    const run = npm('start', ['--scenario', scenario({ attempts: 1, snapshots: 1, cause: '' })], FOLDERS);
    await run.said(/pre-script/);
    const traces = tracesOf(run.pid);
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain('Not exercised: freezing real filesystems');
    expect(run.output()).toMatch(/web +hourly +pre success/);
    expect(left(traces).processes).toEqual([]);
  });

  it('exits 1 with a line for each difference', async () => {
    const run = npm('start', ['--scenario', scenario({ attempts: 2, snapshots: 3 })], FOLDERS);
    expect(await run.exit).toBe(1);
    expect(run.output()).toContain('Not as expected:\n  web: attempts: expected 2, found 1\n  web: snapshots: expected 3, found 1\n');
  });

  it('exits 2 for a scenario that is wrong, with file and field', async () => {
    const file = scenario({ attempts: 9 });
    const run = npm('start', ['--scenario', file], FOLDERS);
    expect(await run.exit).toBe(2);
    expect(run.output()).toContain(`${file}: expect[0].attempts: found 9, allowed: 4 or less`);
  });

  it.each([
    [['--scenari', 'x'], 2, 'unknown option --scenari; did you mean --scenario?'],
    [['--help'], 0, 'Usage: npm start -- [options]'],
    [['--policy', join(REPOSITORY, 'no.json')], 2, 'no.json: cannot be read'],
  ])('%j exits %i', async (args, code, said) => {
    const run = npm('start', args, FOLDERS);
    expect(await run.exit).toBe(code);
    expect(run.output()).toContain(said);
  });
});
