import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFleetMember } from '../../sandbox/scenario/fleet';
import { withOwnFiles } from '../../sandbox/scenario/own-files';
import type { Scenario } from '../../sandbox/scenario/scenario';
import { policy, scenarioOf } from '../cli/support/scenario';

const own = {
  PolicyType: 'EBS_SNAPSHOT_MANAGEMENT',
  ResourceTypes: ['INSTANCE'],
  TargetTags: [{ Key: 'Team', Value: 'core' }],
  Schedules: [{ Name: 'Hourly', CreateRule: { Interval: 1, IntervalUnit: 'HOURS' }, RetainRule: { Count: 3 } }],
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillpoint-own-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const example = scenarioOf({ expect: [{ instance: 'database', untouched: true }] });
const tagsOf = (scenario: Scenario) => Object.fromEntries(scenario.fleet.map(({ name, instance }) => [name, instance.tags]));

describe('a policy of one’s own on the example fleet', () => {
  it('reaches the instances of the example, fires its first schedule, and is expected to succeed', () => {
    const scenario = withOwnFiles(example, { policy: write('mine.json', JSON.stringify(own)) });
    expect(tagsOf(scenario)).toEqual({ web: { Name: 'web', Team: 'core' }, database: { Name: 'database' } });
    expect([...scenario.policies]).toEqual([['mine', own]]);
    expect(scenario.fire).toEqual([{ policy: 'mine', schedule: 'Hourly' }]);
    expect(scenario.expect).toEqual([{ instance: 'database', untouched: true }]);
  });

  it('leaves out the instances that show failures', () => {
    const failing = scenarioOf({
      expect: [
        { instance: 'web', result: 'failed' },
        { instance: 'database', failures: ['POST 202'] },
        { instance: 'database', failures: [] },
      ],
    });
    expect(withOwnFiles(failing, { policy: write('mine.json', JSON.stringify(own)) }).fleet).toEqual([]);
  });

  it('runs the application of the example only with the document of the example, which quiesces it', () => {
    const application = { start: 'a', ready: 'b', verify: 'c' };
    const document = { name: 'example', content: 'schemaVersion: "2.2"' };
    const withApplication = scenarioOf({ fleet: [toFleetMember({ name: 'web', application }, '/')], documents: [document] });
    const applications = (handler: string) => {
      const script = { ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER', ExecutionHandler: handler };
      const Schedules = [{ ...own.Schedules[0], CreateRule: { Interval: 1, IntervalUnit: 'HOURS', Scripts: [script] } }];
      const { fleet } = withOwnFiles(withApplication, { policy: write('mine.json', JSON.stringify({ ...own, Schedules })) });
      return fleet.map(({ instance }) => instance.machine.application);
    };
    expect(applications('example')).toEqual([application]);
    expect(applications('stillpoint-filesystem')).toEqual([undefined]);
  });

  it.each<[string, string, string]>([
    ['that is no JSON', 'nothing', 'is not JSON'],
    ['that is wrong', JSON.stringify({ ...own, ResourceTypes: ['VOLUME'] }), 'ResourceTypes'],
    ['that is no object', '[]', 'mine.json'],
  ])('%s is refused by its file name', (_, content, problem) => {
    const file = write('mine.json', content);
    expect(() => withOwnFiles(example, { policy: file })).toThrow(
      expect.objectContaining({ name: 'ScenarioError', message: expect.stringContaining(problem) }),
    );
    expect(() => withOwnFiles(example, { policy: file })).toThrow(file);
  });
});

describe('a document of one’s own', () => {
  it('handles the scripts of the example’s policy, with everything else of it kept', () => {
    const scenario = withOwnFiles(example, { document: write('mine.yaml', 'schemaVersion: "2.2"\n') });
    expect([...scenario.policies]).toEqual([['nightly', policy('cron(0 3 * * ? *)', 'mine')]]);
    expect(scenario.documents).toEqual([{ name: 'mine', content: 'schemaVersion: "2.2"\n', tags: { DLMScriptsAccess: 'true' } }]);
  });

  it('handles the scripts of a policy of one’s own that has none', () => {
    const scenario = withOwnFiles(example, {
      policy: write('p.json', JSON.stringify(own)),
      document: write('mine.json', '{"schemaVersion":"2.2"}'),
    });
    expect(scenario.policies.get('p')).toMatchObject({
      Schedules: [{ Name: 'Hourly', CreateRule: { Interval: 1, Scripts: [{ ExecutionHandler: 'mine' }] } }],
    });
  });

  it('that SSM would not take is refused', () => {
    expect(() => withOwnFiles(example, { document: write('mine.yaml', 'schemaVersion: "1.2"\n') })).toThrow(
      'mine.yaml: schemaVersion: found "1.2"',
    );
  });
});
