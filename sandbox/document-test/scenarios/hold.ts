import { randomUUID } from 'node:crypto';
import type { Bench } from '../bench';
import { type Answer, said } from '../command';
import { type Finding, judge, must, NotApplicable } from '../line';
import { LINES } from '../lines';
import type { Scenario } from '../scenario';

/** A dry-run. */
export const dryRun: Scenario = {
  lines: [LINES.dryRun],
  run: async (bench) => [
    await judge(LINES.dryRun, async () => {
      await bench.watchFreezes(false);
      const before = await look(bench);
      const answer = await bench.send('dry-run', randomUUID());
      must(answer.code === 0, `it ${said(answer)}`);
      must((await bench.freezesSeen()).length === 0, 'it froze, if only for a moment');
      await bench.mustBeFree('afterwards');
      const after = await look(bench);
      must(after.mounts === before.mounts, 'it changed the mounts');
      must(after.files === before.files, 'it changed files on the application’s filesystems');
      await bench.mustBeAlone();
      return 'no freeze, no change, no process left';
    }),
  ],
};

/** A server writes on by itself, so then its files can't tell. */
const look = async (bench: Bench): Promise<{ readonly mounts: string; readonly files: string }> => ({
  mounts: await bench.mountTable(),
  files: bench.subject.server === undefined ? await bench.files() : '',
});

/** One attempt from pre-script to post-script, as in production. The other lines are only worth trying when this one works. */
export const hold: Scenario = {
  lines: [LINES.works, LINES.output, LINES.freeze, LINES.others, LINES.options, LINES.thaw],
  run: async (bench) => {
    const { subject } = bench;
    await bench.must(subject.volumes.map(({ mount }) => `mount -o remount,strictatime,nodev ${mount}`).join(' && '));
    const before = await bench.mountTable();
    const id = randomUUID();
    const pre = await bench.send('pre-script', id);
    if (pre.code !== 0) return [await failed(`the pre-script ${said(pre)}`), await outputFree(pre)];
    const freeze = await judge(LINES.freeze, () => freezeHolds(bench));
    const others = await judge(LINES.others, () => othersFree(bench));
    const during = await bench.mountTable();
    const post = await bench.send('post-script', id);
    const output = await outputFree(pre, post);
    const thaw = await judge(LINES.thaw, () => thawed(bench));
    const options = await judge(LINES.options, async () => {
      for (const table of [during, await bench.mountTable()]) must(table === before, `changed: ${firstDifference(before, table)}`);
      return 'the mount table is the same before, during and after';
    });
    // What froze nothing has nothing to thaw: its post-script's complaint is the freeze's line, and no line of its own.
    const works =
      post.code === 0 || freeze.result === 'fail'
        ? await judge(LINES.works, async () => 'both ended with 0')
        : await failed(`the post-script ${said(post)}`);
    return [works, output, freeze, others, options, thaw];
  },
};

const outputFree = (pre: Answer, post?: Answer): Promise<Finding> =>
  judge(LINES.output, async () => {
    must(!pre.heldOutput, 'the pre-script has ended, and its command has not');
    must(post?.heldOutput !== true, 'the post-script has ended, and its command has not');
    return 'the commands ended with their scripts';
  });

const failed = (seen: string): Promise<Finding> =>
  judge(LINES.works, async () => {
    must(false, seen);
    return '';
  });

const freezeHolds = async (bench: Bench): Promise<string> => {
  if (!bench.subject.freezes) throw new NotApplicable('the document only locks (--no-freeze)');
  await bench.mustHold('after the pre-script');
  const waits = await bench.unwritable('half a second');
  const wrote = bench.mounts.filter((mount) => !waits.includes(mount));
  must(wrote.length === 0, `a write got through on ${wrote.join(', ')}`);
  await bench.mustHold('a little later');
  return `a writer waits on each of ${bench.mounts.join(', ')}`;
};

const othersFree = async (bench: Bench): Promise<string> => {
  const { others } = await bench.frozen();
  must(others.length === 0, `frozen as well: ${others.join(', ')}`);
  const elsewhere = ['/', '/tmp', '/run', ...bench.subject.bystanders];
  const waits = await bench.unwritable('long', elsewhere);
  must(waits.length === 0, `a writer waits on ${waits.join(', ')}`);
  return `writes go on on ${elsewhere.join(', ')}`;
};

const thawed = async (bench: Bench): Promise<string> => {
  await bench.mustBeFree('after the post-script');
  const waits = await bench.unwritable('long');
  must(waits.length === 0, `a writer waits on ${waits.join(', ')}`);
  await bench.mustBeAlone();
  return 'writers go on, and no process is left';
};

const firstDifference = (before: string, after: string): string => {
  const known = new Set(before.split('\n'));
  const changed = after.split('\n').find((line) => !known.has(line));
  return changed ?? 'a mount is gone';
};

/** The lock alone: the kit thaws what the document froze, so that only the lock can stop a write. */
export const lock: Scenario = {
  lines: [LINES.lock],
  inapplicable: ({ lockProbe }) => (lockProbe === undefined ? 'no --lock-probe was given, so a lock was not looked for' : undefined),
  run: async (bench) => [
    await judge(LINES.lock, async () => {
      const id = await bench.hold();
      await bench.thawAll();
      must(await bench.locked(), 'thawed by the kit, the probe could write');
      await bench.send('post-script', id);
      await bench.mustBeFree('after the post-script');
      return 'the probe could not write, and could again after the post-script';
    }),
  ],
};
