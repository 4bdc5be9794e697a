import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScenario } from '../../sandbox/scenario/scenario';

const POLICY = {
  PolicyType: 'EBS_SNAPSHOT_MANAGEMENT',
  ResourceTypes: ['INSTANCE'],
  TargetTags: [{ Key: 'Backup', Value: 'nightly' }],
  Schedules: [
    {
      Name: 'Nightly',
      CreateRule: {
        CronExpression: 'cron(0 3 * * ? *)',
        Scripts: [{ ExecutionHandler: 'own', ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER' }],
      },
      RetainRule: { Count: 7 },
    },
  ],
};

const volume = (fields: object = {}) => ({ sizeMiB: 64, filesystem: 'ext4', mount: '/data', ...fields });
const instance = (fields: object = {}) => ({ name: 'web', tags: { Backup: 'nightly' }, volumes: [volume()], ...fields });
const scenario = (fields: object = {}) => ({
  instances: [instance()],
  policies: ['nightly.json'],
  fire: [{ policy: 'nightly', schedule: 'Nightly' }],
  ...fields,
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillpoint-scenario-'));
  writeFileSync(join(folder, 'nightly.json'), JSON.stringify(POLICY));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (content: unknown): string => {
  const file = join(folder, 'scenario.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const problemsOf = (content: unknown): string => {
  try {
    readScenario(write(content));
    return '';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}`.replaceAll(`${folder}/`, '') : String(error);
  }
};

describe('a scenario file that is wrong is refused with the field, what was found and what is allowed', () => {
  it.each<[string, unknown, string]>([
    ['text that is not JSON', '{"instances": [', 'scenario.json: is not JSON'],
    ['a list', [], 'scenario.json: found [], allowed: a value of type object'],
    ['an unknown key at the top', scenario({ instance: [] }), 'instance: unknown key; did you mean instances?'],
    ['no policies', { instances: [instance()], fire: [{ policy: 'a', schedule: 'b' }] }, 'policies: missing'],
    ['an empty fleet', scenario({ instances: [] }), 'instances: found 0 entries, allowed: 1 entries or more'],
    ['an instance without a name', scenario({ instances: [{}] }), 'instances[0].name: missing'],
    [
      'an id that EC2 has not',
      scenario({ instances: [instance({ id: 'i-1' })] }),
      'instances[0].id: found "i-1", allowed: text that matches ^i-',
    ],
    [
      'a state',
      scenario({ instances: [instance({ state: 'asleep' })] }),
      'instances[0].state: found "asleep", allowed: "running", "stopped"',
    ],
    [
      'a tag that is no text',
      scenario({ instances: [instance({ tags: { 'a/b': 1 } })] }),
      'instances[0].tags.a/b: found 1, allowed: a value of type string',
    ],
    [
      'a mistyped key',
      scenario({ instances: [instance({ aplication: {} })] }),
      'instances[0].aplication: unknown key; did you mean application?',
    ],
    [
      'a filesystem',
      scenario({ instances: [instance({ volumes: [volume({ filesystem: 'btrfs' })] })] }),
      'instances[0].volumes[0].filesystem: found "btrfs", allowed: "ext4", "xfs", "none"',
    ],
    [
      'a size',
      scenario({ instances: [instance({ volumes: [volume({ sizeMiB: 1 })] })] }),
      'instances[0].volumes[0].sizeMiB: found 1, allowed: 16 or more',
    ],
    [
      'an xfs volume that mkfs refuses',
      scenario({ instances: [instance({ volumes: [volume({ filesystem: 'xfs' })] })] }),
      'instances[0].volumes[0].sizeMiB: found 64, allowed: 300 or more for xfs',
    ],
    [
      'a mount point without a filesystem',
      scenario({ instances: [instance({ volumes: [volume({ filesystem: 'none' })] })] }),
      'instances[0].volumes[0].mount: found "/data", allowed: none',
    ],
    [
      'two volumes on one mount point',
      scenario({ instances: [instance({ volumes: [volume(), volume()] })] }),
      'instances[0].volumes[1].mount: found "/data", which instances[0].volumes[0].mount has already',
    ],
    [
      'an application without a check',
      scenario({ instances: [instance({ application: { start: 'a', ready: 'b' } })] }),
      'instances[0].application.verify: missing',
    ],
    [
      'two instances of one name',
      scenario({ instances: [instance(), instance()] }),
      'instances[1].name: found "web", which instances[0].name has already',
    ],
    ['a policy file that is not there', scenario({ policies: ['weekly.json'] }), 'policies[0] (weekly.json): cannot be read'],
    [
      'a policy that is wrong',
      scenario({ policies: [{ id: 'nightly', policy: { ...POLICY, Schedules: [] } }] }),
      'policies[0].policy: Schedules: found []',
    ],
    [
      'a policy twice',
      scenario({ policies: ['nightly.json', { id: 'nightly', policy: POLICY }] }),
      'policies[1].policy: a second policy "nightly"',
    ],
    [
      'a policy that fires and is not there',
      scenario({ fire: [{ policy: 'nightli', schedule: 'Nightly' }] }),
      'fire[0].policy: no policy "nightli"; did you mean nightly?',
    ],
    [
      'a schedule that is not there',
      scenario({ fire: [{ policy: 'nightly', schedule: 'Nigthly' }] }),
      'fire[0].schedule: policy "nightly" has no schedule "Nigthly"; did you mean Nightly?',
    ],
    ['a kind of fault', scenario({ faults: [{ kind: 'flood' }] }), 'faults[0].kind: found "flood", allowed: error, lost-answer, latency'],
    ['a fault without its action', scenario({ faults: [{ kind: 'latency', ms: 1 }] }), 'faults[0].action: missing'],
    [
      'a fault of an unknown instance',
      scenario({ faults: [{ kind: 'late-delivery', instance: 'wbe', ms: 1 }] }),
      'faults[0].instance: no instance "wbe"; did you mean web?',
    ],
    [
      'an unknown consistency',
      scenario({ expect: [{ instance: 'web', consistency: 'good' }] }),
      'expect[0].consistency: found "good", allowed: "application"',
    ],
    ['an expectation of an unknown policy', scenario({ expect: [{ instance: 'web', policy: 'x' }] }), 'expect[0].policy: no policy "x"'],
    ['a folder of documents that is not there', scenario({ documents: 'docs' }), 'documents: docs is not a folder'],
  ])('%s', (_, content, problem) => {
    expect(problemsOf(content)).toMatch(/^ScenarioError: scenario\.json: /);
    expect(problemsOf(content)).toContain(problem);
  });

  it('tells everything at once', () => {
    const problems = problemsOf(scenario({ instances: [{ name: 'web', state: 'off' }], region: 'here' }));
    expect(problems).toContain('region: found "here"');
    expect(problems).toContain('instances[0].state: found "off"');
  });

  it('names the document that SSM would not take', () => {
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'docs', 'own.yaml'), 'schemaVersion: "0.3"\n');
    expect(problemsOf(scenario({ documents: 'docs' }))).toContain('docs/own.yaml: schemaVersion: found "0.3", allowed: "2.2"');
  });
});

describe('a scenario file that is right', () => {
  it('gets ids that are the same every time and differ between instances', () => {
    const file = write(scenario({ instances: [instance(), instance({ name: 'db' })] }));
    const ids = readScenario(file).fleet.map((member) => member.instance.machine.id);
    expect(ids).toEqual(readScenario(file).fleet.map((member) => member.instance.machine.id));
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => /^i-[0-9a-f]{17}$/.test(id))).toBe(true);
  });

  it('keeps what it says and fills in the rest', () => {
    const volumes = [volume({ tags: { Tier: 'data' } })];
    const { fleet, region, accountId } = readScenario(write(scenario({ instances: [instance({ id: 'i-0123456789abcdef0', volumes })] })));
    expect({ region, accountId }).toEqual({ region: 'eu-west-1', accountId: '111122223333' });
    expect(fleet[0]?.instance).toMatchObject({
      machine: {
        id: 'i-0123456789abcdef0',
        volumes: [{ deviceName: '/dev/sdf', volumeType: 'gp3', sizeMiB: 64, mount: '/data', tags: { Tier: 'data' } }],
      },
      state: 'running',
      platform: 'linux',
      agent: 'online',
      tags: { Name: 'web', Backup: 'nightly' },
    });
  });

  it('takes documents in YAML and in JSON unchanged, under the names of their files', () => {
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'docs', 'a.yaml'), 'schemaVersion: "2.2"\n# theirs\n');
    writeFileSync(join(folder, 'docs', 'b.json'), '{ "schemaVersion":"2.2" }');
    const { documents } = readScenario(write(scenario({ documents: 'docs' })));
    expect(documents).toEqual([
      { name: 'a', content: 'schemaVersion: "2.2"\n# theirs\n', tags: { DLMScriptsAccess: 'true' } },
      { name: 'b', content: '{ "schemaVersion":"2.2" }', tags: { DLMScriptsAccess: 'true' } },
    ]);
  });

  it('turns the names in faults into ids', () => {
    const { faults, fleet } = readScenario(
      write(scenario({ faults: [{ kind: 'late-delivery', instance: 'web', ms: 5, times: 2 }, { kind: 'late-failure' }] })),
    );
    expect(faults).toEqual([
      { kind: 'late-delivery', instanceId: fleet[0]?.instance.machine.id, ms: 5, times: 2 },
      { kind: 'late-failure' },
    ]);
  });

  it("lets the application's commands find its folder, whatever its name", () => {
    const application = { folder: "it's here", start: 'run', ready: 'ok', verify: 'check' };
    const { fleet } = readScenario(write(scenario({ instances: [instance({ application })] })));
    expect(fleet[0]?.instance.machine.application?.start).toBe(`export APPLICATION='${folder}/it'\\''s here'; run`);
  });
});
