import { failuresOf, readOutcomes } from '../../sandbox/cli/outcome';
import { closingEvent, completionEvent, DATABASE, foreignEvent, possiblyFrozenEvent, scriptEvent, WEB } from './support/events';

describe('an outcome', () => {
  it('is read from the closing event', () => {
    expect(readOutcomes([closingEvent()])).toEqual([
      {
        executionId: `run/${WEB}`,
        instanceId: WEB,
        policyId: 'nightly',
        result: 'success',
        cause: '',
        consistency: 'application',
        reason: 'proven',
        attempts: 1,
        freezeWindowMs: 41.6,
        snapshotIds: ['snap-00000000000000001', 'snap-00000000000000002'],
        scripts: [],
      },
    ]);
  });

  it('has the scripts of its execution in order, however the events came', () => {
    const events = [
      scriptEvent({ attempt: 2, stage: 'POST' }),
      scriptEvent({ attempt: 2 }),
      closingEvent({ fields: { attempts: 2 } }),
      scriptEvent({ attempt: 1, result: 'failed', cause: '206' }),
      scriptEvent({ attempt: 1, result: 'initiated' }),
      scriptEvent({ instanceId: DATABASE, result: 'failed', cause: '201' }),
    ];
    const [outcome] = readOutcomes(events);
    expect(outcome?.scripts.map(({ stage, attempt, cause }) => `${attempt} ${stage} ${cause}`)).toEqual(['1 PRE 206', '2 PRE ', '2 POST ']);
  });

  it('counts a script once that was told twice, and a retry of it as another', () => {
    const failed = scriptEvent({ stage: 'POST', result: 'failed', cause: '202', commandId: 'first' });
    const [outcome] = readOutcomes([failed, failed, scriptEvent({ stage: 'POST', commandId: 'second' }), closingEvent()]);
    expect(outcome?.scripts.map(({ cause }) => cause)).toEqual(['202', '']);
  });

  it('names failed scripts, and a recovery thaw apart from a post-script', () => {
    const events = [
      scriptEvent({ result: 'failed', cause: '201' }),
      scriptEvent({ stage: 'POST', recovery: true, result: 'failed', cause: '205' }),
      closingEvent({ fields: { result: 'failed', freeze_window_ms: null, detail: 'the pre-script failed' } }),
    ];
    const [outcome] = readOutcomes(events);
    expect(outcome && failuresOf(outcome)).toEqual(['PRE 201', 'THAW 205']);
    expect(outcome?.freezeWindowMs).toBeUndefined();
    expect(outcome?.reason).toBe('proven (the pre-script failed)');
  });

  it('is that of no set where EC2 could not complete it afterwards, whichever event comes first', () => {
    for (const events of [
      [completionEvent('withdrawn'), closingEvent()],
      [closingEvent(), completionEvent('withdrawn')],
    ]) {
      const [outcome] = readOutcomes(events);
      const none = { result: 'failed', consistency: 'none', reason: 'late-failure (key not accessible)', snapshotIds: [] };
      expect(outcome).toMatchObject(none);
    }
  });

  it('stays what it was where EC2 completed the set, or lost that of another attempt', () => {
    const [outcome] = readOutcomes([closingEvent(), completionEvent('confirmed'), completionEvent('withdrawn', 'snap-of-another')]);
    expect(outcome).toMatchObject({ result: 'success', consistency: 'application' });
  });

  it("is not made from other events' details", () => {
    expect(readOutcomes([foreignEvent(WEB), possiblyFrozenEvent(), scriptEvent({})])).toEqual([]);
  });

  it('does not hide an event of ours that lacks its fields', () => {
    expect(() => readOutcomes([closingEvent({ fields: { consistency: undefined } })])).toThrow('consistency');
  });
});
