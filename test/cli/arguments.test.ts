import { type Arguments, parseArguments, SERVE_OPTIONS, START_OPTIONS } from '../../sandbox/cli/arguments';

const start = (...args: string[]): Arguments => parseArguments(args, START_OPTIONS);
const serve = (...args: string[]): Arguments => parseArguments(args, SERVE_OPTIONS);

describe('the command line', () => {
  it.each<[string, Arguments, Arguments]>([
    ['nothing: the example', start(), { kind: 'run', fleet: {}, port: 0 }],
    ['a scenario', start('--scenario', 'a.json'), { kind: 'run', fleet: { scenario: 'a.json' }, port: 0 }],
    [
      'a policy and a document',
      start('--policy=p.json', '--document', 'd.yaml'),
      { kind: 'run', fleet: { policy: 'p.json', document: 'd.yaml' }, port: 0 },
    ],
    ['help', start('--help'), { kind: 'help' }],
    ['help, short', start('-h', '--policy', 'p.json'), { kind: 'help' }],
    ['a port', serve('--port', '4566'), { kind: 'run', fleet: {}, port: 4566 }],
  ])('takes %s', (_, parsed, expected) => {
    expect(parsed).toEqual(expected);
  });

  it.each<[string, Arguments, string]>([
    [
      'an unknown option',
      start('--scenaro', 'a.json'),
      'unknown option --scenaro; did you mean --scenario? known: --scenario, --policy, --document, --help',
    ],
    ['an option of the other command', start('--port', '1'), 'unknown option --port'],
    ['a file without its option', start('a.json'), "Unexpected argument 'a.json'"],
    ['an option without its file', start('--scenario'), "'--scenario <value>' argument missing"],
    ['an empty file name', start('--policy='), '--policy needs a file'],
    ['a scenario and a policy', start('--scenario', 'a', '--policy', 'b'), '--scenario names its own policies'],
    ['a port out of range', serve('--port', '65536'), '--port: found 65536, allowed: 0 to 65535'],
    ['a port that is no number', serve('--port', 'http'), '--port: found http, allowed: 0 to 65535'],
  ])('refuses %s', (_, parsed, message) => {
    expect(parsed).toEqual({ kind: 'wrong', message: expect.stringContaining(message) });
  });
});
