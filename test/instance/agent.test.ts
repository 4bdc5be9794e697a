import { describeWith } from '../support/capabilities';
import { document, TestFleet, type TestMachine, testVolume } from '../support/machines';
import { REAL } from './needs';

const BACKGROUND_S = 20;

/** The same for both kinds of instances: what a script sees of the agent must not depend on the sandbox's mode. */
const defineAgentContract = (mode: 'real' | 'directory'): void => {
  let fleet: TestFleet;
  let machine: TestMachine;
  beforeAll(async () => {
    fleet = await TestFleet.open({ mode });
    machine = await fleet.machine({ id: 'i-00000000000000001', volumes: [] });
    await machine.start();
  });
  afterAll(() => fleet.close());

  const ended = async (lines: readonly string[], parameters: Record<string, string[]> = {}) => {
    const update = await machine.send({ document: document(...lines), parameters }).ended;
    return { ...update, step: update.steps[0] };
  };

  test.each([
    [0, 'Success', 0],
    [1, 'Failed', 1],
    [168, 'Success', 168],
    [169, 'Failed', 169],
    [194, 'Failed', 194],
    [206, 'Failed', 206],
    [137, 'TimedOut', 137],
  ])('exit %i is %s', async (code, status, responseCode) => {
    expect((await ended([`exit ${code}`])).step).toMatchObject({ status, responseCode });
  });

  test('the exit code is the last command’s: nothing ends a script early', async () => {
    expect((await ended(['false', 'true'])).status).toBe('Success');
  });

  test('dash runs a script whose first line is no interpreter line', async () => {
    expect((await ended(['echo "${BASH_VERSION:-dash}"', '#!/bin/bash'])).step?.stdout).toBe('dash\n');
    expect((await ended(['#!/bin/bash', 'echo "${BASH_VERSION:+bash}"'])).step?.stdout).toBe('bash\n');
  });

  test('the script is a file of mode 0700 in the orchestration folder, run in / with an empty stdin', async () => {
    const { step } = await ended(['stat -c %a "$0"', 'echo "$0"', 'pwd', 'readlink /proc/self/fd/0', 'cat']);
    expect(step?.stdout).toMatch(
      /^700\n.*\/var\/lib\/amazon\/ssm\/i-00000000000000001\/document\/orchestration\/[0-9a-f-]{36}\/script\/_script\.sh\n\/\n\/dev\/null\n$/,
    );
  });

  test('the agent’s variables are set, and HOME is not', async () => {
    const { step } = await ended(['echo "$SSM_COMMAND_ID $AWS_SSM_INSTANCE_ID $AWS_SSM_REGION_NAME ${HOME-unset}"']);
    expect(step?.stdout).toMatch(/^[0-9a-f-]{36} i-00000000000000001 eu-west-1 unset\n$/);
  });

  test('output is cut at 24,000 and 8,000 characters', async () => {
    const { step } = await ended(['head -c 30000 /dev/zero | tr "\\0" a', 'head -c 30000 /dev/zero | tr "\\0" b >&2']);
    expect([step?.stdout.length, step?.stderr.length]).toEqual([24_000, 8_000]);
  });

  test('cancel kills the process group: no trap runs, plain children die, those that called setsid live on', async () => {
    const command = machine.send({
      document: document(
        '#!/bin/bash',
        'cd "$STILLPOINT_ROOT/tmp" && rm -f trapped plain session',
        'trap "touch trapped" EXIT TERM',
        `nohup bash -c 'echo $$ > plain; exec sleep ${BACKGROUND_S}' > /dev/null 2>&1 < /dev/null &`,
        `setsid bash -c 'echo $$ > session; exec sleep ${BACKGROUND_S}' > /dev/null 2>&1 < /dev/null &`,
        'while ! [[ -s plain && -s session ]]; do sleep 0.01; done',
        'touch begun',
        `sleep ${BACKGROUND_S}`,
      ),
    });
    await machine.run('until [[ -e $STILLPOINT_ROOT/tmp/begun ]]; do sleep 0.01; done');
    await command.cancel();
    expect(await command.ended).toMatchObject({ status: 'Cancelled', steps: [{ responseCode: 137 }] });
    // A zombie is dead, and who was sent SIGKILL dies when the kernel next runs it: wait for that, not for luck.
    const look = await machine.run(`cd "$STILLPOINT_ROOT/tmp"; [[ -e trapped ]] && echo trapped
      lives() { grep -q "^State:[[:space:]]*[^ZX]" "/proc/$(<"$1")/status" 2>/dev/null; }
      for tries in {1..100}; do lives plain || break; sleep 0.05; done
      for who in plain session; do if lives "$who"; then echo "$who lives"; fi; done; kill "$(<session)"`);
    expect(look.stdout).toBe('session lives\n');
  });

  test('a step that outlives timeoutSeconds is TimedOut, with what it had said', async () => {
    const limited = {
      schemaVersion: '2.2',
      parameters: { limit: { type: 'String', default: '5' } },
      mainSteps: [
        {
          action: 'aws:runShellScript',
          name: 'slow',
          inputs: { runCommand: ['echo begun', `sleep ${BACKGROUND_S}`], timeoutSeconds: '{{ limit }}' },
        },
      ],
    };
    const update = await machine.send({ document: limited }).ended;
    expect(update).toMatchObject({ status: 'TimedOut', statusDetails: 'Execution Timed Out' });
    expect(update.steps[0]).toMatchObject({ responseCode: 137, stdout: 'begun\n' });
  });

  test('a command stays open while a child holds its stdout', async () => {
    const command = machine.send({
      document: document(
        '#!/bin/bash',
        'cd "$STILLPOINT_ROOT/tmp"; rm -f go',
        'setsid bash -c "until [[ -e go ]]; do sleep 0.01; done; echo late" &',
        'touch left',
        'exit 0',
      ),
    });
    await machine.run('until [[ -e $STILLPOINT_ROOT/tmp/left ]]; do sleep 0.01; done');
    expect(command.updates.at(-1)?.status).toBe('InProgress');
    await machine.run('touch $STILLPOINT_ROOT/tmp/go');
    expect(await command.ended).toMatchObject({ status: 'Success', steps: [{ stdout: 'late\n' }] });
  });

  test('a script that a signal ends is TimedOut, as one that exits 137', async () => {
    expect((await ended(['kill -9 $$'])).step).toMatchObject({ status: 'TimedOut', responseCode: 137 });
  });

  test('five commands run at once and the sixth waits', async () => {
    const folder = '$STILLPOINT_ROOT/tmp/workers';
    const wait = document('#!/bin/bash', `mkdir -p ${folder}; touch ${folder}/$BASHPID; until [[ -e ${folder}/go ]]; do sleep 0.01; done`);
    const commands = Array.from({ length: 6 }, () => machine.send({ document: wait }));
    await machine.run(`until (( $(ls ${folder} 2>/dev/null | wc -l) == 5 )); do sleep 0.01; done`);
    expect(commands.map(({ updates }) => updates.length > 0)).toEqual([true, true, true, true, true, false]);
    await machine.run(`touch ${folder}/go`);
    const statuses = await Promise.all(commands.map(({ ended }) => ended));
    expect(statuses.map(({ status }) => status)).toEqual(Array(6).fill('Success'));
  });

  test('a command that still waits is dropped by cancel', async () => {
    const folder = '$STILLPOINT_ROOT/tmp/dropped';
    const wait = document('#!/bin/bash', `mkdir -p ${folder}; until [[ -e ${folder}/go ]]; do sleep 0.01; done`);
    const running = Array.from({ length: 5 }, () => machine.send({ document: wait }));
    const last = machine.send({ document: document(`touch ${folder}/ran`) });
    await last.cancel();
    expect(await last.ended).toMatchObject({ status: 'Cancelled', steps: [] });
    await machine.run(`mkdir -p ${folder}; touch ${folder}/go`);
    await Promise.all(running.map(({ ended }) => ended));
    expect((await machine.run(`ls ${folder}`)).stdout).toBe('go\n');
  });
};

describeWith(REAL, 'agent of a real instance', () => defineAgentContract('real'));
describe('agent of a directory instance', () => defineAgentContract('directory'));

describeWith(REAL, 'agent and frozen filesystems', () => {
  test('with its folder on a frozen filesystem a command neither starts nor reports until the thaw', async () => {
    const fleet = await TestFleet.open();
    try {
      const machine = await fleet.machine({ id: 'i-00000000000000002', volumes: [testVolume('ext4', '/var/lib/amazon')] });
      await machine.start();
      const freezer = machine.send({ document: document('fsfreeze -f /var/lib/amazon', 'touch /tmp/frozen') });
      await machine.run('until [[ -e /tmp/frozen ]]; do sleep 0.01; done');
      const next = machine.send({ document: document('true') });
      await next.until(({ status }) => status === 'InProgress');
      // The file of the next script is written by a process that hangs in the instance: state D.
      await machine.run('until grep -qs "^State:.D" /proc/[0-9]*/status; do sleep 0.01; done');
      expect([freezer.updates.at(-1)?.status, next.updates.at(-1)?.status]).toEqual(['InProgress', 'InProgress']);
      await machine.run('fsfreeze -u /var/lib/amazon');
      expect([(await freezer.ended).status, (await next.ended).status]).toEqual(['Success', 'Success']);
    } finally {
      await fleet.close();
    }
  });
});
