import { type Finding, failed, ok } from './finding';

/** DLM's word for VSS snapshots of Windows. */
const VSS = 'AWS_VSS_BACKUP';

/** Instance types that AWS lists as not supported for VSS: too small, snapshots may lack their tags (EC2 user guide, VSS requirements). */
const UNSUPPORTED: ReadonlySet<string> = new Set(
  ['t2', 't3', 't3a'].flatMap((family) => ['nano', 'micro'].map((size) => `${family}.${size}`)),
);

/** Only of policies that use VSS. */
export const vssFindings = (executionHandler: string, instanceType: string): readonly Finding[] => {
  if (executionHandler !== VSS) return [];
  return UNSUPPORTED.has(instanceType)
    ? [failed('vss', `${instanceType} is not supported for VSS`, 'Take a larger instance type.')]
    : [ok('vss', instanceType)];
};
