import type { AccountDocument } from '../../ports';

/**
 * Stand-ins for AWS's two documents that make snapshots by VSS: the parameters that the EC2 user guide publishes, with its values, and a step for
 * what it says that they do. AWS's own texts are PowerShell and are not here; patterns that AWS does not publish are not made up.
 */
const BOOLEAN = { type: 'String', default: 'False', allowedValues: ['True', 'False'] } as const;
const TEXT = { type: 'String', default: '' } as const;

const PARAMETERS = {
  ...{ ExcludeBootVolume: BOOLEAN, CopyOnly: BOOLEAN, NoWriters: BOOLEAN, CreateAmi: BOOLEAN, AmiName: TEXT, description: TEXT },
  // Letters, digits and `() ./\-"'@_+:={}` in keys and values.
  tags: { ...TEXT, allowedPattern: `(Key=[A-Za-z0-9() ./\\\\\\-"'@_+:={}]+,Value=[A-Za-z0-9() ./\\\\\\-"'@_+:={}]*(;|$))*` },
  ...{ executionTimeout: { ...TEXT, allowedPattern: '[0-9]*' }, SaveVssMetadata: BOOLEAN, CollectDiagnosticLogs: BOOLEAN },
};

/** The step that makes the snapshots. Its name in the newer document is published, by the guide's GetCommandInvocation. */
export const SNAPSHOT_STEP = 'CreateVssSnapshot';
export const INSTALL_STEP = 'InstallVssPackage';

const step = (name: string) => ({ action: 'aws:runPowerShellScript', name, inputs: { runCommand: ['# a stand-in of the sandbox'] } });

const document = (name: string, parameters: object, steps: readonly string[]): AccountDocument => ({
  name,
  content: JSON.stringify({ schemaVersion: '2.2', description: `Stand-in for ${name}`, parameters, mainSteps: steps.map(step) }),
});

export const VSS_STAND_INS: readonly AccountDocument[] = [
  document('AWSEC2-VssInstallAndSnapshot', { ...PARAMETERS, VssVersion: TEXT }, [INSTALL_STEP, SNAPSHOT_STEP]),
  document('AWSEC2-CreateVssSnapshot', PARAMETERS, [SNAPSHOT_STEP]),
];
