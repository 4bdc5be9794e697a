import { Findings } from '../../sandbox/document-test/findings';
import type { Finding, Line, Result } from '../../sandbox/document-test/line';
import { LINES } from '../../sandbox/document-test/lines';
import { asJson, passes, renderFindings } from '../../sandbox/document-test/report';

const EXPECTED = [LINES.contract, LINES.works, LINES.freeze, LINES.kill];
const found = (line: Line, result: Result = 'pass'): Finding => ({ line, result, seen: 'so it was' });

describe('what the test kit found', () => {
  test('is told in the table’s order, whatever is found first', () => {
    const told: string[] = [];
    const findings = new Findings(EXPECTED, ({ line }) => told.push(line.id));

    findings.add([found(LINES.contract)]);
    findings.add([found(LINES.kill)]);
    expect(told).toEqual(['contract']);
    findings.add([found(LINES.freeze), found(LINES.works)]);
    expect(told).toEqual(['contract', 'works', 'freeze', 'kill']);
  });

  test('lines that nobody came to are told as not tried, which is no pass', () => {
    const told: string[] = [];
    const findings = new Findings(EXPECTED, ({ line, result }) => told.push(`${line.id} ${result}`));
    findings.add([found(LINES.contract), found(LINES.works)]);

    expect(findings.complete().map(({ result }) => result)).toEqual(['pass', 'pass', 'not tried', 'not tried']);
    expect(told).toEqual(['contract pass', 'works pass', 'freeze not tried', 'kill not tried']);
    expect(passes(findings.complete())).toBe(false);
  });

  test.each([
    [LINES.contract, false],
    [LINES.works, false],
    [LINES.freeze, false],
    [LINES.kill, true],
  ])('after a failed $id there is more to try: %s', (line, sound) => {
    const findings = new Findings(EXPECTED, () => undefined);
    findings.add([found(line, 'fail')]);
    expect(findings.sound).toBe(sound);
  });

  const CONSEQUENCES: readonly (readonly [Result, string])[] = [
    ['pass', LINES.kill.good],
    ['fail', LINES.kill.bad],
    ['not applicable', 'No question for this document, as it was tried.'],
    ['not tried', 'Nothing is known of it, and that is no pass.'],
  ];
  const subject = { name: 'plain', document: {}, parameters: {}, volumes: [], bystanders: [], freezes: true, timeoutSeconds: 1 };

  test.each(CONSEQUENCES)('%s has its consequence in the table and in the JSON', (result, consequence) => {
    const findings = [found(LINES.kill, result)];
    const table = renderFindings(findings, { live: false, colours: false, columns: 200, rows: 24, write: () => undefined }).replaceAll(
      /\s+/g,
      ' ',
    );

    expect(table).toContain(consequence);
    expect(JSON.parse(asJson({ ...subject, autoThaw: { seconds: 4 } }, findings, 1))).toMatchObject({
      ok: result === 'pass' || result === 'not applicable',
      lines: [{ id: 'kill', result, consequence, seen: 'so it was' }],
    });
  });
});
