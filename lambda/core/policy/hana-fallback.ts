import { isHana } from './execution-handler';
import type { Policy } from './policy-schema';

/** What to do about the crash-consistent fallback with SAP HANA. */
export const HANA_FALLBACK =
  "After a failed pre-script the set is one that HANA's backup catalogue does not know, made without its internal snapshot. " +
  'Set ExecuteOperationOnScriptFailure to false, and there is none.';

/** Names of the schedules that run AWS's document for SAP HANA with the crash-consistent fallback, which DLM has on by default. */
export const hanaFallbacks = (policy: Policy): readonly string[] =>
  policy.Schedules.filter(({ CreateRule }) =>
    (CreateRule.Scripts ?? []).some(
      ({ ExecutionHandler, Stages, ExecuteOperationOnScriptFailure = true }) =>
        isHana(ExecutionHandler) && ExecuteOperationOnScriptFailure && (Stages ?? ['PRE']).includes('PRE'),
    ),
  ).map(({ Name }) => Name);
