import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';
import { describeCauses } from './support/every-cause';
import { attempt, type Host, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

const STAND_IN = join(import.meta.dirname, 'support/iris');

/** Installs the stand-in of IRIS with these instances, each with its folder; databases and journals beside it. */
const install = async (host: Host, instances: Readonly<Record<string, string>>): Promise<void> => {
  await host.must('useradd -M irisowner; mkdir -m 777 /run/iris');
  for (const name of ['iris', 'irissession']) {
    const text = readFileSync(join(STAND_IN, name), 'utf8');
    await host.must(`cat >/usr/local/bin/${name} <<'END OF TEXT'\n${text}\nEND OF TEXT\nchmod 755 /usr/local/bin/${name}`);
  }
  for (const [name, folder] of Object.entries(instances)) {
    const state = `/run/iris/${name}`;
    await host.must(
      `mkdir -p ${folder}; touch ${folder}/iris.cpf; mkdir -m 777 ${state}; touch ${state}/up; echo ${folder} >${state}/folder`,
    );
  }
};
const suspended = async (host: Host, name = 'IRIS'): Promise<boolean> => (await host.sh(`test -e /run/iris/${name}/suspended`)).code === 0;
const calls = async (host: Host): Promise<readonly string[]> => (await host.must('cat /run/iris/calls')).split('\n');

describeCauses([], {
  document: 'iris',
  setUp: async (host) => {
    await host.volume({ mount: '/srv/data' });
    await install(host, { IRIS: '/srv/data/iris' });
    return { mounts: ['/srv/data'], locked: () => suspended(host) };
  },
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'the iris document, with a stand-in for IRIS', () => {
  test(
    'suspends the write daemon before the freeze, as the user whom IRIS trusts, with time-outs later than the guardian’s',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      const { id, pre, post } = attempt({ outcome: 'created' });

      const held = await host.run('iris', pre);
      expect(held).toMatchObject({
        code: 0,
        line: {
          application: { name: 'iris', quiesced: true, coordinates: { 'IRIS.journal-marker': `Stillpoint ${id}` } },
          filesystems: [{ mount: '/srv/data', held: true }],
        },
      });
      expect(await suspended(host)).toBe(true);
      expect(await calls(host)).toContain(`irisowner IRIS ExternalFreeze(,"Stillpoint ${id}",,,,,600,,,60)`);

      expect(await host.run('iris', post)).toMatchObject({ code: 0, line: { result: 'released' } });
      expect(await suspended(host)).toBe(false);
      expect(await host.frozen('/srv/data')).toBe(false);
      expect((await calls(host)).at(-1)).toBe(`irisowner IRIS ExternalSetHistory(,"Stillpoint ${id}")`);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test.each(['failed', 'unknown'])('records no backup when the snapshots are %s', (outcome) =>
    onHost(async (host) => {
      await install(host, { IRIS: '/opt/iris' });
      const { pre, post } = attempt({ outcome });
      expect(await host.run('iris', pre)).toMatchObject({ code: 0 });
      expect(await host.run('iris', post)).toMatchObject({ code: 0 });
      expect(await suspended(host)).toBe(false);
      expect((await calls(host)).join()).not.toContain('ExternalSetHistory');
    })(),
  );

  test(
    'holds what iris.cpf names: local databases, journals and the write image journal',
    onHost(async (host) => {
      for (const mount of ['/srv/iris', '/srv/db', '/srv/journal', '/srv/alternate', '/srv/wij', '/srv/bystander'])
        await host.volume({ mount });
      await install(host, { IRIS: '/srv/iris' });
      await host.must(`cat >/srv/iris/iris.cpf <<'END'
[Databases]
IRISSYS=/srv/iris/mgr/
USER=/srv/db/user/
REMOTE=/srv/bystander/,OTHER
[Journal]
AlternateDirectory=/srv/alternate/
CurrentDirectory=/srv/journal/
[config]
wijdir=/srv/wij/
END
mkdir -p /srv/iris/mgr /srv/db/user`);
      const { pre, post } = attempt();
      const held = await host.run('iris', pre);
      expect(held.line?.filesystems.map(({ mount }) => mount).sort()).toEqual([
        ...['/srv/alternate', '/srv/db', '/srv/iris', '/srv/journal', '/srv/wij'],
      ]);
      expect(await host.run('iris', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    '201: one of several instances can not be frozen; the others are thawed, whichever comes first',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { FIRST: '/srv/data/a', SECOND: '/srv/data/b', THIRD: '/srv/data/c' });
      await host.must('touch /run/iris/SECOND/freeze-fails');
      expect(await host.run('iris', attempt().pre)).toMatchObject({
        code: 201,
        line: { result: 'failed', error: expect.stringContaining('SECOND: ExternalFreeze, exit code 3') },
      });
      for (const name of ['FIRST', 'SECOND', 'THIRD']) expect(await suspended(host, name)).toBe(false);
      expect((await calls(host)).join()).not.toContain('SECOND ExternalThaw');
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    '202: one of several instances can not be thawed; the others are, and a further post thaws it and records each backup once',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { FIRST: '/srv/data/a', SECOND: '/srv/data/b' });
      const { pre, post } = attempt({ outcome: 'created', autoThawSeconds: '60' });
      await host.run('iris', pre);
      await host.must('touch /run/iris/FIRST/thaw-fails');

      expect(await host.run('iris', post)).toMatchObject({ code: 202, line: { error: expect.stringContaining('FIRST') } });
      expect([await suspended(host, 'FIRST'), await suspended(host, 'SECOND')]).toEqual([true, false]);
      expect(await host.frozen('/srv/data')).toBe(false);

      await host.must('rm /run/iris/FIRST/thaw-fails');
      expect(await host.run('iris', post)).toMatchObject({ code: 0 });
      expect(await suspended(host, 'FIRST')).toBe(false);
      expect(await host.must('wc -l </run/iris/FIRST/history; wc -l </run/iris/SECOND/history')).toBe('1\n1');
    }),
  );

  test(
    '203: the write daemon was resumed by someone else: nothing is claimed, no backup is recorded',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      const { pre, post } = attempt({ outcome: 'created' });
      await host.run('iris', pre);
      await host.must('rm /run/iris/IRIS/suspended');
      expect(await host.run('iris', post)).toMatchObject({ code: 203, line: { application: { quiesced: false } } });
      expect(await host.frozen('/srv/data')).toBe(false);
      expect((await calls(host)).join()).not.toMatch(/ExternalThaw|ExternalSetHistory/);
    }),
  );

  test(
    '203: the auto-thaw resumes the write daemon too, and records no backup',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      const { id, pre, post } = attempt({ outcome: 'created', autoThawSeconds: '5' });
      expect(await host.run('iris', pre)).toMatchObject({ code: 0 });
      await host.untilPhase(id, 'auto-thawed');
      expect(await suspended(host)).toBe(false);
      expect(await host.run('iris', post)).toMatchObject({ code: 203 });
      expect((await calls(host)).join()).not.toContain('ExternalSetHistory');
    }),
  );

  test(
    '206: frozen by someone else, who keeps it',
    onHost(async (host) => {
      await install(host, { IRIS: '/opt/iris' });
      await host.must('touch /run/iris/IRIS/suspended');
      const { pre, post } = attempt();
      expect(await host.run('iris', pre)).toMatchObject({ code: 206, line: { error: 'IRIS is frozen already, by someone else' } });
      expect(await host.run('iris', post)).toMatchObject({ code: 205 });
      expect(await suspended(host)).toBe(true);
    }),
  );

  test.each([
    ['no instance runs', 'rm /run/iris/IRIS/up', {}, 'no instance of IRIS runs here'],
    ['a named instance does not run', 'true', { instances: 'iris,OTHER' }, 'the instance OTHER does not run'],
    ['there is no such user', 'true', { user: 'nobody-here' }, 'there is no user nobody-here'],
    ['the container does not run', 'true', { container: 'missing' }, 'container missing'],
  ])('206: %s', (_, damage, parameters, error) =>
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      await host.must(damage);
      expect(await host.run('iris', attempt(parameters).pre)).toMatchObject({ code: 206, line: { error: expect.stringContaining(error) } });
      expect(await host.frozen('/srv/data')).toBe(false);
    })(),
  );

  test.each([
    ['a primary where a replica is wanted', 'Member Type = Failover; Status = Primary', 'replica', 'IRIS is a primary'],
    ['a backup where a primary is wanted', 'Member Type = Failover; Status = Backup', 'primary', 'IRIS is a replica'],
    [
      'an asynchronous member where a primary is wanted',
      'Member Type = Disaster Recovery; Status = Connected',
      'primary',
      'IRIS is a replica',
    ],
    ['a member that catches up', 'Member Type = Failover; Status = Synchronizing', 'replica', 'IRIS is in its mirror: synchronizing'],
    ['no member of a mirror where a replica is wanted', '', 'replica', 'IRIS is a primary'],
  ])('206: %s', (_, mirror, role, error) =>
    onHost(async (host) => {
      await install(host, { IRIS: '/opt/iris' });
      if (mirror !== '') await host.must(`echo '${mirror}' >/run/iris/IRIS/mirror`);
      expect(await host.run('iris', attempt({ role }).pre)).toMatchObject({ code: 206, line: { error } });
      const { pre, post } = attempt({ role: mirror.includes('Synchronizing') ? 'any' : role === 'primary' ? 'replica' : 'primary' });
      expect(await host.run('iris', pre)).toMatchObject({ code: 0 });
      expect(await host.run('iris', post)).toMatchObject({ code: 0 });
    })(),
  );

  test(
    'a killed script: the instance is thawed with the rest, also when its freeze has not answered',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      await host.must('touch /run/iris/IRIS/freeze-hangs');
      const { id, pre } = attempt({ autoThawSeconds: '5' });
      const script = await host.begin('iris', pre);
      await until('it is frozen', () => suspended(host));
      script.kill();
      await host.untilPhase(id, 'failed');
      expect(await suspended(host)).toBe(false);
      expect(await host.frozen('/srv/data')).toBe(false);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'a killed guardian: post thaws the filesystem and the instance, and records no backup',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      const { id, pre, post } = attempt({ outcome: 'created' });
      await host.run('iris', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}`);
      expect(await host.run('iris', post)).toMatchObject({ code: 203, line: { result: 'failed' } });
      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await suspended(host)).toBe(false);
      expect((await calls(host)).join()).not.toContain('ExternalSetHistory');
    }),
  );

  test(
    'in a container (a stand-in for docker) as its own user, on the filesystem under its volume',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/volume' });
      await install(host, { IRIS: '/srv/inside/iris' });
      const docker = readFileSync(join(import.meta.dirname, 'support/container/docker'), 'utf8');
      await host.must(`cat >/usr/local/bin/docker <<'END OF TEXT'\n${docker}\nEND OF TEXT
        chmod 755 /usr/local/bin/docker; mkdir /srv/volume/iris; touch /srv/volume/iris/iris.cpf
        unshare --mount bash -c 'mount --bind /srv/volume /srv/inside && exec tail -f /dev/null' >/dev/null 2>&1 </dev/null &
        until pgrep -x tail >/run/container; do sleep 0.05; done`);
      const { pre, post } = attempt({ container: 'app' });
      expect(await host.run('iris', pre)).toMatchObject({ code: 0, line: { filesystems: [{ mount: '/srv/volume', held: true }] } });
      expect(await suspended(host)).toBe(true);
      expect(await host.run('iris', post)).toMatchObject({ code: 0 });
      expect(await suspended(host)).toBe(false);
      expect(await calls(host)).toContain('root IRIS ExternalThaw()');
    }),
  );

  test(
    'dry-run names the instances, and changes nothing',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await install(host, { IRIS: '/srv/data/iris' });
      const { stdout } = await host.run('iris', { command: 'dry-run' });
      expect(JSON.parse(stdout)).toMatchObject({ ready: true, exitCode: 0, application: 'iris', freeze: [{ mount: '/srv/data' }] });
      expect(stdout).toContain('IRIS runs, in /srv/data/iris');
      expect(new Set((await calls(host)).map((call) => call.split(' ')[2]))).toEqual(new Set(['IsWDSuspendedExt()']));
    }),
  );
});
