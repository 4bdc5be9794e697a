import type { Attempt, Facts, Script, VssCommand } from '../execution/facts';
import type { Plan } from '../execution-message';
import type { Policy } from '../policy/policy-schema';
import { isMissingRight } from './missing-right';
import type { Fault, Sighting } from './policy-state';

/** What an execution knows when it closes. */
export interface Closing {
  readonly plan: Plan | undefined;
  /** The document when the execution began; undefined without scripts, and of VSS, whose documents follow no contract. */
  readonly document: { readonly ok: true } | { readonly ok: false; readonly problem: string } | undefined;
  readonly facts: Facts;
  /** As it is deployed now. */
  readonly policy: Policy;
}

/** SSM's refusals of a document that was there, and whole, when the execution began. */
const DOCUMENT_CODES: ReadonlySet<string> = new Set(['InvalidDocument', 'InvalidDocumentVersion', 'InvalidParameters']);

/** Every command that was to be sent to the instance. */
const commandsOf = ({ attempts }: Facts): readonly (Script | VssCommand)[] =>
  attempts.flatMap(({ pre, vss, posts }) => [pre, vss, ...posts].flatMap((command) => command ?? []));
const setsOf = ({ attempts, plainSet }: Facts) => [...attempts.map(({ set }) => set), plainSet];

const tooShort = ({ refusal }: Attempt): boolean => refusal?.why === 'auto-thaw-too-short';

/** The document's own fault. One for another platform than the instance's is the instance's, and none of these. */
const ofDocument = ({ document, facts }: Closing, handler: string): Fault | undefined => {
  const cause = document?.ok === false ? document.problem : facts.attempts.find(tooShort)?.refusal?.detail;
  return cause === undefined ? undefined : { kind: 'document', handler, cause };
};

const ofCommands = (facts: Facts, handler: string): Fault | undefined => {
  for (const command of commandsOf(facts)) {
    if (command.kind !== 'refused') continue;
    const cause = `ssm:SendCommand: ${command.code}: ${command.message}`;
    if (isMissingRight(command.code)) return { kind: 'send-command', handler, cause };
    if (DOCUMENT_CODES.has(command.code)) return { kind: 'document', handler, cause };
  }
  return undefined;
};

const ofSets = (facts: Facts): Fault | undefined => {
  const refused = setsOf(facts).flatMap((set) => (set?.kind === 'failed' && isMissingRight(set.code) ? [set] : []))[0];
  return refused && { kind: 'create-snapshots', handler: '', cause: `ec2:CreateSnapshots: ${refused.code}: ${refused.message}` };
};

/** What an execution met that is its policy's fault, the first on its way. */
export const faultOf = (closing: Closing): Fault | undefined => {
  const handler = closing.plan?.executionHandler ?? '';
  return ofDocument(closing, handler) ?? ofCommands(closing.facts, handler) ?? ofSets(closing.facts);
};

const wasSent = (command: Script | VssCommand): boolean => 'command' in command && command.command !== undefined;

/** Whether an execution without a fault came past what a fault was met in. One whose document no schedule names any more is over as well. */
export const passed = ({ plan, facts, policy }: Closing, { kind, handler }: Fault): boolean => {
  const scripts = policy.Schedules.flatMap(({ CreateRule }) => CreateRule.Scripts ?? []);
  const isNamed = scripts.some(({ ExecutionHandler }) => ExecutionHandler === handler);
  const isOwn = plan?.executionHandler === handler;
  switch (kind) {
    // Of a document that was read SSM may still refuse a command, and the guardian's time is looked at last: only a command that was sent shows it.
    case 'document':
    case 'send-command':
      return (isOwn && commandsOf(facts).some(wasSent)) || !isNamed;
    case 'create-snapshots':
    case 'call':
      return setsOf(facts).some((set) => set?.kind === 'created');
    case 'plan':
      return true;
  }
};

/** What a closing execution tells of its policy. */
export const sightingOf = (closing: Closing, of: Pick<Sighting, 'due' | 'by' | 'at'>): Sighting => ({
  ...of,
  fault: faultOf(closing),
  passed: (fault) => passed(closing, fault),
  repeats: true,
});
