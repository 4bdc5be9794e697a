import { parseBrakesArguments } from '../cli/brakes/arguments';
import { BRAKES_HELP } from '../cli/brakes/help';

/** `npm run brakes`. Help and wrong arguments need no AWS, so the rest is loaded after them. */
const main = async (): Promise<number> => {
  const parsed = parseBrakesArguments(process.argv.slice(2));
  if (parsed.kind === 'help') {
    process.stdout.write(BRAKES_HELP);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${parsed.message}\nSee npm run brakes -- --help.\n`);
    return 2;
  }
  const { enterBrakes } = await import('../cli/brakes/enter');
  return enterBrakes(parsed);
};

process.exitCode = await main();
