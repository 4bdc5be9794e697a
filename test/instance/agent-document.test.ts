import { documentSchema, parameterValues, refusedParameter } from '../../sandbox/instance/agent/document';
import { endsCommand, invocationUpdate, pendingStep, unrunStep } from '../../sandbox/instance/agent/invocation';
import { planStep, timeoutSeconds } from '../../sandbox/instance/agent/step-plan';
import { substitute } from '../../sandbox/instance/agent/substitution';

const values = new Map<string, unknown>([
  ['name', 'world'],
  ['list', ['a', 'b c']],
  ['price', '$$5'],
  ['group', 'a${1}b$name'],
]);

describe('substitution', () => {
  test.each([
    ['hello {{ name }}', 'hello world'],
    ['hello {{name}}{{   name }}', 'hello worldworld'],
    ['for x in {{ list }}', 'for x in ["a","b c"]'],
    ['costs {{ price }}', 'costs $5'],
    ['is {{ group }}.', 'is ab.'],
    ['{{ unknown }} stays, $$ too', '{{ unknown }} stays, $$ too'],
    ['{{ price }}', '$$5'],
  ])('%s', (text, expected) => {
    expect(substitute(text, values)).toBe(expected);
  });

  test('a text that is one parameter and nothing else becomes its value', () => {
    expect(substitute('{{ list }}', values)).toEqual(['a', 'b c']);
  });

  test('in a list of lines, a list is JSON text', () => {
    expect(substitute(['echo', '{{ list }}'], values)).toEqual(['echo', '["a","b c"]']);
  });
});

const parse = (parameters: unknown) => documentSchema.parse({ schemaVersion: '2.2', parameters, mainSteps: [] });

describe('parameters', () => {
  const document = parse({
    text: { type: 'String', default: 'none' },
    list: { type: 'StringList', default: ['x'] },
    under_score: { type: 'String', default: 'd' },
    bare: { type: 'String' },
  });

  test('supplied values go over defaults; what has neither is not substituted', () => {
    expect(parameterValues(document, { text: ['given'] })).toEqual(
      new Map<string, unknown>([
        ['text', 'given'],
        ['list', ['x']],
      ]),
    );
  });

  test('a parameter whose name has an underscore is ignored', () => {
    expect(parameterValues(document, { under_score: ['given'] }).has('under_score')).toBe(false);
  });

  test('the pattern check is not anchored', () => {
    const patterned = parse({ id: { type: 'String', allowedPattern: 'None|[0-9]+' } });
    const refused = (id: string) => refusedParameter(patterned, parameterValues(patterned, { id: [id] }));
    expect([refused('12'), refused('x12y'), refused('x')]).toEqual([undefined, undefined, 'id']);
  });
});

test.each([
  [5, 5],
  ['120', 120],
  [172_800, 172_800],
  [3, 3_600],
  [172_801, 3_600],
  ['soon', 3_600],
  [undefined, 3_600],
])('timeoutSeconds %p is %i', (input, expected) => {
  expect(timeoutSeconds(input)).toBe(expected);
});

const step = (more: object) => ({ action: 'aws:runShellScript', name: 'script', inputs: { runCommand: ['a', 'b {{ name }}'] }, ...more });

describe('plan of a step', () => {
  test('the lines of runCommand are joined to one script', () => {
    expect(planStep(step({}), values)).toMatchObject({ kind: 'run', script: 'a\nb world\n', timeoutMs: 3_600_000 });
  });

  test.each([
    [['platformType', 'Linux'], 'run'],
    [['Linux', 'platformType'], 'run'],
    [['platformType', 'Windows'], 'skip'],
    [['{{ name }}', 'world'], 'run'],
    [['{{ name }}', 'moon'], 'skip'],
  ])('StringEquals %j: %s', (operands, kind) => {
    expect(planStep(step({ precondition: { StringEquals: operands } }), values).kind).toBe(kind);
  });

  test('a plugin of another platform fails, unless a precondition skips it', () => {
    const windows = { action: 'aws:runPowerShellScript' };
    expect(planStep(step(windows), values).kind).toBe('fail');
    expect(planStep(step({ ...windows, precondition: { StringEquals: ['platformType', 'Windows'] } }), values).kind).toBe('skip');
  });
});

describe('result of a command', () => {
  const success = unrunStep(step({}), 'Success', 'skipped');
  const failed = unrunStep(step({}), 'Failed', 'no');

  test('one failed step fails it; skipped steps are successes', () => {
    expect(invocationUpdate([success, success]).status).toBe('Success');
    expect(invocationUpdate([failed, success]).status).toBe('Failed');
    expect(invocationUpdate([success, pendingStep(step({}))]).status).toBe('InProgress');
  });

  test('a failed step ends it only with onFailure: exit', () => {
    expect(endsCommand(step({}), failed)).toBe(false);
    expect(endsCommand(step({ onFailure: 'exit' }), failed)).toBe(true);
    expect(endsCommand(step({ onFailure: 'exit' }), success)).toBe(false);
  });
});
