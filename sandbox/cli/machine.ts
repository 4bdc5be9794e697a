import { detectMode, inPrivateNamespace, runInPrivateNamespace } from '../instance/index';
import type { Mode } from '../instance/ports';

/** What this machine can hold. */
export interface MachineMode {
  readonly mode: Mode;
  /** What it lacks for real volumes. */
  readonly missing: readonly string[];
}

/**
 * Goes to where the run can be: into a private mount namespace (this process starts itself again there and never returns from here), or nowhere
 * when volumes have to be folders. STILLPOINT_SANDBOX_MODE=directory asks for folders.
 */
export const enterMachine = async (): Promise<MachineMode> => {
  if (inPrivateNamespace()) return { mode: 'real', missing: [] };
  if (process.env['STILLPOINT_SANDBOX_MODE'] === 'directory')
    return { mode: 'directory', missing: ['STILLPOINT_SANDBOX_MODE=directory is set'] };
  const detected = await detectMode();
  if (detected.mode === 'real') await runInPrivateNamespace();
  return detected;
};

/** What a run on folders can't show, and how to see it; nothing on real volumes. */
export const modeNotice = ({ mode, missing }: MachineMode): readonly string[] =>
  mode === 'real'
    ? []
    : [
        `Volumes are folders here (missing: ${missing.join('; ')}).`,
        'Not exercised: freezing real filesystems, snapshots at one point in time, the proof of consistency. Only applications are quiesced.',
        'To exercise it, run as root on Linux with loop devices (in a container: --privileged) and the Debian packages e2fsprogs, xfsprogs, mount, util-linux.',
      ];
