import { runScenario } from '../../sandbox/cli/run-scenario';
import type { Scenario } from '../../sandbox/scenario/scenario';
import { capturedTerminal } from './support/captured-terminal';
import { closingEvent, DATABASE, request, scriptEvent, WEB } from './support/events';
import { type FakeSandbox, fakeSandbox } from './support/fake-sandbox';
import { policy, scenarioOf } from './support/scenario';

const run = async (sandbox: FakeSandbox, scenario: Scenario = scenarioOf()) => {
  const terminal = capturedTerminal();
  const differences = await runScenario({
    scenario,
    sandbox,
    mode: 'real',
    terminal,
    elapsed: () => 0,
    interrupted: new AbortController().signal,
  });
  return { text: terminal.text(), differences };
};

const success = [scriptEvent({}), scriptEvent({ stage: 'POST' }), closingEvent()];

describe('a run of a scenario', () => {
  it('fires, waits, restores each set and is as expected', async () => {
    const sandbox = fakeSandbox({ events: success });
    const { differences } = await run(sandbox);
    expect(sandbox.calls).toEqual(['fire nightly/Daily', 'idle', `verify ${WEB} snap-00000000000000001 snap-00000000000000002`]);
    expect(differences).toEqual([]);
  });

  it('shows stages, cause, attempts, consistency, freeze window and snapshots of every execution', async () => {
    const failed = closingEvent({
      instanceId: DATABASE,
      fields: { result: 'failed', cause: '206', consistency: 'none', reason: 'pre-failed', resources: [], freeze_window_ms: null },
    });
    const events = [...success, scriptEvent({ instanceId: DATABASE, result: 'failed', cause: '206' }), failed];
    const { text } = await run(fakeSandbox({ events }));
    expect(text).toContain(
      [
        'instance  policy   stages        cause  attempts  consistency  freeze ms  snapshots',
        '--------  -------  ------------  -----  --------  -----------  ---------  ----------------------',
        'web       nightly  pre success   -             1  application         42  snap-00000000000000001',
        '                   post success                                           snap-00000000000000002',
        'database  nightly  pre 206       206           1  none                 -  -',
      ].join('\n'),
    );
    expect(text).toContain('database: none: pre-failed');
  });

  it("tells the application's verdict on a broken copy, and that nobody expected it", async () => {
    const verify = { code: 1, stdout: 'checked 12 entries\n', stderr: 'entry 7 is missing\n' };
    const { text, differences } = await run(fakeSandbox({ events: success, verify }));
    expect(text).toContain('web: broken (entry 7 is missing)');
    expect(differences).toEqual([{ instance: 'web', field: 'restored', expected: 'whole', found: 'broken' }]);
  });

  it('sees by the requests that an instance was touched', async () => {
    const scenario = scenarioOf({ expect: [{ instance: 'database', untouched: true }] });
    const { differences } = await run(fakeSandbox({ requests: [request('SendCommand', [DATABASE])] }), scenario);
    expect(differences).toEqual([{ instance: 'database', field: 'untouched', expected: 'true', found: 'SendCommand' }]);
  });

  it('sees what was left frozen', async () => {
    const { differences } = await run(fakeSandbox({ events: success, frozen: new Map([[DATABASE, ['/data']]]) }));
    expect(differences).toEqual([{ instance: 'database', field: 'frozen', expected: 'nothing', found: '/data' }]);
  });
});

describe('schedules', () => {
  const policies = new Map([
    ['nightly', policy('cron(0 3 * * ? *)')],
    ['other', policy('cron(0 3 * * ? *)', 'other')],
    ['noon', policy('cron(0 12 * * ? *)')],
  ]);
  const fire = ['nightly', 'other', 'noon'].map((id) => ({ policy: id, schedule: 'Daily' }));

  it('of the same time fire together, others after all is at rest', async () => {
    const sandbox = fakeSandbox();
    await run(sandbox, scenarioOf({ policies, fire }));
    expect(sandbox.calls).toEqual(['fire nightly/Daily', 'fire other/Daily', 'idle', 'fire noon/Daily', 'idle']);
  });
});
