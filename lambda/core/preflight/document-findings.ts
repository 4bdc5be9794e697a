import { LEAST_AUTO_THAW_SECONDS } from '../execution/admission';
import { isHana } from '../policy/execution-handler';
import type { AgentFacts, DocumentFacts, DryRunFacts } from './facts';
import { type Finding, failed, ok, warning } from './finding';

/** What is wrong with a document before anything is sent. Nothing: its dry-run may be asked for. */
export const documentFinding = (document: DocumentFacts, agent: AgentFacts): Finding => {
  if (!document.ok) return failed('document', document.problem, 'Repair the document: docs/documents.md.');
  const { name, version, platforms, contract } = document;
  const platform = agent.kind === 'managed' ? agent.platform : undefined;
  if (platform !== undefined && platforms.length > 0 && !platforms.includes(platform))
    return failed('document', `${name} is for ${platforms.join(', ')}, the instance runs ${platform}`, 'Take a document for its platform.');
  const { autoThawSeconds, dryRun } = contract;
  if (autoThawSeconds !== undefined && autoThawSeconds < LEAST_AUTO_THAW_SECONDS)
    return failed(
      'document',
      `${name} thaws by itself after ${autoThawSeconds} s`,
      `At least ${LEAST_AUTO_THAW_SECONDS} s are needed: set the default of its parameter autoThawSeconds.`,
    );
  if (!dryRun)
    return failed(
      'document',
      `${name} does not list dry-run among what its parameter command takes`,
      'Nothing is sent to a document that may take dry-run for a script. Without our result lines its sets are `reported` at best.',
    );
  return ok('document', version === undefined ? name : `${name}, version ${version}`);
};

/** A recovery thaw might record a backup that does not exist. */
export const recoveryFinding = (document: DocumentFacts): readonly Finding[] =>
  document.ok && document.contract.recordsBackupInPost
    ? [
        warning(
          'document',
          'its post-script records a backup: no recovery thaw',
          isHana(document.name)
            ? 'So it is with SAP HANA: after a pre-script that failed, look at the instance; docs/runbook.md.'
            : 'Let it declare the parameter outcome: docs/documents.md.',
        ),
      ]
    : [];

const WAYS_ON: Readonly<Record<number, string>> = {
  204: 'Wait for the post-script of the attempt that holds; docs/runbook.md, Cause 204.',
  206: 'Make the application ready; docs/documents.md says what the document waits for.',
};
const REPAIR = 'Repair it on the instance; docs/documents.md says what the document looks at.';

/** What the document's own dry-run found on the instance. */
export const dryRunFindings = (dryRun: DryRunFacts): readonly Finding[] => {
  switch (dryRun.kind) {
    case 'not-sent':
      return [];
    case 'refused':
      return [refused(dryRun)];
    case 'no-answer':
      return [
        failed(
          'dry-run',
          `no end in time; Systems Manager's last status: ${dryRun.status}`,
          'Look at the agent on the instance, and at its log.',
        ),
      ];
    case 'ended':
      return dryRun.line === undefined ? [withoutLine(dryRun.exitCode)] : ofLine(dryRun.line);
  }
};

const refused = ({ code, message }: Extract<DryRunFacts, { kind: 'refused' }>): Finding =>
  /^AccessDenied/.test(code)
    ? failed('rights', `ssm:SendCommand: ${message}`, 'Deploy the stack with the policy that names this document.')
    : failed('dry-run', `Systems Manager refused it: ${code}: ${message}`, 'See the message.');

const withoutLine = (exitCode: number): Finding =>
  exitCode === 0
    ? failed('dry-run', 'it prints no line of our contract', 'Its sets are `reported` at best: print result lines, docs/documents.md.')
    : failed('dry-run', `it exited with ${exitCode}, without a line of our contract`, 'Run it by hand and look at its output.');

type Line = NonNullable<Extract<DryRunFacts, { kind: 'ended' }>['line']>;

const ofLine = ({ ready, exitCode, error = 'it says no more', checks }: Line): readonly Finding[] => {
  const advice = WAYS_ON[exitCode] ?? REPAIR;
  const told = checks.flatMap(({ name, result, detail }) => {
    if (result === 'ok') return [];
    return [result === 'failed' ? failed('dry-run', `${name}: ${detail}`, advice) : warning('dry-run', `${name}: ${detail}`, '')];
  });
  if (ready) return [ok('dry-run', 'ready'), ...told];
  const isTold = checks.some(({ result, detail }) => result === 'failed' && detail === error);
  return isTold ? told : [failed('dry-run', `${error} (a pre-script would exit with ${exitCode})`, advice), ...told];
};
