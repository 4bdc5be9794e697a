import { Interrupted, type Interruption } from '../../sandbox/cli/interruption';
import { withSandbox } from '../../sandbox/cli/lifetime';
import { fakeSandbox } from './support/fake-sandbox';

/** An interruption that the test brings about. */
const interruptible = (): Interruption & { readonly interrupt: () => void } => {
  const controller = new AbortController();
  const interrupted = new Promise<never>((_, reject) =>
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason)),
  );
  interrupted.catch(() => undefined);
  return {
    signal: controller.signal,
    race: (promise) => Promise.race([promise, interrupted]),
    interrupt: () => controller.abort(new Interrupted('SIGINT')),
  };
};

describe('a sandbox is stopped', () => {
  it('after use', async () => {
    const sandbox = fakeSandbox();
    await expect(withSandbox(sandbox, interruptible(), async () => 7)).resolves.toBe(7);
    expect(sandbox.calls).toEqual(['start', 'stop']);
  });

  it('after a failure, which is told', async () => {
    const sandbox = fakeSandbox();
    await expect(withSandbox(sandbox, interruptible(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(sandbox.calls).toEqual(['start', 'stop']);
  });

  it('after a start that failed, without being used', async () => {
    const sandbox = fakeSandbox({ start: () => Promise.reject(new Error('no loop device')) });
    const use = jest.fn();
    await expect(withSandbox(sandbox, interruptible(), use)).rejects.toThrow('no loop device');
    expect(sandbox.calls).toEqual(['start', 'stop']);
    expect(use).not.toHaveBeenCalled();
  });

  it('when a signal comes in the middle of a run that would never end', async () => {
    const sandbox = fakeSandbox();
    const interruption = interruptible();
    const running = withSandbox(sandbox, interruption, () => new Promise(() => interruption.interrupt()));
    await expect(running).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
    expect(sandbox.calls).toEqual(['start', 'stop']);
  });

  it('when a signal comes while it starts, without being used', async () => {
    const interruption = interruptible();
    const sandbox = fakeSandbox({ start: () => new Promise(() => interruption.interrupt()) });
    const use = jest.fn();
    await expect(withSandbox(sandbox, interruption, use)).rejects.toThrow('SIGINT');
    expect(sandbox.calls).toEqual(['start', 'stop']);
    expect(use).not.toHaveBeenCalled();
  });
});
