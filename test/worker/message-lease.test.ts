import { LEASE_SECONDS, MessageLease } from '../../lambda/worker/message-lease';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 3, 0, seconds));

const leaseAt = (start: number) => {
  let second = start;
  const asked: number[] = [];
  const warned: string[] = [];
  let broken = false;
  const lease = new MessageLease(
    async () => {
      if (broken) throw new Error('ReceiptHandleIsInvalid');
      asked.push(second);
    },
    { now: () => at(second) },
    (_level, message) => warned.push(message),
  );
  /** Let virtual and timer time pass together, a tick of the timer a second. */
  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed++) {
      second++;
      await jest.advanceTimersByTimeAsync(1_000);
    }
  };
  return { lease, asked, warned, pass, breakIt: () => (broken = true) };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('it is held for 90 s from the request of the last heartbeat', async () => {
  const { lease, pass } = leaseAt(0);
  expect(lease.held()).toBe(false);
  await lease.beat();
  await pass(LEASE_SECONDS - 1);
  expect(lease.held()).toBe(true);
  await pass(1);
  expect(lease.held()).toBe(false);
});

test('it beats every 30 s by itself once started', async () => {
  const { lease, asked, pass } = leaseAt(0);
  await lease.beat();
  lease.start();
  await pass(95);
  lease.stop();
  expect(asked).toEqual([0, 30, 60, 90]);
});

test('quiet, it does not beat until it would end', async () => {
  const { lease, asked, pass } = leaseAt(0);
  await lease.beat();
  lease.start();
  lease.quiet(true);
  await pass(49);
  expect(asked).toEqual([0]);
  await pass(1);
  lease.stop();
  expect(asked).toEqual([0, 50]);
});

test('a heartbeat that fails is told, and the lease ends when its time is over', async () => {
  const { lease, warned, pass, breakIt } = leaseAt(0);
  await lease.beat();
  lease.start();
  breakIt();
  await pass(89);
  expect(lease.held()).toBe(true);
  await pass(1);
  lease.stop();
  expect(lease.held()).toBe(false);
  expect(warned).toContain('heartbeat failed');
});

test('a heartbeat that is asked for throws when the message is no longer ours', async () => {
  const { lease, breakIt } = leaseAt(0);
  breakIt();
  await expect(lease.beat()).rejects.toThrow('ReceiptHandleIsInvalid');
});
