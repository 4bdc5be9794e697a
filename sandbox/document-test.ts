import { enterMachine } from './cli/machine';
import { type KitOptions, parseKitArguments } from './document-test/arguments';
import { KIT_HELP } from './document-test/help';
import { readSubject } from './document-test/subject';

const wrong = (message: string): number => {
  process.stderr.write(`${message}\nSee npm run document-test -- --help.\n`);
  return 2;
};

const run = async (options: KitOptions): Promise<number> => {
  const subject = readSubject(options);
  if (!subject.ok) return wrong(subject.message);
  const { mode, missing } = await enterMachine();
  if (mode !== 'real') {
    process.stderr.write(`The test kit freezes real filesystems, and can't here (missing: ${missing.join('; ')}).\n`);
    return 2;
  }
  const { runKit } = await import('./document-test/kit-command');
  return runKit(options, subject.value);
};

/** `npm run document-test`. What is wrong with the command line is told on every machine, before anything else. */
const main = async (): Promise<number> => {
  const parsed = parseKitArguments(process.argv.slice(2));
  if (parsed.kind === 'wrong') return wrong(parsed.message);
  if (parsed.kind === 'run') return run(parsed.options);
  process.stdout.write(KIT_HELP);
  return 0;
};

process.exit(await main());
