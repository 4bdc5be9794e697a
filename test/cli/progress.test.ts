import { createProgress, type Progress } from '../../sandbox/cli/progress';
import { capturedTerminal } from './support/captured-terminal';
import { closingEvent, DATABASE, request, scriptEvent, WEB } from './support/events';

const names = new Map([
  [WEB, 'web'],
  [DATABASE, 'database'],
]);

const show = (live: boolean, act: (progress: Progress) => void, columns = 80): string => {
  const terminal = capturedTerminal({ live, columns });
  act(createProgress({ terminal, names, elapsed: () => 1_234 }));
  return terminal.text();
};

const comment = (attempt: number, stage: string): { comment: string } => ({
  comment: `stillpoint nightly@2026-11-21T03:00Z attempt ${attempt} ${stage === 'post' ? 'post created' : stage}`,
});

describe('progress without a terminal', () => {
  it('is a line for each change, told while the freeze lasts', () => {
    const lines = show(false, (progress) => {
      progress.onRequest(request('SendMessageBatch'));
      progress.onRequest(request('SendCommand', [WEB], comment(1, 'pre')));
      progress.onRequest(request('GetCommandInvocation'));
      progress.onRequest(request('CreateSnapshots'));
      progress.onRequest(request('SendCommand', [WEB], comment(1, 'post')));
      progress.onEvent(scriptEvent({ stage: 'POST', result: 'failed', cause: '202' }));
      progress.onEvent(closingEvent());
    }).split('\n');
    expect(lines).toEqual([
      '   1.2 s  web       queued',
      '   1.2 s  web       pre-script, attempt 1',
      '   1.2 s  web       snapshot made, attempt 1',
      '   1.2 s  web       post-script, attempt 1',
      '   1.2 s  web       post-script, attempt 1; failed so far: POST 202',
      '   1.2 s  web       success; failed so far: POST 202',
      '',
    ]);
  });

  it('says nothing of commands that somebody else sends', () => {
    expect(show(false, (progress) => progress.onRequest(request('SendCommand', [WEB], { comment: 'patching' })))).toBe('');
    expect(show(false, (progress) => progress.onRequest(request('SendCommand')))).toBe('');
  });

  it('says nothing of requests that failed, of reads, and of other instances', () => {
    const lines = show(false, (progress) => {
      progress.onRequest(request('CreateSnapshots', [WEB], { status: 503 }));
      progress.onRequest(request('DescribeInstances'));
      progress.onRequest(request('SendCommand', ['i-000000000000000ff']));
    });
    expect(lines).toBe('');
  });
});

describe('progress on a terminal', () => {
  it('draws the whole fleet again over the block before', () => {
    const text = show(true, (progress) => {
      progress.onRequest(request('SendCommand', [WEB], comment(1, 'pre')));
      progress.onRequest(request('SendCommand', [DATABASE], comment(1, 'pre')));
    });
    const [, redrawn] = text.split('\u001b[3A\u001b[0J');
    expect(redrawn).toBe('  web       pre-script, attempt 1\n  database  pre-script, attempt 1\n  1.2 s\n');
  });

  it('falls back on lines when the fleet is higher than the screen', () => {
    const terminal = capturedTerminal({ live: true, rows: 4 });
    createProgress({ terminal, names, elapsed: () => 0 }).onRequest(request('SendCommand', [WEB], comment(1, 'pre')));
    expect(terminal.text()).toBe('   0.0 s  web       pre-script, attempt 1\n');
  });

  it('leaves the screen to the clean-up after a signal', () => {
    const terminal = capturedTerminal({ live: true });
    const progress = createProgress({ terminal, names, elapsed: () => 0, ended: AbortSignal.abort() });
    progress.onRequest(request('SendCommand'));
    expect(terminal.text()).toBe('');
  });

  it('never wraps a line, which would break the redrawing', () => {
    const text = show(true, (progress) => progress.onRequest(request('SendCommand', [WEB], comment(1, 'pre'))), 20);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(20);
  });
});
