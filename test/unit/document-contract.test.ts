import { checkContract } from '../../lambda/core/document-contract';
import { HANA_DOCUMENT } from '../../lambda/core/policy/execution-handler';

const contract = (changes: object = {}, parameters: object = {}) => ({
  schemaVersion: '2.2',
  parameters: {
    executionId: {
      type: 'String',
      default: 'None',
      allowedPattern: '^(None|[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-4[a-fA-F0-9]{3}-[89ab][a-fA-F0-9]{3}-[a-fA-F0-9]{12})$',
    },
    command: { type: 'String', default: 'dry-run', allowedValues: ['pre-script', 'post-script', 'dry-run'] },
    ...parameters,
  },
  mainSteps: [{ name: 'run', action: 'aws:runShellScript', inputs: { runCommand: ['true'] } }],
  ...changes,
});
const problems = (content: unknown, stages: readonly ('pre' | 'post')[] = ['pre', 'post']) => {
  const check = checkContract(content, stages);
  return check.ok ? [] : check.problems;
};

test('a document that follows the contract is taken, with its steps', () => {
  expect(checkContract(contract(), ['pre', 'post'])).toMatchObject({
    ok: true,
    document: { steps: ['run'], recordsBackupInPost: false, autoThawSeconds: undefined },
  });
});
test('the auto-thaw that it declares is read', () => {
  expect(checkContract(contract({}, { autoThawSeconds: { type: 'String', default: '30' } }), [])).toMatchObject({
    document: { autoThawSeconds: 30 },
  });
  expect(checkContract(contract({}, { autoThawSeconds: { type: 'String', default: 'soon' } }), [])).toMatchObject({
    document: { autoThawSeconds: undefined },
  });
});
test.each(['Backup.General).ExternalSetHistory()', 'BACKUP DATA FOR FULL SYSTEM CLOSE  SNAPSHOT'])(
  'one that records a backup in post is known by its words: %s',
  (words) => {
    const mainSteps = [{ name: 'run', action: 'aws:runShellScript', inputs: { runCommand: [words] } }];
    expect(checkContract(contract({ mainSteps }), [])).toMatchObject({ document: { recordsBackupInPost: true } });
  },
);

test.each([HANA_DOCUMENT, `arn:aws:ssm:eu-west-1::document/${HANA_DOCUMENT}`])(
  '%s records a backup and is sent the contract’s parameters alone, whatever it contains',
  (handler) => {
    const content = contract({}, { outcome: { type: 'String' }, deadline: { type: 'String' } });
    expect(checkContract(content, ['pre', 'post'], handler)).toMatchObject({
      document: { recordsBackupInPost: true, parameters: new Set() },
    });
    expect(checkContract(content, ['pre', 'post'], 'orders')).toMatchObject({ document: { recordsBackupInPost: false } });
    expect(checkContract(contract({ parameters: {} }), ['pre'], handler)).toMatchObject({ ok: false });
  },
);

test('one that is told the outcome records none for a recovery thaw', () => {
  const mainSteps = [{ name: 'run', action: 'aws:runShellScript', inputs: { runCommand: ['ExternalSetHistory'] } }];
  const content = contract({ mainSteps }, { outcome: { type: 'String', default: 'unknown' } });
  expect(checkContract(content, [])).toMatchObject({ document: { recordsBackupInPost: false } });
  const other = contract({ mainSteps }, { outcome: { type: 'String', allowedValues: ['full', 'incremental'] } });
  expect(checkContract(other, [])).toMatchObject({ document: { recordsBackupInPost: true } });
});

test('parameters of ours are those that take what they would be given; others only have the name', () => {
  const declared = (parameters: object) => {
    const check = checkContract(contract({}, parameters), []);
    return check.ok ? [...check.document.parameters] : check.problems;
  };
  const outcome = { type: 'String', allowedValues: ['created', 'failed', 'unknown'] };
  expect(declared({ outcome, deadline: { type: 'String', allowedPattern: '^[0-9]{0,12}$' }, logLevel: { type: 'String' } })).toEqual([
    ...['outcome', 'deadline'],
  ]);
  expect(declared({ outcome: { type: 'String' } })).toEqual(['outcome']);
  for (const other of [
    { type: 'StringList' },
    { ...outcome, allowedValues: ['created', 'failed'] },
    { type: 'String', allowedPattern: '^(created|failed)$' },
    { type: 'String', allowedPattern: 'e' },
    { type: 'String', allowedPattern: '(?P<x>a' },
  ]) {
    expect(declared({ outcome: other })).toEqual([]);
  }
});

test.each<readonly [string, unknown, string]>([
  ['another schema version', contract({ schemaVersion: '0.3' }), 'schemaVersion: found 0.3, allowed 2.2'],
  ['no executionId', contract({}, { executionId: undefined }), 'parameters.executionId'],
  [
    'an executionId that takes no UUID',
    contract({}, { executionId: { type: 'String', allowedPattern: '^[0-9]+$' } }),
    'parameters.executionId.allowedPattern: found ^[0-9]+$',
  ],
  ['a StringList', contract({}, { executionId: { type: 'StringList' } }), 'parameters.executionId.type: found StringList, allowed String'],
  ['no command', { ...contract(), parameters: { executionId: { type: 'String' } } }, 'parameters.command: missing'],
  ['no executionId at all', { ...contract(), parameters: { command: { type: 'String' } } }, 'parameters.executionId: missing'],
  ['a command without post-script', contract({}, { command: { type: 'String', allowedValues: ['pre-script'] } }), 'must hold post-script'],
  ['no steps', contract({ mainSteps: undefined }), 'mainSteps'],
  ['no document', null, 'document'],
])('%s is refused, with the field', (_case, content, text) => {
  expect(problems(content).join('; ')).toContain(text);
});

test('what the stages do not need is not asked for', () => {
  expect(problems(contract({}, { command: { type: 'String', allowedValues: ['pre-script'] } }), ['pre'])).toEqual([]);
});
test('a pattern that JavaScript does not know is left to SSM', () => {
  expect(problems(contract({}, { executionId: { type: 'String', allowedPattern: '(?P<x>a' } }))).toEqual([]);
});
test('all problems are told at once', () => expect(problems(contract({ schemaVersion: '1.2', parameters: {} }))).toHaveLength(3));
