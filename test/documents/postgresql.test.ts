import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { findResultLine } from '../../lambda/core/result-line';
import { renderDocument } from '../../ssm-documents/render';
import { AS_POSTGRES, CLUSTER, PRIMARY, postgresql, ROOT_CLUSTER, START, STOP } from '../servers/postgresql-server';
import { describeWith } from '../support/capabilities';
import { type TestCommand, TestFleet, type TestMachine } from '../support/machines';
import { machineOf } from '../support/servers';

type Parameters = Readonly<Record<string, string>>;

const contentOf = (name: string): unknown => parse(renderDocument(join(import.meta.dirname, '../../ssm-documents', name)));
const DOCUMENT = contentOf('postgresql');
const SQL = `${AS_POSTGRES} psql -qAtX`;
const POSTMASTER = `$(head -n 1 ${CLUSTER}/postmaster.pid)`;
const CHECKPOINTER = `$(${SQL} -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")`;

/** The causes of the document for real: a PostgreSQL with its log on another volume, the document sent through the agent. */
describeWith(['postgresql', 'mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'the PostgreSQL document', () => {
  let fleet: TestFleet;
  let machine: TestMachine;
  beforeAll(async () => {
    fleet = await TestFleet.open();
    machine = await fleet.machine(machineOf({ name: 'causes', server: postgresql(), document: 'postgresql' }));
    await machine.start();
  }, 120_000);
  afterAll(() => fleet?.close());

  const must = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await machine.run(script);
    if (code !== 0) throw new Error(`${script}: exit ${code}: ${stderr}${stdout}`);
    return stdout.trim();
  };
  const send = (command: string, executionId: string, parameters: Parameters = {}, document = DOCUMENT): TestCommand => {
    const given = Object.entries({ command, executionId, ...parameters }).map(([name, value]) => [name, [value]] as const);
    return machine.send({ document, parameters: Object.fromEntries(given) });
  };
  const answerOf = async (command: TestCommand) => {
    const [step] = (await command.ended).steps;
    return { code: step?.responseCode, line: findResultLine(step?.stdout ?? ''), stdout: step?.stdout ?? '' };
  };
  const pre = (id: string, parameters?: Parameters) => answerOf(send('pre-script', id, parameters));
  const post = (id: string, parameters?: Parameters) => answerOf(send('post-script', id, parameters));
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await holds()); tries += 1) {
      if (tries > 400) throw new Error(`waited for ${what}`);
      await pause(50);
    }
  };
  /** Frozen mounts, and processes that a document left. */
  const left = async () => ({
    frozen: await machine.frozen(),
    processes: await must(
      'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -oE "guardia[n] [0-9]+ [0-9]+|psql -qAtX -[w]" | sort; exit 0',
    ),
  });
  const NOTHING = { frozen: [], processes: '' };
  /** What a script changed is put right again, whatever came of the test. */
  const while_ = async (begin: string, end: string, body: () => Promise<void>): Promise<void> => {
    await must(begin);
    try {
      await body();
    } finally {
      await must(end);
    }
  };

  test('holds both filesystems from a checkpoint on, and tells the position', async () => {
    const id = randomUUID();
    expect(await pre(id)).toMatchObject({ code: 0, line: { result: 'held', application: { name: 'postgresql', quiesced: true } } });
    expect((await machine.frozen()).toSorted()).toEqual(['/data', '/log']);
    expect(await pre(id)).toMatchObject({ code: 0, line: { result: 'held' } });
    expect(await pre(randomUUID())).toMatchObject({ code: 204 });
    expect(await answerOf(send('pre-script', randomUUID(), {}, contentOf('filesystem')))).toMatchObject({ code: 204 });
    expect(await post(randomUUID())).toMatchObject({ code: 205 });
    expect((await machine.frozen()).length).toBe(2);
    const released = await post(id);
    expect(released).toMatchObject({ code: 0, line: { result: 'released', thawedBy: 'post', application: { quiesced: true } } });
    expect(released.line?.application.coordinates).toMatchObject({ role: 'primary', timeline: '1', lsn: expect.stringContaining('/') });
    expect(released.line?.filesystems.map(({ mount, held }) => `${mount} ${held}`).toSorted()).toEqual(['/data true', '/log true']);
    expect(await post(id)).toMatchObject({ code: 0, line: { result: 'released' } });
    expect(await left()).toEqual(NOTHING);
  });

  test('dry-run names what would be frozen, and makes no checkpoint', async () => {
    const redo = `${SQL} -c 'SELECT checkpoint_lsn FROM pg_control_checkpoint()'`;
    await must(`${SQL} -c "INSERT INTO load VALUES (0, 0, '')"`);
    const before = await must(redo);
    const { code, stdout } = await answerOf(send('dry-run', 'None'));
    const line: unknown = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(line).toMatchObject({ application: 'postgresql', ready: true, exitCode: 0 });
    expect(line).toMatchObject({ checks: expect.arrayContaining([expect.objectContaining({ name: 'server', result: 'ok' })]) });
    expect(line).toMatchObject({
      freeze: expect.arrayContaining([expect.objectContaining({ mount: '/log' }), expect.objectContaining({ mount: '/data' })]),
    });
    expect(await must(redo)).toBe(before);
    expect(await left()).toEqual(NOTHING);
  });

  const down = async (parameters: Parameters, error: string): Promise<void> => {
    expect(await pre(randomUUID(), parameters)).toMatchObject({
      code: 206,
      line: { result: 'failed', error: expect.stringContaining(error) },
    });
    expect(await left()).toEqual(NOTHING);
  };

  test('206 when the server was shut down', () =>
    while_(STOP, START, async () => {
      await down({}, 'no PostgreSQL server runs here');
      await down({ clusters: CLUSTER }, `no server runs in ${CLUSTER}`);
    }));

  test('206 when the server has crashed', () =>
    while_(`kill -KILL ${POSTMASTER}; while kill -0 ${POSTMASTER} 2>/dev/null; do sleep 0.05; done`, START, () =>
      down({ clusters: CLUSTER }, 'is down, and was not shut down'),
    ));

  test('206 while the server recovers', () => {
    const recovering = `${STOP}; touch ${CLUSTER}/recovery.signal; echo "restore_command = 'sleep 600'" >>${CLUSTER}/postgresql.auto.conf; ${START} -W; until [[ $(${SQL} -c 'SELECT 1' 2>&1) == *'the database system is'* ]]; do sleep 0.05; done`;
    const back = `${STOP} -m immediate; rm -f ${CLUSTER}/recovery.signal; : >${CLUSTER}/postgresql.auto.conf; ${START}`;
    return while_(recovering, back, () => down({}, 'the database system is'));
  });

  test('206 in another role than the one asked for', async () => {
    await down({ role: 'replica' }, `${CLUSTER} is a primary, not a replica`);
  });

  test('a warning at the connection is no answer', () =>
    while_(
      `${SQL} -c "CREATE DATABASE other LOCALE_PROVIDER icu ICU_LOCALE 'en' TEMPLATE template0" -c "UPDATE pg_database SET datcollversion = '1' WHERE datname = 'other'"`,
      `${SQL} -c 'DROP DATABASE other'`,
      async () => {
        expect(await must(`${SQL} -d other -c 'SELECT 1' 2>&1`)).toContain('WARNING');
        await down({ database: 'other', role: 'replica' }, `${CLUSTER} is a primary, not a replica`);
        const id = randomUUID();
        expect(await pre(id, { database: 'other', role: 'primary' })).toMatchObject({ code: 0 });
        const { line } = await post(id, { database: 'other' });
        expect(line?.application.coordinates).toMatchObject({ role: 'primary', lsn: expect.stringContaining('/') });
        const told: unknown = JSON.parse((await answerOf(send('dry-run', 'None', { database: 'other' }))).stdout);
        expect(told).toMatchObject({
          checks: expect.arrayContaining([expect.objectContaining({ name: 'server', detail: expect.stringMatching(/^PostgreSQL \d/) })]),
        });
      },
    ));

  test('206 when a cluster came up while the document was at work: its files would not be held', () =>
    while_(ROOT_CLUSTER, `${STOP.replaceAll(CLUSTER, PRIMARY)} || :; rm -r ${PRIMARY} ${PRIMARY}-wal`, async () => {
      await must(STOP.replaceAll(CLUSTER, PRIMARY));
      const id = randomUUID();
      await must(`pid=${CHECKPOINTER}; echo $pid >/run/checkpointer; kill -STOP $pid`);
      const command = send('pre-script', id);
      await until('the checkpoint', async () => (await left()).processes.includes('psql'));
      await must(`${START.replaceAll(CLUSTER, PRIMARY)}; kill -CONT $(</run/checkpointer)`);
      expect(await answerOf(command)).toMatchObject({
        code: 206,
        line: { error: `${PRIMARY} was not there when filesystems were looked for` },
      });
      expect(await left()).toEqual(NOTHING);
    }));

  test('206 when the checkpoint does not end in time', () =>
    while_(`pid=${CHECKPOINTER}; echo $pid >/run/checkpointer; kill -STOP $pid`, 'kill -CONT $(</run/checkpointer)', () =>
      down({ checkpointSeconds: '1' }, 'statement timeout'),
    ));

  test('206, and nothing held, when someone else has frozen the log: theirs stays', () =>
    while_('fsfreeze -f /log', 'fsfreeze -u /log', async () => {
      expect(await pre(randomUUID(), { checkpointSeconds: '1' })).toMatchObject({ code: 206 });
      expect(await left()).toEqual({ frozen: ['/log'], processes: '' });
    }));

  test('a script killed in its checkpoint leaves nothing, and its post-script finds nothing held', async () => {
    const id = randomUUID();
    await while_(`pid=${CHECKPOINTER}; echo $pid >/run/checkpointer; kill -STOP $pid`, 'kill -CONT $(</run/checkpointer)', async () => {
      const command = send('pre-script', id);
      await until('the checkpoint', async () => (await left()).processes.includes('psql'));
      await command.cancel();
      await command.ended;
      await until('the client to end', async () => (await left()).processes === '');
    });
    expect(await post(id)).toMatchObject({ code: 205 });
    expect(await pre(id)).toMatchObject({ code: 201 });
    expect(await left()).toEqual(NOTHING);
  });

  test('203 and thawed when the guardian was killed', async () => {
    const id = randomUUID();
    expect(await pre(id)).toMatchObject({ code: 0 });
    await must(`kill -KILL $(sed -n 's/^guardian=\\([0-9]*\\) .*/\\1/p' /run/stillpoint/attempts/${id}/journal)`);
    expect(await post(id)).toMatchObject({ code: 203 });
    expect(await left()).toEqual(NOTHING);
  });

  test('203 after the guardian has let go by itself', async () => {
    const id = randomUUID();
    expect(await pre(id, { autoThawSeconds: '5' })).toMatchObject({ code: 0 });
    await until('the thaw', async () => (await machine.frozen()).length === 0);
    expect(await post(id)).toMatchObject({ code: 203, line: { result: 'auto-thawed', thawedBy: 'auto-thaw' } });
    expect(await left()).toEqual(NOTHING);
  });

  test('a role without superuser rights: dry-run tells what it lacks, and with the grant of the page it suffices', () =>
    while_(`${SQL} -c 'CREATE ROLE stillpoint LOGIN'`, `${SQL} -c 'DROP ROLE stillpoint'`, async () => {
      const parameters = { databaseUser: 'stillpoint' };
      await must(`echo 'root postgres stillpoint' >>${CLUSTER}/pg_ident.conf; ${SQL} -c 'SELECT pg_reload_conf()'`);
      const told: unknown = JSON.parse((await answerOf(send('dry-run', 'None', parameters))).stdout);
      expect(told).toMatchObject({ exitCode: 206, error: expect.stringContaining('GRANT pg_checkpoint') });
      await must(`${SQL} -c 'GRANT pg_checkpoint TO stillpoint'`);
      const id = randomUUID();
      expect(await pre(id, parameters)).toMatchObject({ code: 0 });
      expect(await post(id, parameters)).toMatchObject({ code: 0, line: { application: { coordinates: { role: 'primary' } } } });
    }));

  test('a pre-script that comes after its post-script begins nothing', async () => {
    const id = randomUUID();
    expect(await post(id)).toMatchObject({ code: 205 });
    expect(await pre(id)).toMatchObject({ code: 201 });
    expect(await left()).toEqual(NOTHING);
  });

  test('finds a cluster by its Debian name', () =>
    while_(
      `mkdir -p /etc/postgresql/15/orders; echo "data_directory = '${CLUSTER}'  # moved" >/etc/postgresql/15/orders/postgresql.conf`,
      'rm -r /etc/postgresql/15/orders',
      async () => {
        const { stdout } = await answerOf(send('dry-run', 'None', { clusters: '15/orders' }));
        expect(JSON.parse(stdout)).toMatchObject({ ready: true, exitCode: 0 });
      },
    ));

  test('tells that data on the root volume is not frozen', () =>
    while_(ROOT_CLUSTER, `${STOP.replaceAll(CLUSTER, PRIMARY)}; rm -r ${PRIMARY}`, async () => {
      const id = randomUUID();
      expect(await pre(id, { port: '5434' })).toMatchObject({
        code: 0,
        line: { filesystems: [{ mount: '/', held: false, reason: 'root' }] },
      });
      expect(await machine.frozen()).toEqual([]);
      const { line } = await post(id);
      expect(line?.filesystems).toMatchObject([{ mount: '/', held: false }]);
    }));

  // No container engine is at hand: a command that behaves like `docker exec -i` and `docker inspect`.
  test('a server in a container', () =>
    while_(
      `cat >/usr/local/bin/docker <<'END'
#!/bin/bash
case $1 in
  exec) shift; [[ $1 != -i ]] || shift; [[ $1 == orders ]] || exit 1; shift; exec "$@" ;;
  inspect) [[ $2 == orders ]] && echo '[{"State": {"Pid": '${POSTMASTER.replaceAll('"', '')}'}}]' ;;
esac
END
      chmod 755 /usr/local/bin/docker`,
      'rm /usr/local/bin/docker',
      async () => {
        const id = randomUUID();
        expect(await pre(id, { container: 'orders' })).toMatchObject({ code: 0 });
        expect((await machine.frozen()).toSorted()).toEqual(['/data', '/log']);
        expect(await post(id)).toMatchObject({ code: 0, line: { application: { coordinates: { role: 'primary' } } } });
        await down({ container: 'invoices' }, 'container invoices is not running');
        // Who may not be told where the data is gets no answer that leaves it out.
        await must(
          `echo 'root root limited' >>${CLUSTER}/pg_ident.conf; ${SQL} -c 'CREATE ROLE limited LOGIN' -c 'GRANT pg_checkpoint TO limited' -c 'SELECT pg_reload_conf()'`,
        );
        await down({ container: 'orders', databaseUser: 'limited' }, 'pg_read_all_settings');
        await must(`${SQL} -c 'DROP ROLE limited'`);
      },
    ));
});
