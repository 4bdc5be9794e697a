import fc from 'fast-check';
import { cronMatcher, cronProblem } from '../../lambda/core/policy/cron';

describe('a cron expression is taken', () => {
  it.each([
    'cron(0 3 * * ? *)',
    'cron(0 3 ? * * *)',
    'cron(59 23 31 DEC ? 1970-2199)',
    'cron(30 0/6 * * ? *)',
    'cron(15 */4 * * ? *)',
    'cron(0 2-20/3,23 ? * MON-FRI *)',
    'cron(0 3 ? JAN,JUL 1,7 *)',
    'cron(0 3 L * ? *)',
    'cron(0 3 28W * ? *)',
    'cron(0 3 ? * L *)',
    'cron(0 3 ? * FRIL *)',
    'cron(0 3 ? * 6L *)',
    'cron(0 3 ? * MON#4 *)',
    'cron(0 3 ? * 3#2 2026,2027-2030)',
    'cron(0  3\t* * ? *)',
    'cron(0 3 29 1-3 ? *)',
  ])('%s', (expression) => {
    expect(cronProblem(expression)).toBeUndefined();
  });
});

describe('a cron expression is refused', () => {
  it.each([
    ['rate(1 hour)', 'cron(...), 17 to 106 characters'],
    ['0 3 * * ? *', 'cron(...), 17 to 106 characters'],
    ['cron(0 3 * * ?)', 'cron(...), 17 to 106 characters'],
    [`cron(0 ${Array.from({ length: 24 }, (_, hour) => hour).join()},${'1,'.repeat(20)}2 * * ? *)`, 'cron(...), 17 to 106 characters'],
    ['cron(0 10 * * *)', 'cron(...), 17 to 106 characters'],
    ['cron(0 3 * * ? * *)', 'six fields: minutes hours day-of-month month day-of-week year (not 7)'],
    ['cron(0 3 1,2,3 * ?)', 'six fields: minutes hours day-of-month month day-of-week year (not 5)'],
    ['cron(0 3 * * * *)', '? in exactly one of day-of-month and day-of-week'],
    ['cron(0 3 ? * ? *)', '? in exactly one of day-of-month and day-of-week'],
    ['cron(0 3 1 * MON *)', '? in exactly one of day-of-month and day-of-week'],
    ['cron(60 3 * * ? *)', "minutes: 0 to 59 (not '60')"],
    ['cron(0 24 * * ? *)', "hours: 0 to 23 (not '24')"],
    ['cron(0 3 0 * ? *)', "day-of-month: 1 to 31 (not '0')"],
    ['cron(0 3 32 * ? *)', "day-of-month: 1 to 31 (not '32')"],
    ['cron(0 3 * 13 ? *)', "month: 1 to 12 or JAN to DEC (not '13')"],
    ['cron(0 3 * Jan ? *)', "month: 1 to 12 or JAN to DEC (not 'Jan')"],
    ['cron(0 3 ? * 0 *)', "day-of-week: 1 to 7 or SUN to SAT (not '0')"],
    ['cron(0 3 ? * 8 *)', "day-of-week: 1 to 7 or SUN to SAT (not '8')"],
    ['cron(0 3 * * ? 1969)', "year: 1970 to 2199 (not '1969')"],
    ['cron(0 3 * * ? 2200)', "year: 1970 to 2199 (not '2200')"],
    ['cron(0 22-2 * * ? *)', "hours: ranges that go up; write '22-2' as two ranges"],
    ['cron(0 0/24 * * ? *)', "hours: steps from 1 to 23 (not '0/24')"],
    ['cron(0 0/0 * * ? *)', "hours: steps from 1 to 23 (not '0/0')"],
    ['cron(0 *-3 * * ? *)', "hours: 0 to 23 (not '*-3')"],
    ['cron(0 3,, * * ? *)', "hours: 0 to 23 (not '')"],
    ['cron(? 3 * * ? *)', "minutes: 0 to 59 (not '?')"],
    ['cron(0 3 LW * ? *)', "day-of-month: L or nW alone (not 'LW')"],
    ['cron(0 3 L-3 * ? *)', "day-of-month: L or nW alone (not 'L-3')"],
    ['cron(0 3 1W,15 * ? *)', "day-of-month: L or nW alone (not '1W,15')"],
    ['cron(0 3 31W * ? *)', 'day-of-month: 1W to 28W'],
    ['cron(0 3 0W * ? *)', 'day-of-month: 1W to 28W'],
    ['cron(0 3 ? * 8L *)', "day-of-week: 1 to 7 or SUN to SAT (not '8')"],
    ['cron(0 3 ? * 3#6 *)', "day-of-week: #1 to #5 (not '3#6')"],
    ['cron(0 3 ? * 3#1,6#3 *)', "day-of-week: one day with # alone (not '3#1,6#3')"],
    ['cron(0/30 3 * * ? *)', "one minute of the hour: DLM's schedules are at least 1 hour apart"],
    ['cron(* 3 * * ? *)', "one minute of the hour: DLM's schedules are at least 1 hour apart"],
    ['cron(0 3 30 2 ? *)', "a time in every year: DLM's schedules are at most 1 year apart"],
    ['cron(0 3 29 2 ? *)', "a time in every year: DLM's schedules are at most 1 year apart"],
    ['cron(0 3 ? FEB MON#5 *)', "a time in every year: DLM's schedules are at most 1 year apart"],
    ['cron(0 3 1 1 ? 2026/2)', "a time in every year: DLM's schedules are at most 1 year apart"],
  ])('%s: %s', (expression, message) => {
    expect(cronProblem(expression)).toContain(message);
  });
});

/** The first days from 1 January 2026 on, at 03:00, that the expression matches. */
const days = (expression: string, count: number): readonly string[] => {
  const matches = cronMatcher(expression);
  const year = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day, 3)));
  return year
    .filter(matches)
    .slice(0, count)
    .map((at) => at.toISOString().slice(5, 10));
};

describe('L, W and # (2026, with Saturdays on 31 January and 28 February)', () => {
  it.each<[string, readonly string[]]>([
    ['cron(0 3 L * ? *)', ['01-31', '02-28', '03-31', '04-30']],
    ['cron(0 3 ? * L *)', ['01-03', '01-10', '01-17']],
    ['cron(0 3 ? * 6L *)', ['01-30', '02-27', '03-27']],
    ['cron(0 3 ? * SUNL *)', ['01-25', '02-22', '03-29']],
    ['cron(0 3 ? * 3#2 *)', ['01-13', '02-10', '03-10']],
    ['cron(0 3 ? * SAT#5 *)', ['01-31', '05-30', '08-29']],
    ['cron(0 3 15W * ? *)', ['01-15', '02-16', '03-16']],
    ['cron(0 3 1W * ? *)', ['01-01', '02-02', '03-02', '04-01', '05-01', '06-01', '07-01', '08-03']],
    ['cron(0 3 28W * ? *)', ['01-28', '02-27', '03-27']],
    ['cron(0 3 ? * 1 *)', ['01-04', '01-11']],
    ['cron(0 3 ? * SUN,7 *)', ['01-03', '01-04', '01-10']],
  ])('%s', (expression, expected) => {
    expect(days(expression, expected.length)).toEqual(expected);
  });
});

/** The same field twice: as text, and as a predicate written another way. */
interface Field {
  readonly text: string;
  readonly has: (value: number) => boolean;
}

const single = (min: number, max: number, name: (value: number) => string = String): fc.Arbitrary<Field> =>
  fc.integer({ min, max }).map((n) => ({ text: name(n), has: (value) => value === n }));
const range = (min: number, max: number, name: (value: number) => string = String): fc.Arbitrary<Field> =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    .map(([from, to]) => ({ text: `${name(from)}-${name(to)}`, has: (value) => value >= from && value <= to }));
const stepped = (min: number, max: number): fc.Arbitrary<Field> =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: Math.min(max, 9) }))
    .map(([from, step]) => ({ text: `${from}/${step}`, has: (value) => value >= from && (value - from) % step === 0 }));
const every: fc.Arbitrary<Field> = fc.constant({ text: '*', has: () => true });
const list = (of: fc.Arbitrary<Field>): fc.Arbitrary<Field> =>
  fc.array(of, { minLength: 1, maxLength: 3 }).map((fields) => ({
    text: fields.map(({ text }) => text).join(),
    has: (value) => fields.some((field) => field.has(value)),
  }));
const field = (min: number, max: number, name: (value: number) => string = String) =>
  fc.oneof(every, list(fc.oneof(single(min, max, name), range(min, max, name), stepped(min, max))));

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const ANY: Field = { text: '?', has: () => true };

const expressions = fc
  .record({
    minute: single(0, 59),
    hour: field(0, 23),
    month: field(1, 12, (n) => MONTHS[n - 1] ?? ''),
    byDay: fc.oneof(
      field(1, 31).map((day) => ({ monthDay: day, weekDay: ANY })),
      field(1, 7, (n) => DAYS[n - 1] ?? '').map((day) => ({ monthDay: ANY, weekDay: day })),
      field(1, 7).map((day) => ({ monthDay: ANY, weekDay: day })),
    ),
  })
  .map(({ minute, hour, month, byDay: { monthDay, weekDay } }) => ({
    text: `cron(${[minute, hour, monthDay, month, weekDay].map((one) => one.text).join(' ')} *)`,
    has: (at: Date) =>
      minute.has(at.getUTCMinutes()) &&
      hour.has(at.getUTCHours()) &&
      monthDay.has(at.getUTCDate()) &&
      month.has(at.getUTCMonth() + 1) &&
      weekDay.has(at.getUTCDay() + 1),
  }))
  .filter(({ text }) => cronProblem(text) === undefined);

it('matches the minutes that the fields name, and no others', () => {
  const time = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2032, 0) });
  fc.assert(
    fc.property(expressions, fc.array(time, { minLength: 20, maxLength: 20 }), ({ text, has }, times) => {
      const matches = cronMatcher(text);
      const minute = Number(/\d+/.exec(text)?.[0]);
      for (const any of times) {
        const at = new Date(any);
        at.setUTCMinutes(minute, 0, 0); // most minutes are none of the expression's: look at the ones that may be
        expect([text, at, matches(at)]).toEqual([text, at, has(at)]);
      }
    }),
    { numRuns: 200 },
  );
});
