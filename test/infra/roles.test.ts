import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { EXAMPLE_POLICIES, policy } from './example-policies';
import { exampleTemplate } from './synthesized';

const list = z.pipe(
  z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  z.transform((value) => (Array.isArray(value) ? value : [value])),
);
const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: list,
  Resource: list,
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
});
const roleSchema = z.object({
  Properties: z.object({
    Description: z.string(),
    Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statementSchema) }) })),
  }),
});
type Statement = z.infer<typeof statementSchema>;

const managedSchema = z.object({
  Properties: z.object({
    Roles: z._default(z.array(z.object({ Ref: z.string() })), []),
    PolicyDocument: z.object({ Statement: z.array(statementSchema) }),
  }),
});

/** Statements of the role whose description says so: in the role and in managed policies. */
const statementsOf = (what: string, props: Parameters<typeof exampleTemplate>[0] = {}): readonly Statement[] => {
  const template = exampleTemplate(props);
  const managed = Object.values(template.findResources('AWS::IAM::ManagedPolicy')).map((policy) => managedSchema.parse(policy).Properties);
  return Object.entries(template.findResources('AWS::IAM::Role')).flatMap(([id, found]) => {
    const { Description, Policies } = roleSchema.parse(found).Properties;
    if (!Description.includes(what)) return [];
    const attached = managed.filter(({ Roles }) => Roles.some(({ Ref }) => Ref === id));
    return [...Policies, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  });
};

const actionsOf = (statements: readonly Statement[]): readonly unknown[] => [...new Set(statements.flatMap((one) => one.Action))].sort();

/** A resource as text, with the pseudo parameters left out. */
const textOf = (resource: unknown): string => {
  const joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(resource);
  return joined.success ? joined.data['Fn::Join'][1].filter((part) => typeof part === 'string').join('') : JSON.stringify(resource);
};

const withAction = (statements: readonly Statement[], action: string, resource: string): readonly Statement[] =>
  statements.filter((one) => one.Action.includes(action) && one.Resource.some((arn) => textOf(arn).includes(resource)));

/** A policy that shares its sets and restores them fast. */
const AFTER_COMPLETION = {
  id: 'shared',
  policy: policy({
    Schedules: [
      {
        Name: 'daily',
        CreateRule: { CronExpression: 'cron(0 3 * * ? *)' },
        ShareRules: [{ TargetAccounts: ['333333333333', '222222222222'] }],
        FastRestoreRule: { Count: 1, AvailabilityZones: ['eu-west-1b', 'eu-west-1a'] },
      },
    ],
  }),
};

const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];

describe('the planner’s role', () => {
  it('may look, send, tell and keep a policy’s state, nothing else', () => {
    expect(actionsOf(statementsOf('plans'))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'ec2:DescribeInstances',
      'events:PutEvents',
      ...LOG,
      'sqs:SendMessage',
      'ssm:DescribeInstanceInformation',
    ]);
  });
});

describe('the sweep’s role', () => {
  it('may look at instances and snapshots, nothing else', () => {
    expect(actionsOf(statementsOf('overdue'))).toEqual(['ec2:DescribeInstances', 'ec2:DescribeSnapshots', ...LOG]);
  });
});

describe('the lifecycle function’s role', () => {
  const statements = statementsOf('looks after');

  it('may look at snapshots, tag and delete ours, switch their fast restore off, take and send its own messages, and tell, nothing else', () => {
    expect(actionsOf(statements)).toEqual([
      'ec2:CreateTags',
      'ec2:DeleteSnapshot',
      'ec2:DescribeFastSnapshotRestores',
      'ec2:DescribeImages',
      'ec2:DescribeInstances',
      'ec2:DescribeLockedSnapshots',
      'ec2:DescribeSnapshots',
      'ec2:DisableFastSnapshotRestores',
      'events:PutEvents',
      ...LOG,
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ]);
  });

  it('tags only what is ours, with keys that don’t mark ownership', () => {
    const [tags, ...more] = withAction(statements, 'ec2:CreateTags', '::snapshot/*');
    expect(more).toEqual([]);
    expect(tags?.Condition).toMatchObject({
      Null: { 'aws:ResourceTag/stillpoint:policy-id': 'false', 'aws:TagKeys': 'false' },
      'ForAllValues:StringLike': {
        'aws:TagKeys': [
          ...['consistency', 'reason', 'confirmed', 'copy-failures', 'shared-until', 'fast-restore'],
          ...['deleting', 'skipped', 'orphan'],
        ].map((key) => `stillpoint:${key}`),
      },
    });
  });

  it('deletes only what is ours', () => {
    const [remove, ...more] = withAction(statements, 'ec2:DeleteSnapshot', '::snapshot/*');
    expect(more).toEqual([]);
    expect(remove?.Condition).toMatchObject({ Null: { 'aws:ResourceTag/stillpoint:policy-id': 'false' } });
  });

  const OURS = { 'aws:ResourceTag/stillpoint:policy-id': 'false' };
  const withRules = statementsOf('looks after', { policies: [AFTER_COMPLETION] });
  const conditionsOf = (action: string) => withAction(withRules, action, '::snapshot/*').map(({ Condition }) => Condition);
  const REGION = { 'ec2:Region': { Ref: 'AWS::Region' } };

  it('shares ours with the accounts of the policies alone, and takes it from them; the group all has a key that nothing allows', () => {
    const accounts = ['222222222222', '333333333333'];
    expect(conditionsOf('ec2:ModifySnapshotAttribute')).toEqual([
      { StringEquals: { ...REGION, 'ec2:Add/userId': accounts }, Null: OURS },
      { StringEquals: { ...REGION, 'ec2:Remove/userId': accounts }, Null: OURS },
    ]);
    expect(conditionsOf('ec2:DescribeSnapshotAttribute')).toEqual([{ StringEquals: REGION, Null: OURS }]);
  });

  it('switches fast restore on in the zones of the policies alone, and off anywhere', () => {
    expect(conditionsOf('ec2:EnableFastSnapshotRestores')).toEqual([
      { StringEquals: { ...REGION, 'ec2:AvailabilityZone': ['eu-west-1a', 'eu-west-1b'] }, Null: OURS },
    ]);
    expect(conditionsOf('ec2:DisableFastSnapshotRestores')).toEqual([{ StringEquals: REGION, Null: OURS }]);
  });
});

describe('the rescue function’s role', () => {
  it('may take dead letters, send a thaw, tell and count, nothing else', () => {
    expect(actionsOf(statementsOf('given up'))).toEqual([
      'dynamodb:UpdateItem',
      'events:PutEvents',
      ...LOG,
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ]);
  });
});

describe('the removal function’s role', () => {
  it('may set the stop switch, count messages, list snapshots and tell, nothing else', () => {
    expect(actionsOf(statementsOf('before the stack'))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'ec2:DescribeSnapshots',
      'events:PutEvents',
      ...LOG,
      'sqs:GetQueueAttributes',
    ]);
  });
});

describe('the worker’s role', () => {
  const statements = statementsOf('runs an execution');

  it('has wildcard resources only where an action takes none', () => {
    const open = statements.filter((one) => one.Resource.includes('*'));
    expect(actionsOf(open)).toEqual([
      'ec2:DescribeInstances',
      'ec2:DescribeSnapshots',
      'ec2:DescribeVolumes',
      'ssm:CancelCommand',
      'ssm:DescribeInstanceInformation',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
      'ssm:ListCommands',
    ]);
    for (const { Condition } of open) expect(JSON.stringify(Condition)).toContain('{"Ref":"AWS::Region"}');
  });

  it('holds CreateSnapshots to the policies’ target tags, one statement a key', () => {
    const tags = withAction(statements, 'ec2:CreateSnapshots', ':instance/*').map(({ Condition }) => {
      const { 'ec2:Region': _region, ...rest } = Condition?.['StringEquals'] ?? {};
      return rest;
    });
    expect(tags).toEqual([{ 'aws:ResourceTag/backup': ['database', 'nightly'] }, { 'aws:ResourceTag/tier': 'data' }]);
  });

  it('takes a target tag’s value literally', () => {
    const policies = [{ id: 'odd', policy: policy({ TargetTags: [{ Key: 'owner', Value: '${aws:username}' }] }) }];
    const [statement] = withAction(statementsOf('runs an execution', { policies }), 'ec2:CreateSnapshots', ':instance/*');
    expect(statement?.Condition?.['StringEquals']).toMatchObject({ 'aws:ResourceTag/owner': '${$}{aws:username}' });
  });

  it('makes snapshots only with the ownership tag, and demands no request tag of instances and volumes', () => {
    const owned = { 'aws:RequestTag/stillpoint:policy-id': 'false' };
    expect(withAction(statements, 'ec2:CreateSnapshots', '::snapshot/*').map((one) => one.Condition?.['Null'])).toEqual([owned]);
    for (const kind of [':instance/*', ':volume/*']) {
      expect(JSON.stringify(withAction(statements, 'ec2:CreateSnapshots', kind))).not.toContain('RequestTag');
    }
  });

  it('tags snapshots when it makes them; later only its own, with keys that don’t mark ownership', () => {
    const [onCreate, later, ...more] = withAction(statements, 'ec2:CreateTags', '::snapshot/*');
    expect(more).toEqual([]);
    expect(onCreate?.Condition?.['StringEquals']).toMatchObject({ 'ec2:CreateAction': 'CreateSnapshots' });
    expect(later?.Condition).toMatchObject({
      Null: { 'aws:ResourceTag/stillpoint:policy-id': 'false', 'aws:TagKeys': 'false' },
      'ForAllValues:StringLike': {
        'aws:TagKeys': [
          ...['stillpoint:consistency', 'stillpoint:reason', 'stillpoint:members', 'stillpoint:post-script'],
          ...['stillpoint:held-ms', 'stillpoint:thawed-by', 'stillpoint:held', 'stillpoint:result-*'],
        ],
      },
    });
  });

  it('may write tags of volumes later only where a policy copies them, and never a key of ours', () => {
    const policies = [{ id: 'copying', policy: policy({ Schedules: policy().Schedules.map((one) => ({ ...one, CopyTags: true })) }) }];
    const [, , copies, ...more] = withAction(statementsOf('runs an execution', { policies }), 'ec2:CreateTags', '::snapshot/*');
    expect(more).toEqual([]);
    expect(copies?.Condition).toMatchObject({
      Null: { 'aws:ResourceTag/stillpoint:policy-id': 'false', 'aws:TagKeys': 'false' },
      'ForAllValues:StringNotLike': { 'aws:TagKeys': 'stillpoint:*' },
    });
  });

  it('sends the documents that policies name, and no others, whatever tags document and instance carry by then', () => {
    const [statement, ...more] = statements.filter(({ Action }) => Action.includes('ssm:SendCommand'));
    expect(more).toEqual([]);
    expect(statement?.Resource.map((arn) => textOf(arn).replace(/^.*document\//, ''))).toEqual([
      'shared-database"',
      'arn::ec2:::instance/*',
      'our-database',
      'stillpoint-filesystem',
    ]);
    expect(statement?.Condition).toBeUndefined();
  });

  it('reads what it may send, before the pre-script: tagged documents of this account, shared ones by ARN', () => {
    const [tagged, shared, ...more] = withAction(statements, 'ssm:GetDocument', ':document/');
    expect(more).toEqual([]);
    expect(tagged?.Resource).toHaveLength(3);
    expect(tagged?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/DLMScriptsAccess': 'true' } });
    expect(shared?.Resource).toEqual(['arn:aws:ssm:eu-west-1:444455556666:document/shared-database']);
    expect(shared?.Condition).toEqual({ StringNotEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } });
    expect(withAction(statements, 'ssm:DescribeDocument', ':document/').flatMap((one) => one.Resource)).toHaveLength(3);
  });

  it('puts events under one source only, also in a call of several entries', () => {
    const [statement] = withAction(statements, 'events:PutEvents', ':event-bus/default');
    expect(statement?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'events:source': 'stillpoint' },
      Null: { 'events:source': 'false' },
    });
  });

  it('may use the keys that are named, through EC2 only, and no key otherwise', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/a';
    const kms = (props: Parameters<typeof exampleTemplate>[0]) =>
      statementsOf('runs an execution', props).filter(({ Action }) => Action.some((action) => String(action).startsWith('kms:')));
    expect(kms({})).toEqual([]);
    const [use, grant] = kms({ volumeKeys: [key] });
    expect([use?.Resource, grant?.Resource]).toEqual([[key], [key]]);
    expect(use?.Condition?.['StringEquals']).toHaveProperty(['kms:ViaService']);
    expect(grant).toMatchObject({ Action: ['kms:CreateGrant'], Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } });
  });

  it('uses items of the table of brakes alone: it can’t list, make or delete a table', () => {
    const onTable = statements.filter(({ Action }) => Action.some((action) => String(action).startsWith('dynamodb:')));
    expect(onTable).toMatchObject([
      {
        Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Resource: [{ 'Fn::GetAtt': [expect.stringContaining('Brakes'), 'Arn'] }],
      },
    ]);
  });

  it('works without a policy', () => {
    const actions = actionsOf(statementsOf('runs an execution', { policies: [] }));
    expect(actions).not.toContain('ssm:SendCommand');
  });
});

/** IAM actions of the API calls that the adapters make, by the client that each is imported from. */
const adapterActions = (): readonly string[] => {
  const folder = join(import.meta.dirname, '../../lambda/aws');
  const prefixes: Readonly<Record<string, string>> = { ec2: 'ec2', ssm: 'ssm', sqs: 'sqs', eventbridge: 'events', dynamodb: 'dynamodb' };
  const imports = readdirSync(folder).flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(/import \{([^}]+)\} from '@aws-sdk\/client-(\w+)'/g),
  ]);
  const actions = imports.flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].map(([, command, paged]) => `${prefixes[client]}:${command ?? paged}`),
  );
  // The batch call has no action of its own.
  return [...new Set(actions.map((action) => action.replace(/^sqs:SendMessageBatch$/, 'sqs:SendMessage')))].sort();
};

/** A policy that asks for all that is done after completion. */
const COPYING = {
  id: 'copying',
  policy: policy({
    Schedules: policy().Schedules.map((schedule) => ({
      ...schedule,
      CrossRegionCopyRules: [{ Target: 'eu-central-1', Encrypted: false }],
    })),
  }),
};

describe('the roles together', () => {
  it('grant every API call that the adapters make', () => {
    const policies = [...EXAMPLE_POLICIES, COPYING, AFTER_COMPLETION];
    const granted = actionsOf(
      ['plans', 'runs an execution', 'given up', 'before the stack', 'looks after'].flatMap((what) => statementsOf(what, { policies })),
    );
    const used = adapterActions();
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((action) => !granted.includes(action))).toEqual([]);
  });
});
