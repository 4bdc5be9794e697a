import { type KitOptions, parseKitArguments } from '../../sandbox/document-test/arguments';
import { readSubject, type Subject } from '../../sandbox/document-test/subject';
import { runKit, withFile } from './kit';
import { plainDocument } from './plain';

const options = (...args: readonly string[]): KitOptions => {
  const parsed = parseKitArguments(args);
  if (parsed.kind !== 'run') throw new Error(parsed.kind === 'wrong' ? parsed.message : parsed.kind);
  return parsed.options;
};

const complaint = (...args: readonly string[]): string => {
  const parsed = parseKitArguments(args);
  return parsed.kind === 'wrong' ? parsed.message : parsed.kind;
};

describe('the command line of the test kit', () => {
  test('a file alone: two volumes, /boot beside them', () => {
    expect(options('my.yaml')).toMatchObject({
      file: 'my.yaml',
      volumes: [
        { mount: '/data', filesystem: 'ext4' },
        { mount: '/log', filesystem: 'xfs' },
      ],
      bystanders: ['/boot'],
      freezes: true,
      json: false,
    });
  });

  test('a server’s name stands for its data on the volumes, how to start it, and what a lock must stop', () => {
    const { prepare, server, lockProbe } = options('my.yaml', '--server', 'mariadb', '--volume', '/srv/db', '--volume', '/srv/log');
    expect(prepare).toMatch(/mariadb\.sh' prepare \/srv\/db \/srv\/log$/);
    expect(server?.ready).toMatch(/mariadb\.sh' ready \/srv\/db \/srv\/log$/);
    expect(lockProbe).toMatch(/mariadb\.sh' probe \/srv\/db \/srv\/log$/);
    expect(options('my.yaml', '--server', 'postgresql')).not.toHaveProperty('lockProbe');
    expect(options('my.yaml', '--server', 'mariadb', '--lock-probe', 'mine')).toMatchObject({ lockProbe: 'mine' });
    expect(options('my.yaml', '--server', 'mine', '--ready', 'true')).toMatchObject({ server: { start: 'mine', ready: 'true' } });
  });

  test.each([
    [[], /which document/],
    [['a.yaml', 'b.yaml'], /one document at a time/],
    [['a.yaml', '--paramter', 'a=b'], /did you mean parameter/],
    [['a.yaml', '--parameter', 'a'], /allowed: NAME=VALUE/],
    [['a.yaml', '--volume', 'data'], /allowed: an absolute path/],
    [['a.yaml', '--volume', '/data:btrfs'], /found btrfs, allowed: ext4, xfs/],
    [['a.yaml', '--volume', '/da ta; reboot'], /allowed: an absolute path/],
    [['a.yaml', '--server', 'sleep 1'], /--server and --ready belong together/],
    [['a.yaml', '--no-freeze'], /--no-freeze needs --lock-probe/],
    [['a.yaml', '--server', 'mariadb', '--ready', 'true'], /--server mariadb brings its own --prepare and --ready/],
    [['a.yaml', '--bystander', '/data'], /two filesystems at \/data/],
    [['a.yaml', '--volume', '/dev/data'], /no filesystem can be mounted at \/dev\/data/],
    [['a.yaml', '--folder', '/no/such/folder'], /there is no \/no\/such\/folder/],
    [['a.yaml', '--at-once', '0'], /--at-once: found 0, allowed: 1 to 16/],
    [['a.yaml', '--auto-thaw', '0'], /--auto-thaw: found 0, allowed: 1 to 600/],
    [['a.yaml', '--only', 'frieze'], /did you mean freeze/],
  ])('%j is told', (args, message) => {
    expect(complaint(...args)).toMatch(message);
  });

  const subjectOf = (text: string, ...args: readonly string[]): Promise<Subject | string> =>
    withFile('plain.json', text, async (file) => {
      const read = readSubject(options(file, ...args));
      return read.ok ? read.value : read.message;
    });

  test.each([
    ['not: [a, document', [], /is neither YAML nor JSON/],
    ['just words', [], /is not an SSM document/],
    ['schemaVersion: "2.2"', [], /it has no mainSteps/],
    [plainDocument(), ['--parameter', 'autoThawSecond=3'], /no such parameter; did you mean autoThawSeconds/],
    [plainDocument(), ['--parameter', 'autoThawSeconds=soon'], /found "soon", allowed: what matches/],
    [plainDocument(), ['--parameter', 'command=pre-script'], /the kit gives this one itself/],
  ])('a document or parameter that can’t be right is told: %#', async (text, args, message) => {
    expect(await subjectOf(text, ...args)).toMatch(message);
  });

  test('a document with a parameter autoThawSeconds is given a short time, unless the user gives one', async () => {
    expect(await subjectOf(plainDocument())).toMatchObject({ autoThaw: { seconds: 4, parameter: 'autoThawSeconds' } });
    expect(await subjectOf(plainDocument(), '--parameter', 'autoThawSeconds=9')).toMatchObject({
      parameters: { autoThawSeconds: ['9'] },
      autoThaw: { seconds: 9 },
    });
    expect(await subjectOf(plainDocument().replaceAll('autoThawSeconds', 'patience'))).toMatchObject({
      autoThaw: { seconds: 60 },
    });
  });

  test('a file that is not there: exit code 2, in a sentence', async () => {
    const { code, stdout, stderr } = await runKit('no-such-file.yaml');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^no-such-file\.yaml: cannot be read/);
  });

  test('a machine that can’t freeze: exit code 2, in a sentence', async () => {
    process.env['STILLPOINT_SANDBOX_MODE'] = 'directory';
    try {
      const { code, stderr } = await withFile('plain.json', plainDocument(), (file) => runKit(file));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^The test kit freezes real filesystems, and can't here/);
    } finally {
      delete process.env['STILLPOINT_SANDBOX_MODE'];
    }
  });
});
