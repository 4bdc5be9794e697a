import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'the guardian', () => {
  test.each(['TERM', 'HUP', 'INT'])('thaws and releases on %s', (signal) =>
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('release', 'echo "$1" >>/run/app/released');
      const { id, pre, post } = attempt();
      await host.run('scripted', pre);

      await host.must(`kill -${signal} ${await host.guardian(id)}`);
      await host.untilPhase(id, 'auto-thawed');
      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await host.must('cat /run/app/released')).toBe('unknown');
      const post1 = await host.run('scripted', post);
      expect(post1).toMatchObject({ code: 203, line: { thawedBy: 'auto-thaw' } });
      expect(post1.line?.error).toContain(signal);
    })(),
  );

  test(
    'has a session of its own, no output of the script, and a HOME',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'printf "%s\\n" "$HOME" >/run/app/home');
      const { id, pre, post } = attempt();
      const command = await host.begin('scripted', pre);
      await command.answer; // ends although the guardian goes on: it does not hold the output

      const guardian = await host.guardian(id);
      const fields = (await host.must(`sed 's/.*) //' /proc/${guardian}/stat`)).split(' ');
      expect(fields[3]).toBe(guardian); // session leader
      // At times it reads the clock, through a file that is open for a moment.
      const links = `readlink /proc/${guardian}/fd/0 /proc/${guardian}/fd/1; readlink /proc/${guardian}/cwd`;
      await until('nothing of the script is open', async () => (await host.sh(links)).stdout === '/dev/null\n/dev/null\n/\n');
      expect((await host.sh(`readlink /proc/${guardian}/fd/*`)).stdout).not.toMatch(/pipe:|stillpoint\/lock/);
      expect(await host.must('cat /run/app/home')).toBe('/root');
      expect(await host.must(`cat /proc/${guardian}/oom_score_adj`)).toBe(
        await host.must('echo -1000 2>/dev/null >/proc/self/oom_score_adj; cat /proc/self/oom_score_adj'),
      );
      await host.run('scripted', post);
    }),
  );

  test(
    'understands a word that comes in two pieces',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('release', 'echo "$1" >/run/app/outcome');
      const { id, pre } = attempt();
      await host.run('scripted', pre);
      const control = `/run/stillpoint/attempts/${id}/control`;
      // Between the pieces lies more than the guardian listens at a time; if it were not so, nothing would fail.
      await host.must(`printf 'release cre' >${control}; sleep 0.5; printf 'ated\\n' >${control}`);

      await host.untilPhase(id, 'released');
      expect(await host.must('cat /run/app/outcome')).toBe('created');
    }),
  );

  test(
    'thaws a filesystem that was lazily unmounted while frozen',
    onHost(async (host) => {
      const device = await host.volume({ mount: '/srv/data' });
      const { pre, post } = attempt();
      await host.run('filesystem', pre);
      await host.must('umount -l /srv/data');

      expect(await host.run('filesystem', post)).toMatchObject({ code: 0, line: { filesystems: [{ mount: '/srv/data', held: true }] } });
      await host.must(`mount ${device} /srv/data`);
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'killed itself: the post-script thaws instead, and does not call it held',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt();
      await host.run('filesystem', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}`);
      expect(await host.frozen('/srv/data')).toBe(true);

      const answer = await host.run('filesystem', post);
      expect(answer).toMatchObject({
        code: 203,
        line: { result: 'failed', thawedBy: 'post', filesystems: [{ held: false, reason: 'guardian-lost' }] },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'killed itself: the next pre-script thaws what it held, and begins',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const first = attempt();
      const second = attempt();
      await host.run('filesystem', first.pre);
      await host.must(`kill -KILL ${await host.guardian(first.id)}`);

      expect(await host.run('filesystem', second.pre)).toMatchObject({ code: 0, line: { result: 'held' } });
      expect(await host.run('filesystem', first.post)).toMatchObject({ code: 203 });
      expect(await host.frozen('/srv/data')).toBe(true); // the second's
      expect(await host.run('filesystem', second.post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'freezes nothing when its script was killed before',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'touch /run/app/quiescing; until [[ -e /run/app/go ]]; do sleep 0.02; done');
      await host.hook('release', 'echo "$1" >>/run/app/released');
      const { id, pre } = attempt();
      const command = await host.begin('scripted', pre);
      await until('quiescing', async () => (await host.sh('ls /run/app/quiescing')).code === 0);
      command.kill();
      await command.answer;
      await host.must('touch /run/app/go');

      await host.untilPhase(id, 'failed');
      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await host.must('cat /run/app/released')).toBe('failed');
      expect(await host.journal(id, 'frozen.0')).toBe('');
    }),
  );

  test(
    'gives up a quiesce that takes longer than the auto-thaw',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'session_open cat || return; session_expect "^never$" 30');
      const { pre } = attempt({ autoThawSeconds: '1' });

      const answer = await host.run('scripted', pre);
      expect(answer).toMatchObject({ code: 201, line: { result: 'failed', error: 'not held within 1 s' } });
      expect(await host.frozen('/srv/data')).toBe(false);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'tells when someone else thawed a filesystem in between',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { pre, post } = attempt();
      await host.run('filesystem', pre);
      await host.must('fsfreeze -u /srv/data');

      expect(await host.run('filesystem', post)).toMatchObject({
        code: 203,
        line: { result: 'failed', filesystems: [{ held: false, reason: 'thawed-by-other' }] },
      });
    }),
  );

  test(
    'leaves a foreign freeze as it was, and says 204',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must('fsfreeze -f /srv/data');
      const { pre, post } = attempt();

      const answer = await host.run('filesystem', pre);
      expect(answer).toMatchObject({ code: 204, line: { filesystems: [{ held: false, reason: 'frozen-by-other' }] } });
      expect(await host.frozen('/srv/data')).toBe(true);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 205 });
      expect(await host.frozen('/srv/data')).toBe(true);
      await host.must('fsfreeze -u /srv/data');
    }),
  );
});
