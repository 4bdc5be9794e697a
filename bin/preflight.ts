import { parsePreflightArguments } from '../cli/preflight/arguments';
import { PREFLIGHT_HELP } from '../cli/preflight/help';

/** `npm run preflight`. Help and wrong arguments need no AWS, so the rest is loaded after them. */
const main = async (): Promise<number> => {
  const parsed = parsePreflightArguments(process.argv.slice(2));
  if (parsed.kind === 'help') {
    process.stdout.write(PREFLIGHT_HELP);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${parsed.message}\nSee npm run preflight -- --help.\n`);
    return 2;
  }
  const { enterPreflight } = await import('../cli/preflight/enter');
  return enterPreflight(parsed);
};

process.exitCode = await main();
