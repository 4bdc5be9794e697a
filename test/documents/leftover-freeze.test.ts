import { describeWith } from '../support/capabilities';
import { hinder } from './support/hinder';
import { attempt, type Host, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

const exists = async (host: Host, file: string): Promise<boolean> => (await host.sh(`[[ -e ${file} ]]`)).code === 0;

/** A freeze that does not end as long as /run/slow is there. /run/slowed: one has begun. */
const SLOW = 'if [[ $1 == -f && -e /run/slow ]]; then touch /run/slowed; until [[ ! -e /run/slow ]]; do sleep 0.02; done; fi';

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'a freeze that succeeds when nobody waits for it any more', () => {
  test(
    'is thawed when it was the second one, which only verifies the first',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await hinder(host, `[[ $1 != -f || -e /run/once ]] || { touch /run/once /run/slow; exec /run/fsfreeze "$@"; }; ${SLOW}`);
      const { id, pre } = attempt({ autoThawSeconds: '3' });
      const command = await host.begin('filesystem', pre);
      await until('the first is thawed', async () => (await host.journal(id, 'thawed.0')) !== '');
      await host.must('rm /run/slow');

      expect(await command.answer).toMatchObject({ code: 201, line: { error: 'not held within 3 s' } });
      await until('no process', async () => (await host.processes()).length === 0);
      expect(await host.frozen('/srv/a')).toBe(false);
    }),
  );

  test(
    'is thawed when its whole session was told to end (a stopped service, a shutdown)',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await hinder(host, SLOW);
      await host.must('touch /run/slow');
      const { id, pre } = attempt();
      const command = await host.begin('filesystem', pre);
      await until('a freeze has begun', () => exists(host, '/run/slowed'));
      await host.must(`kill -TERM -- -${await host.guardian(id)}`);
      await host.must('rm /run/slow');

      expect(await command.answer).toMatchObject({ code: 201, line: { error: 'ended by TERM' } });
      await until('no process', async () => (await host.processes()).length === 0);
      expect(await host.frozen('/srv/a')).toBe(false);
    }),
  );

  test(
    'is thawed when its command was killed, which says nothing of what the kernel did',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await hinder(host, '[[ $1 != -f || -e /run/once ]] || { touch /run/once; /run/fsfreeze "$@"; kill -KILL $BASHPID; }');
      expect(await host.run('filesystem', attempt().pre)).toMatchObject({
        code: 201,
        line: { error: 'fsfreeze was killed (exit code 137)' },
      });
      expect(await host.frozen('/srv/a')).toBe(false);
    }),
  );

  test(
    'is waited for by the post-script when the guardian was killed meanwhile',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      // It ends only after the post-script has begun.
      await hinder(
        host,
        `${SLOW.replace('fi', 'sleep 0.5; fi')}`.replace('[[ ! -e /run/slow ]]', 'compgen -G "/run/stillpoint/attempts/*/post.seen"'),
      );
      await host.must('touch /run/slow');
      const { id, pre, post } = attempt();
      const command = await host.begin('filesystem', pre);
      await until('a freeze has begun', () => exists(host, '/run/slowed'));
      await host.must(`kill -KILL ${await host.guardian(id)}`);
      expect(await command.answer).toMatchObject({ code: 201 });

      expect(await host.run('filesystem', post)).toMatchObject({ code: 203, line: { thawedBy: 'post' } });
      await host.must('rm /run/slow');
      await until('no process', async () => (await host.processes()).length === 0);
      expect(await host.frozen('/srv/a')).toBe(false);
    }),
  );
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'a guardian that was told to end and can not thaw', () => {
  test(
    'tries again each second, and no faster',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await hinder(host, '[[ $1 != -u || ! -e /run/refuse ]] || { read -r now _ </proc/uptime; echo "$now" >>/run/tried; exit 1; }');
      await host.must('touch /run/refuse');
      const { id, pre } = attempt();
      await host.run('filesystem', pre);
      await host.must(`kill -TERM ${await host.guardian(id)}`);
      const tried = async (): Promise<readonly number[]> => (await host.sh('cat /run/tried')).stdout.trim().split('\n').map(Number);
      await until('three attempts', async () => (await tried()).length >= 3);
      await host.must('rm /run/refuse');

      const times = await tried();
      for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(0.9);
      await host.untilPhase(id, 'auto-thawed');
      expect(await host.frozen('/srv/a')).toBe(false);
    }),
  );
});
