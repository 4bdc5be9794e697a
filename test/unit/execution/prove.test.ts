import type { Attempt } from '../../../lambda/core/execution/facts';
import { prove } from '../../../lambda/core/execution/prove';
import type { ResultLine } from '../../../lambda/core/result-line';
import * as f from './fixtures';

const proven = (post: Partial<ResultLine> = {}, changes: Partial<Attempt> = {}): Attempt =>
  f.attempt({ pre: f.succeeded(f.preLine()), set: f.created, posts: [f.succeeded(f.line(post))], ...changes });
const [first, second] = f.line().filesystems;
const filesystem = (changes: object) => ({ ...first!, ...changes });

const onRoot = (changes: object = {}, application: object = {}, atPost: object = {}): Attempt => {
  const root = { ...first!, mount: '/', held: false, reason: 'root', synced: true, ...changes };
  const lines = { filesystems: [root, second!], application: { name: 'mysql', quiesced: true, writeLocked: true, ...application } };
  const post = f.line({ ...lines, application: { ...lines.application, ...atPost } });
  return proven({}, { pre: f.succeeded(f.preLine(lines)), posts: [f.succeeded(post)] });
};

const onlyPre = (changes: Partial<ResultLine> = {}): Attempt =>
  proven({}, { pre: f.succeeded(f.preLine(changes)), posts: [f.succeeded()] });

type Row = readonly [string, Attempt, string, string, Parameters<typeof f.plan>[0]?];

const rows: readonly Row[] = [
  ['the result lines prove it', proven(), 'application', 'proven'],
  [
    'a post-script that succeeded only the second time proves it as well',
    proven({}, { posts: [f.failed(202), f.succeeded(f.line())] }),
    'application',
    'proven',
  ],
  ['the scripts say success without result lines', proven({}, { posts: [f.succeeded()] }), 'reported', 'no-result-line'],
  ['only post prints a result line', proven({}, { pre: f.succeeded() }), 'reported', 'no-result-line'],
  ['the policy has PRE only', f.attempt({ pre: f.succeeded(f.preLine()), set: f.created }), 'reported', 'pre-only', { stages: ['pre'] }],
  ['the policy has POST only', proven({}, { pre: undefined }), 'crash', 'post-only', { stages: ['post'] }],
  ['volume ids could not be told on the instance', proven({ filesystems: [filesystem({ volumes: [] })] }), 'reported', 'volumes-unknown'],
  ['CreateSnapshots had not answered before post', proven({}, { set: f.foundLater }), 'crash', 'create-unclear'],
  ['no set was made', proven({}, { set: f.createFailed }), 'crash', 'create-unclear'],
  ['the auto-thaw came first', proven({}, { posts: [f.failed(203)] }), 'crash', 'auto-thawed'],
  ['the auto-thaw came first, says a line', proven({ thawedBy: 'auto-thaw' }), 'crash', 'auto-thawed'],
  ['nothing was held', proven({}, { posts: [f.failed(205)] }), 'crash', 'not-held'],
  ['the instance rebooted, says post', proven({}, { posts: [f.failed(205, 205, f.line({ result: 'rebooted' }))] }), 'crash', 'rebooted'],
  [
    'the instance rebooted, and post knows nothing of the attempt any more',
    proven({}, { posts: [f.failed(205, 205, f.line({ result: 'not-held', bootId: 'boot-2' }))] }),
    'crash',
    'rebooted',
  ],
  [
    'nothing was held, says post in the same boot',
    proven({}, { posts: [f.failed(205, 205, f.line({ result: 'not-held' }))] }),
    'crash',
    'not-held',
  ],
  ['the boot ids differ', proven({ bootId: 'boot-2' }), 'crash', 'rebooted'],
  ['post failed', proven({}, { posts: [f.failed(202)] }), 'crash', 'post-failed'],
  ['post did not end', proven({}, { posts: [f.timedOut()] }), 'crash', 'post-failed'],
  ['post was never sent', proven({}, { posts: [] }), 'crash', 'post-failed'],
  ['the line is of another attempt', proven({ executionId: 'another' }), 'crash', 'result-of-another'],
  ['the freeze was not released', proven({ result: 'not-held' }), 'crash', 'not-held'],
  ['nobody thawed', proven({ thawedBy: 'nobody' }), 'crash', 'not-held'],
  ['pre did not hold', proven({}, { pre: f.succeeded(f.preLine({ result: 'failed' })) }), 'crash', 'not-held'],
  ['post says that it held nothing, and pre says nothing', proven({ result: 'not-held' }, { pre: f.succeeded() }), 'crash', 'not-held'],
  ['pre says that it failed, and post says nothing', onlyPre({ result: 'failed' }), 'crash', 'not-held'],
  ['pre says that it held, and post says nothing', onlyPre(), 'reported', 'no-result-line'],
  ['one filesystem was not held', proven({ filesystems: [first!, { ...second!, held: false }] }), 'crash', 'not-covered'],
  ['data on the root lay still under a write lock, written back', onRoot(), 'application', 'proven'],
  ['data on the root was not written back', onRoot({ synced: false }), 'crash', 'not-covered'],
  ['data was not frozen for another reason', onRoot({ reason: 'unsupported' }), 'crash', 'not-covered'],
  ['writes went on while data on the root was copied', onRoot({}, { writeLocked: false }), 'crash', 'not-covered'],
  ['nothing was locked while data on the root was copied', onRoot({}, { quiesced: false }), 'crash', 'not-covered'],
  ['the write lock was lost before post', onRoot({}, {}, { quiesced: false }), 'crash', 'not-covered'],
  ['the root volume is not in the set', onRoot({ volumes: ['vol-0000000000000000f'] }), 'crash', 'volume-not-in-set'],
  ['the lock was lost before post', proven({}, { posts: [f.failed(203, 203, f.line({ result: 'failed' }))] }), 'crash', 'not-held'],
  ['no filesystem is named', proven({ filesystems: [] }), 'crash', 'not-covered'],
  [
    'a volume is missing from the set',
    proven({ filesystems: [filesystem({ volumes: ['vol-0000000000000000f'] })] }),
    'crash',
    'volume-not-in-set',
  ],
];
for (const [behaviour, attempt, consistency, reason, plan] of rows) {
  test(behaviour, () => expect(prove(f.plan(plan), attempt, f.UUID)).toEqual({ consistency, reason }));
}
