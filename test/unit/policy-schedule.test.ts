import fc from 'fast-check';
import { cronMatcher, cronProblem } from '../../lambda/core/policy/cron';
import type { Schedule } from '../../lambda/core/policy/policy-schema';
import { dueMinute, firstDue, scheduleExpression, schedulesDue } from '../../lambda/core/policy/schedule';
import { policy, schedule } from './policy-fixture';

const HOURS = [1, 2, 3, 4, 6, 8, 12, 24] as const;

const cron = (CronExpression: string, Name = 'a'): Schedule => ({ Name, CreateRule: { CronExpression } });
const interval = (Interval: (typeof HOURS)[number], Times?: string[]): Schedule => ({
  Name: 'a',
  CreateRule: { Interval, IntervalUnit: 'HOURS', ...(Times === undefined ? {} : { Times }) },
});

describe('the expression of a schedule', () => {
  it.each<[Schedule, string]>([
    [cron('cron(0 3 ? * 6L *)'), 'cron(0 3 ? * 6L *)'],
    [interval(6, ['09:00']), 'cron(0 3,9,15,21 * * ? *)'],
    [interval(24, ['23:59']), 'cron(59 23 * * ? *)'],
    [interval(12, ['05:07']), 'cron(7 5,17 * * ? *)'],
    [interval(8), 'cron(0 0,8,16 * * ? *)'],
    [interval(24, []), 'cron(0 0 * * ? *)'],
    [interval(1, ['00:30']), 'cron(30 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * ? *)'],
  ])('%j is %s', (given, expected) => {
    expect(scheduleExpression(given)).toBe(expected);
  });

  it('of an interval is right, holds its time and recurs every so many hours', () => {
    const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
    fc.assert(
      fc.property(fc.constantFrom(...HOURS), time, (hours, { hour, minute }) => {
        const text = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
        const expression = scheduleExpression(interval(hours, [text]));
        expect(cronProblem(expression)).toBeUndefined();
        const matches = cronMatcher(expression);
        const first = Date.UTC(2026, 1, 27, hour, minute);
        const fired = Array.from({ length: 72 }, (_, index) => first + index * 3_600_000).filter((at) => matches(new Date(at)));
        expect(fired).toEqual(Array.from({ length: 72 / hours }, (_, index) => first + index * hours * 3_600_000));
      }),
    );
  });
});

describe('the due minute', () => {
  it.each([
    ['2026-11-21T03:00:00Z', '2026-11-21T03:00:00.000Z'],
    ['2026-11-21T03:00:59.999Z', '2026-11-21T03:00:00.000Z'],
    ['2026-11-21T03:17:12Z', '2026-11-21T03:00:00.000Z'],
    ['2026-11-21T04:00:59Z', '2026-11-21T03:00:00.000Z'],
    ['2026-11-21T04:01:00Z', undefined],
    ['2026-11-21T02:59:59Z', undefined],
  ])('of 03:00 at %s is %s', (time, expected) => {
    expect(dueMinute(cron('cron(0 3 * * ? *)'), new Date(time))?.toISOString()).toBe(expected);
  });

  it('crosses midnight and the end of a year', () => {
    const due = dueMinute(cron('cron(59 23 L DEC ? 2026)'), new Date('2027-01-01T00:03:00Z'));
    expect(due?.toISOString()).toBe('2026-12-31T23:59:00.000Z');
  });

  it('is the latest match at or before the time, at most 60 minutes back', () => {
    const times = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true });
    const texts = fc.constantFrom(
      'cron(7 * * * ? *)',
      'cron(30 0/2 * * ? *)',
      'cron(0 0 1 * ? *)',
      'cron(59 23 L * ? *)',
      'cron(5 5 ? * MON-FRI *)',
    );
    fc.assert(
      fc.property(texts, times, (text, time) => {
        const matches = cronMatcher(text);
        const due = dueMinute(cron(text), time);
        const minute = Math.floor(time.getTime() / 60_000) * 60_000;
        const within = Array.from({ length: 61 }, (_, back) => new Date(minute - back * 60_000));
        const latest = within.filter(matches).reduce((a, b) => Math.max(a, b.getTime()), Number.NEGATIVE_INFINITY);
        expect(due?.getTime() ?? Number.NEGATIVE_INFINITY).toBe(latest);
      }),
    );
  });
});

describe('schedules of one due minute', () => {
  const merged = policy({
    Schedules: [
      schedule({ CronExpression: 'cron(0 3 1 * ? *)' }, { Name: 'Monthly' }),
      schedule({ CronExpression: 'cron(0 3 ? * SUN *)' }, { Name: 'Weekly' }),
      schedule({ CronExpression: 'cron(0 3 * * ? *)' }, { Name: 'Daily' }),
      { Name: 'Other', CreateRule: { Interval: 24, IntervalUnit: 'HOURS', Times: ['15:00'] } },
    ],
  });
  it.each([
    ['2026-11-01T03:00Z', ['Monthly', 'Weekly', 'Daily']],
    ['2026-11-08T03:00Z', ['Weekly', 'Daily']],
    ['2026-11-09T03:00Z', ['Daily']],
    ['2026-11-09T15:00Z', ['Other']],
    ['2026-11-09T04:00Z', []],
  ])('at %s are %j', (due, names) => {
    expect(schedulesDue(merged, new Date(due)).map(({ Name }) => Name)).toEqual(names);
  });
});

describe('the first due minute of a policy', () => {
  const at = (text: string): Date => new Date(`2026-11-${text}:00Z`);
  const two = policy({ Schedules: [schedule(), schedule({ CronExpression: 'cron(30 15 ? * 7 *)' }, { Name: 'Saturdays' })] });

  it.each([
    ['20T12:00', '21T03:00'],
    ['21T03:00', '21T15:30'],
    ['21T02:59', '21T03:00'],
    ['21T15:30', '22T03:00'],
  ])('after %s is %s, of whichever schedule', (after, due) => {
    expect(firstDue(two, at(after))).toEqual(at(due));
  });

  it('is none when its years are over', () => {
    expect(firstDue(policy({ Schedules: [schedule({ CronExpression: 'cron(0 3 * * ? 2025)' })] }), at('21T03:00'))).toBeUndefined();
  });
});
