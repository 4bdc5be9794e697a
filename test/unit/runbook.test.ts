import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSES } from '../../lambda/core/cause';
import { brakeDetailSchema } from '../../lambda/core/event/brake-event';
import { fastRestoreDetailSchema } from '../../lambda/core/event/fast-restore-event';
import { possiblyFrozenDetailSchema } from '../../lambda/core/event/possibly-frozen-event';
import { shareDetailSchema } from '../../lambda/core/event/share-event';
import { REASONS } from '../../lambda/core/execution/conclude';
import { SKIP_REASONS } from '../../lambda/core/lifecycle/retention/keeper';
import { ORPHAN_REASONS } from '../../lambda/core/lifecycle/retention/orphan';
import { METRIC_NAMES } from '../../lambda/core/metric-names';
import { FAULT_KINDS } from '../../lambda/core/policy-state/policy-state';
import { ALARMS, alarmDescription, RUNBOOK } from '../../lib/monitoring/runbook';
import { SAVED_QUERIES } from '../../lib/monitoring/saved-queries';

const ROOT = join(import.meta.dirname, '../..');
const TEXT = readFileSync(join(ROOT, RUNBOOK), 'utf8');

/** The entries: what stands below each heading of the third level. */
const ENTRIES = new Map(
  TEXT.split(/^#{1,2} .*$/m)
    .flatMap((chapter) => chapter.split(/^### /m).slice(1))
    .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry.slice(entry.indexOf('\n'))]),
);

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');
const ANCHORS = new Set([...TEXT.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));

const named = (kind: string, words: readonly (string | number)[]): readonly string[] => words.map((word) => `${kind} ${word}`);

test('the runbook has an entry for each alarm, doubt, brake, fault, cause, reason, obstacle and orphan of the code, and no other', () => {
  expect([...ENTRIES.keys()].sort()).toEqual(
    [
      ...named('Alarm', Object.keys(ALARMS)),
      ...named('Possibly frozen', possiblyFrozenDetailSchema.shape.reason.options),
      ...named('Brake', brakeDetailSchema.shape.brake.options),
      ...named('Policy fault', FAULT_KINDS),
      ...named('Cause', CAUSES),
      ...named('Reason', REASONS),
      ...named(
        'Sharing',
        shareDetailSchema.shape.result.options.filter((result) => result === 'refused' || result === 'failed'),
      ),
      ...named(
        'Fast restore',
        fastRestoreDetailSchema.shape.result.options.filter((result) => result === 'failed'),
      ),
      ...named('Kept', SKIP_REASONS),
      ...named('Orphan', ORPHAN_REASONS),
    ].sort(),
  );
});

test.each([...ENTRIES])('%s: says what it is, and a command to run', (_heading, entry) => {
  const [meaning = '', commands = ''] = entry.split('```');
  expect(meaning.trim().length).toBeGreaterThan(40);
  expect(commands.trim()).toMatch(/^(aws|npx|npm) \S/);
});

test('every link within it leads somewhere, the alarms’ too', () => {
  const links = [...TEXT.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  const alarms = Object.keys(ALARMS).map((kind) => `alarm-${kind}`);
  expect([...links, ...alarms].filter((anchor) => !ANCHORS.has(anchor ?? ''))).toEqual([]);
  expect(alarmDescription('overdue', RUNBOOK)).toMatch(/\. docs\/runbook\.md#alarm-overdue$/);
});

test('every saved query is named in it', () => {
  const mentioned = new Set([...TEXT.matchAll(/`((?:[a-z]+-)+[a-z]+)`/g)].map(([, name = '']) => name));
  const saved = SAVED_QUERIES.map(({ name }) => name);
  expect(saved.filter((name) => !mentioned.has(name))).toEqual([]);
});

test('docs/cost.md counts metrics and queries as they are', () => {
  const cost = readFileSync(join(ROOT, 'docs/cost.md'), 'utf8');
  expect(cost).toContain(`| custom metrics | at most ${METRIC_NAMES.length} for a policy`);
  expect(cost).toContain(`| saved queries | ${SAVED_QUERIES.length};`);
});
