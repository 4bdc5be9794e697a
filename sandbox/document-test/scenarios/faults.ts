import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench';
import { said } from '../command';
import { judge, must, NotApplicable } from '../line';
import { LINES } from '../lines';
import type { Scenario } from '../scenario';
import { AUTO_THAWED, POST_EXPECTED } from './attempts';

export const autoThaw: Scenario = {
  lines: [LINES.autoThaw],
  run: async (bench) => [
    await judge(LINES.autoThaw, async () => {
      const id = await bench.hold(bench.soon);
      await bench.mustHold('after the pre-script');
      const seconds = await bench.untilThawed(bench.boundSeconds, 'without a post-script');
      await bench.mustBeFree('after the auto-thaw');
      const post = await bench.send('post-script', id);
      must(post.code === AUTO_THAWED, `after the auto-thaw the post-script ${said(post)}, not with 203`);
      return `it fired ${seconds.toFixed(0)} s after the pre-script, and the post-script told 203`;
    }),
  ],
};

/** Each of the volumes in turn is frozen by somebody else. */
export const partialFailure: Scenario = {
  lines: [LINES.partial],
  inapplicable: ({ freezes }) => (freezes ? undefined : 'the document only locks (--no-freeze)'),
  run: async (bench) => [
    await judge(LINES.partial, async () => {
      const codes: (number | undefined)[] = [];
      for (const mount of bench.mounts) codes.push(await partiallyFailed(bench, mount));
      return `${bench.mounts.map((mount, index) => `${mount} frozen by somebody else: ${codes[index]}`).join('; ')}`;
    }),
  ],
};

const partiallyFailed = async (bench: Bench, foreign: string): Promise<number | undefined> => {
  const when = `with ${foreign} frozen by somebody else`;
  await bench.must(`fsfreeze -f ${foreign}`);
  const answer = await bench.send('pre-script', randomUUID(), bench.soon);
  const { own } = await bench.frozen();
  await bench.must(`fsfreeze -u ${foreign} || true`);
  must(answer.code !== 0, `${when}, the pre-script told success`);
  must(answer.code !== undefined, `${when}, the pre-script ${said(answer)}`);
  const left = own.filter((mount) => mount !== foreign);
  must(left.length === 0, `${when}, the pre-script ${said(answer)} and left frozen: ${left.join(', ')}`);
  must(own.includes(foreign), `${when}, the pre-script thawed it`);
  await bench.mustBeFree(`${when}, in the end`);
  await nextAttempt(bench, `${when}, and free again`);
  return answer.code;
};

/** The failed attempt may be undoing for a while, and refuse others. Also shows that the next volume's turn is not merely refused. */
const nextAttempt = async (bench: Bench, when: string): Promise<void> => {
  const limit = Date.now() + bench.boundSeconds * 1_000;
  for (;;) {
    const id = randomUUID();
    const pre = await bench.send('pre-script', id);
    if (pre.code === POST_EXPECTED && Date.now() < limit) continue;
    must(pre.code === 0, `${when}, the next attempt’s pre-script ${said(pre)}`);
    const post = await bench.send('post-script', id);
    return must(post.code === 0, `${when}, the next attempt’s post-script ${said(post)}`);
  }
};

const KILL_POLL_MS = 100;
/** For a freeze that the killed script's children had yet to make. */
const LATE_MS = 1_000;

/** The script is killed, with its process group, right after its first freeze. */
export const kill: Scenario = {
  lines: [LINES.kill],
  run: async (bench) => [
    await judge(LINES.kill, async () => {
      const { freezes } = bench.subject;
      await bench.watchFreezes(true);
      const command = bench.begin('pre-script', randomUUID(), bench.soon);
      while (!command.done() && !(await caught(bench))) await pause(KILL_POLL_MS);
      if (command.done()) {
        const answer = await command.ended;
        must(answer.code === 0, `the pre-script ${said(answer)}`);
        throw new NotApplicable(`the script had ended before it could be killed${freezes ? ' (it freezes without fsfreeze)' : ''}`);
      }
      command.kill();
      await bench.goOn();
      await command.ended;
      const seconds = await bench.untilThawed(bench.boundSeconds, 'after SIGKILL');
      await pause(LATE_MS);
      await bench.mustBeFree('after SIGKILL');
      return `killed at its first freeze, everything was free after ${seconds.toFixed(0)} s`;
    }),
  ],
};

const caught = async (bench: Bench): Promise<boolean> => (await bench.freezesSeen()).length > 0 || (await bench.frozen()).own.length > 0;
