import { findResultLine } from '../../lambda/core/result-line';
import { describeWith } from '../support/capabilities';
import { attempt, type Host, onHost } from './support/host';
import { until } from './support/process';
import { type DocumentName, documentNamed, scriptOf } from './support/rendered';

jest.setTimeout(60_000);

/** What SSM keeps of an output; the rest of it is lost. */
const KEPT = 24_000;

/** Runs a document with nothing in its environment but what is given. */
const runWith = async (host: Host, environment: string, document: DocumentName, parameters: Readonly<Record<string, string>>) => {
  await host.must(`cat >/var/script <<'END'\n${scriptOf(documentNamed(document), parameters)}\nEND\nchmod 700 /var/script`);
  const ended = await host.sh(`umask 000; env -i ${environment} /bin/sh -c /var/script`);
  return { ...ended, line: findResultLine(ended.stdout) };
};

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'the surroundings of a document', () => {
  test(
    'nothing of the environment gets into it, and nobody else may read what it writes',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'echo /etc; echo /srv/data');
      await host.hook('quiesce', 'session_open cat && session_send locked && session_expect "^locked$" 5');
      await host.hook('release', 'session_send unlocked && session_expect "^unlocked$" 5 && echo "$SESSION_LINE" >/run/app/last');
      const { pre, post } = attempt();
      const words = 'FD=3 PENDING=1 FROZEN=1 ENDED=1 KEEP=1 LOST=1 VERIFIED=1 THAWED_AT=1 CONTAINER=docker TMOUT=1 LC_ALL=de_DE.UTF-8';
      expect(await runWith(host, words, 'scripted', pre)).toMatchObject({ code: 0, line: { result: 'held' } });
      expect(await host.frozen('/srv/data')).toBe(true);
      expect(await runWith(host, words, 'scripted', post)).toMatchObject({ code: 0, line: { thawedAt: expect.stringMatching(/Z$/) } });
      expect(await host.must('cat /run/app/last')).toBe('unlocked');
      expect(await host.must('find /run/stillpoint -perm /077 ! -type l')).toBe('');
    }),
  );

  test(
    'a mount point with a line end, a quote and a backslash',
    onHost(async (host) => {
      const odd = '/srv/a\nb "c" \\d\t\'e\'';
      await host.volume({ mount: '/srv/data' });
      await host.must(`mkdir $'/srv/a\\nb "c" \\\\d\\t\\'e\\'' && mount --move /srv/data $'/srv/a\\nb "c" \\\\d\\t\\'e\\''`);
      const { pre, post } = attempt();
      expect(await host.run('filesystem', pre)).toMatchObject({ code: 0, line: { filesystems: [{ mount: odd, held: true }] } });
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0, line: { filesystems: [{ mount: odd, held: true }] } });
    }),
  );

  test(
    'what the application says at length leaves the result line within what SSM keeps',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('coordinates', 'for n in {1..40}; do printf "k%s=%05000d\\n" $n 0; done');
      await host.hook('release', '[[ ! -e /run/fail ]] || fail "$(printf %030000d 0)"');
      const { pre, post } = attempt();
      const held = await host.run('scripted', pre);
      expect(held.line?.filesystems).toMatchObject([{ held: true }]);
      expect(held.stdout.length).toBeLessThan(KEPT);
      expect(Object.values(held.line?.application.coordinates ?? {})).toContain(`${'0'.repeat(3000)}...`);
      expect(held.stderr).toContain('left out: coordinate.k');

      await host.must('touch /run/fail');
      const failed = await host.run('scripted', post);
      expect(failed).toMatchObject({ code: 202, line: { result: 'failed' } });
      expect(failed.stdout.length).toBeLessThan(KEPT);
      await host.must('rm /run/fail');
      expect(await host.run('scripted', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'what a hook prints stays out of the output when the post-script runs it in the place of a killed guardian',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('release', 'echo from the hook');
      const { id, pre, post } = attempt();
      await host.run('scripted', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}`);
      const answer = await host.run('scripted', post);
      expect(answer).toMatchObject({ code: 203, stderr: expect.stringContaining('from the hook') });
      expect(answer.stdout.trim().split('\n')).toHaveLength(1);
    }),
  );

  test(
    'a process that got the id of an ended session is neither taken for it nor ended',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook(
        'quiesce',
        'session_open cat && session_send locked && session_expect "^locked$" 5; echo "$SESSION_PID" >/run/app/session',
      );
      const { pre, post } = attempt();
      await host.run('scripted', pre);
      const session = await host.must('cat /run/app/session');
      await host.must(`kill -KILL ${session}`);
      await until('the session has ended', async () => (await host.sh(`[[ -e /proc/${session} ]]`)).code !== 0);
      await host.must(`for tries in {1..50}; do
          echo $((${session} - 1)) >/proc/sys/kernel/ns_last_pid
          setsid sleep 600 </dev/null >/dev/null 2>&1 & [[ $! != ${session} ]] || exit 0; kill $!
        done; exit 1`);

      const answer = await host.run('scripted', post);
      expect(answer).toMatchObject({ code: 203, line: { error: expect.stringContaining('the session has ended') } });
      expect(await host.must(`cat /proc/${session}/comm`)).toBe('sleep');
    }),
  );
});
