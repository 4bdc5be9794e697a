/** The kinds of alarms. Each has an entry in the runbook. */
export const ALARMS = {
  overdue: 'A target has had no backup for more than an hour longer than its policy allows.',
  'sweep-absent': 'The hourly sweep has told nothing of this policy for three hours: nobody would notice a target that is overdue.',
  'possibly-frozen': 'Nobody can confirm that an instance is thawed: look at once.',
  causes: 'Executions ended with a script that failed.',
  'freeze-window': "A freeze lasted longer than the policy's FreezeBudget.",
  'copies-failed': 'Copies of snapshots in another region failed.',
  'unplanned-runs': 'A run was never planned: its targets have no backup of it.',
  'lifecycle-dead-letters': 'Sets were not looked after: not confirmed, not deleted, not copied. The daily sweep tries again.',
  'dead-executions': 'Several workers in a row did not end an execution; the rescue function has been given it.',
  'dead-executions-waiting': 'The rescue function does not take dead executions: an instance may be frozen.',
} as const;
export type AlarmKind = keyof typeof ALARMS;

/** Where the runbook is unless the deployment says otherwise: in the repository and in the package. */
export const RUNBOOK = 'docs/runbook.md';

/** One sentence, and where to read on. */
export const alarmDescription = (kind: AlarmKind, runbookUrl: string): string => `${ALARMS[kind]} ${runbookUrl}#alarm-${kind}`;
