import Ajv2020 from 'ajv/dist/2020';
import * as z from 'zod/mini';
import { METRIC_NAMES } from '../../../lambda/core/metric-names';
import { SAVED_QUERIES } from '../../../lib/monitoring/saved-queries';
import { DETAIL_SCHEMAS } from '../../../scripts/event-samples';
import type { TestSandbox } from '../../support/sandbox';
import { breaches, freezeWindows } from './freeze-window';
import { EMITTED, QUERIED } from './monitored';
import { missingFields } from './query-fields';

const ajv = new Ajv2020();
const details = new Map(Object.entries(DETAIL_SCHEMAS).map(([type, schema]) => [type, ajv.compile(z.toJSONSchema(schema))]));

/** EventBridge's envelope, nothing more and nothing less. */
const envelopeSchema = z.strictObject({
  version: z.literal('0'),
  id: z.uuid(),
  'detail-type': z.enum(Object.keys(DETAIL_SCHEMAS)),
  source: z.literal('stillpoint'),
  account: z.string().check(z.regex(/^\d{12}$/)),
  time: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)),
  region: z.string(),
  resources: z.array(z.string().check(z.startsWith('arn:aws:stillpoint:'))).check(z.length(1)),
  detail: z.looseObject({}),
});

const metricsSchema = z.looseObject({
  DLMPolicyId: z.string(),
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({ Namespace: z.string(), Dimensions: z.array(z.array(z.string())), Metrics: z.array(z.looseObject({ Name: z.string() })) }),
    ),
  }),
});

/** Names of the metrics in the functions' lines. */
const metricNames = (sandbox: TestSandbox): ReadonlySet<string> => {
  const lines = sandbox.functionLines().flatMap(({ line }) => metricsSchema.safeParse(line).data ?? []);
  return new Set(lines.flatMap(({ _aws }) => _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name))));
};

const logSchema = z.looseObject({ level: z.string(), message: z.string() });
/** What Lambda's runtime itself writes of a handler that throws. */
const RUNTIME = 'Invoke Error';
const aboutExecution = z.looseObject({ executionId: z.string(), instanceId: z.string() });

/** Executions that another worker went on with: the second one reads the journal inside the freeze. */
const takenUp = (sandbox: TestSandbox): ReadonlySet<string> => {
  const lines = sandbox.functionLines().flatMap(({ line }) => {
    const parsed = aboutExecution.safeParse(line);
    return parsed.success && parsed.data['message'] === 'taken up again from the journal' ? [parsed.data.instanceId] : [];
  });
  return new Set(lines);
};

/** What holds of every execution of a test file, whatever it was about. Last in the file. */
export const describePromises = (title: string, open: () => Promise<TestSandbox>): void =>
  describe('of all of them', () => {
    test('every event is in its envelope and fits its schema', async () => {
      const events = (await open()).events.filter(({ source }) => source === 'stillpoint');
      const wrong = events.flatMap((event) => {
        const enveloped = envelopeSchema.safeParse(event);
        const check = details.get(event['detail-type']);
        if (enveloped.success && check?.(event.detail) === true) return [];
        return [{ event, problems: enveloped.success ? check?.errors : enveloped.error.issues }];
      });
      expect(events.length).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    });

    test('in a freeze there are polls, one CreateSnapshots and the post-script', async () => {
      const sandbox = await open();
      const instances = [...new Set(sandbox.requests.flatMap(({ resources }) => resources.filter((id) => id.startsWith('i-'))))];
      const interrupted = takenUp(sandbox);
      const windows = instances.filter((id) => !interrupted.has(id)).flatMap((id) => freezeWindows(sandbox.events, sandbox.requests, id));
      const broken = windows.map((window) => ({ window, breaches: breaches(window) })).filter((one) => one.breaches.length > 0);
      expect(broken).toEqual([]);
    });

    test('metrics have the policy as their only dimension, in our namespace', async () => {
      const lines = (await open())
        .functionLines()
        .flatMap(({ line }) => (z.looseObject({ _aws: z.unknown() }).safeParse(line).success ? [line] : []));
      const shapes = lines.flatMap((line) =>
        metricsSchema.parse(line)._aws.CloudWatchMetrics.map(({ Namespace, Dimensions }) => ({ Namespace, Dimensions })),
      );
      expect(shapes.length).toBeGreaterThan(0);
      for (const shape of shapes) expect(shape).toEqual({ Namespace: 'Stillpoint', Dimensions: [['DLMPolicyId']] });
    });

    test('metrics have names of the list, and those that dashboard and alarms rely on here are written', async () => {
      const names = metricNames(await open());
      expect([...names].filter((name) => !METRIC_NAMES.some((known) => known === name))).toEqual([]);
      expect((EMITTED[title] ?? []).filter((name) => !names.has(name))).toEqual([]);
    });

    test('every field that a saved query names is in the lines of the functions that it looks at', async () => {
      const lines = (await open()).functionLines();
      const queries = SAVED_QUERIES.filter(({ name }) => QUERIED[title]?.includes(name));
      expect(queries.flatMap((query) => missingFields(query, lines).map((field) => `${query.name}: ${field}`))).toEqual([]);
    });

    test('every line that the worker logs names execution and instance', async () => {
      const lines = (await open())
        .functionLines()
        .filter((line) => line.function.includes('Worker'))
        .flatMap(({ line }) => (logSchema.safeParse(line).success ? [line] : []))
        .filter((line) => logSchema.parse(line).message !== RUNTIME);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => !aboutExecution.safeParse(line).success)).toEqual([]);
    });

    test('nothing is frozen any more', async () => {
      expect((await (await open()).state()).frozen).toEqual({});
    });
  });
