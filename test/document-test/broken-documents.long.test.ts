import { describeWith } from '../support/capabilities';
import { KIT, type Report, rendered, tryDocument } from './kit';
import { changed, plainDocument } from './plain';

jest.setTimeout(600_000);

const LOCK = ['--lock-probe', 'flock -n /run/app.lock true', '--auto-thaw', '2'];

const tryPlain = (changes: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Report> =>
  tryDocument('plain.json', plainDocument(changes), ...LOCK, ...args);

interface Broken {
  readonly what: string;
  readonly changes: Readonly<Record<string, string>>;
  readonly fails: readonly string[];
  readonly seen: RegExp;
}

/** Copies of a document that is not ours, each with one thing broken. */
const BROKEN: readonly Broken[] = [
  {
    what: 'a lock in a client that exits',
    changes: { '  flock 8\n': '  flock /run/app.lock true\n' },
    fails: ['lock'],
    seen: /the probe could write/,
  },
  {
    what: 'no auto-thaw',
    changes: { '  read -r -t "$limit" -u 7\n': '  read -r -u 7\n' },
    fails: ['auto-thaw', 'kill'],
    seen: /still frozen: \/data, \/log/,
  },
  {
    what: 'a freeze without roll-back',
    changes: { '"$mount" || undo': '"$mount" || exit 201' },
    fails: ['partial-failure'],
    seen: /with \/data frozen by somebody else.*left frozen: \/log/,
  },
  {
    what: 'an auto-thaw in the script’s process group',
    changes: { 'setsid bash "$0"': 'bash "$0"' },
    fails: ['kill'],
    seen: /after SIGKILL.*still frozen: \/log/,
  },
];

/** The same of one of ours, which takes no lock. */
const BROKEN_OWN: readonly Broken[] = [
  {
    what: 'no auto-thaw',
    changes: { '((NOW < DEADLINE)) || STOP=${STOP:-deadline}': ':' },
    fails: ['auto-thaw'],
    seen: /still frozen: \/data, \/log/,
  },
  {
    what: 'a freeze without roll-back',
    changes: { 'STOP_OUTCOME=failed': 'STOP_OUTCOME=failed FROZEN=()' },
    fails: ['partial-failure'],
    seen: /frozen by somebody else, the pre-script ended with 20\d .*left frozen: \//,
  },
  {
    what: 'an auto-thaw in the script’s process group',
    changes: { 'exec setsid bash': 'exec bash' },
    fails: ['kill'],
    seen: /after SIGKILL.*still frozen: \/log/,
  },
  {
    what: 'frozen nothing and success',
    changes: { 'freeze_all && hold_may_go_on': 'hold_may_go_on' },
    fails: ['freeze'],
    seen: /after the pre-script, not frozen: \/data, \/log/,
  },
];

const only = (lines: readonly string[]): readonly string[] => lines.flatMap((line) => ['--only', line]);

describeWith(KIT, 'the test kit and documents that are not ours', () => {
  test.concurrent('a sound one passes, its lock too', async () => {
    const report = await tryPlain({});

    expect({ fail: report.of('fail'), untried: report.of('not tried'), na: report.of('not applicable') }).toEqual({
      fail: [],
      untried: [],
      na: [],
    });
    expect(report).toMatchObject({ code: 0, ok: true });
  });

  const expectFailed = (report: Report, { fails, seen }: Broken): void => {
    expect(report.of('fail')).toEqual(fails);
    expect(report.seen(fails[0] ?? '')).toMatch(seen);
    expect(report).toMatchObject({ code: 1, ok: false });
  };

  test.concurrent.each(BROKEN)('$what: fails on the right line', async (broken) => {
    expectFailed(await tryPlain(broken.changes, ...only(broken.fails)), broken);
  });

  test.concurrent.each(BROKEN_OWN)('$what, in a copy of ours: fails on the right line', async (broken) => {
    const document = changed(rendered('filesystem'), broken.changes);
    expectFailed(await tryDocument('filesystem.yaml', document, '--auto-thaw', '2', ...only(broken.fails)), broken);
  });

  test.concurrent('a remount, a freeze of /boot and a filesystem that post forgets: each fails on its line', async () => {
    const changes = {
      '  arm\n': '  arm\n  mount -o remount,noatime /data\n',
      'echo /log /data': 'echo /log /data /boot',
      'for mount in $(cat "$state/frozen")': 'for mount in /data /boot',
    };
    const report = await tryPlain(changes, '--only', 'thaw');

    expect(report.of('fail')).toEqual(['others', 'options', 'thaw']);
    expect(report.seen('others')).toMatch(/frozen as well: \/boot/);
    expect(report.seen('options')).toMatch(/ \/data rw,nodev,noatime /);
    expect(report.seen('thaw')).toMatch(/still frozen: \/log/);
  });

  test.concurrent('wrong answers, and a dry-run that freezes: each fails on its line', async () => {
    const changes = {
      'dry-run) exit 0': 'dry-run) fsfreeze -f /data; fsfreeze -u /data; exit 0',
      '[[ ! -e $state/id ]] || exit 204': '[[ ! -e $state/id ]] || exit 0',
      '[[ -e $state/id ]] || exit 205': '[[ -e $state/id ]] || exit 0',
      '  [[ $(cat "$state/id") == "$id" ]] || exit 205\n': '',
      'end; exit 203': 'end; exit 205',
    };
    const lines = ['dry-run', 'pre-twice', 'post-twice', 'foreign-post', 'auto-thaw'];
    const report = await tryPlain(changes, ...only(lines));

    expect(report.of('fail')).toEqual(lines);
    expect(report.seen('dry-run')).toMatch(/if only for a moment/);
    expect(report.seen('pre-twice')).toMatch(/ended with 0, not with 204/);
    expect(report.seen('post-twice')).toMatch(/without a pre-script it ended with 0/);
    expect(report.seen('foreign-post')).toMatch(/after another attempt’s post-script, not frozen/);
    expect(report.seen('auto-thaw')).toMatch(/ended with 205, not with 203/);
  });

  test.concurrent('a document that only locks passes with --no-freeze, and what is about freezing does not apply', async () => {
    const lines = ['lock', 'partial-failure', 'kill', 'auto-thaw'];
    const report = await tryPlain({ 'echo /log /data': 'echo' }, '--no-freeze', ...only(lines));

    expect({ fail: report.of('fail'), untried: report.of('not tried') }).toEqual({ fail: [], untried: [] });
    expect(report.of('not applicable')).toEqual(['freeze', 'partial-failure', 'kill']);
    expect(report.code).toBe(0);
  });

  test.concurrent('success with nothing frozen: fails on the right line, and the rest is not tried', async () => {
    const report = await tryPlain({ 'echo /log /data': 'echo' });

    expect(report.of('fail')).toEqual(['freeze']);
    expect(report.of('not tried')).toContain('auto-thaw');
    expect(report).toMatchObject({ code: 1, ok: false });
  });

  test.concurrent('a list from lsblk: bind mounts, swap, squashfs and an old lsblk are its traps', async () => {
    const changes = { 'echo /log /data': "lsblk -nro MOUNTPOINTS | grep '^[/[]' | grep -v ^/boot" };
    const report = await tryPlain(changes, ...only(['bind-mount', 'swap', 'read-only', 'squashfs', 'old-tools']));

    expect(report.of('fail')).toEqual(['bind-mount', 'swap', 'squashfs', 'old-tools']);
    expect(report.seen('old-tools')).toMatch(/although the pre-script told success, not frozen/);
  });

  test.concurrent('a background child that holds the output keeps the command open', async () => {
    const report = await tryPlain({ ' </dev/null >/dev/null 2>&1 &': ' &' });

    expect(report.of('fail')).toEqual(['works', 'output']);
    expect(report.seen('works')).toMatch(/a child of it held its output/);
  });

  test.concurrent('a document that hangs is ended', async () => {
    const report = await tryPlain({ '  mkdir "$state"\n': '  sleep 600\n' }, '--timeout', '2');

    expect(report.of('fail')).toEqual(['works']);
    expect(report.seen('works')).toMatch(/did not end in time/);
  });

  test.concurrent('one without the contract’s parameters fails on that line', async () => {
    const text = plainDocument().replaceAll('executionId', 'execution');
    const report = await tryDocument('plain.json', text, ...LOCK);

    expect(report.of('fail')).toContain('contract');
    expect(report.seen('contract')).toMatch(/executionId: missing/);
  });
});
