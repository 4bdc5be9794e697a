import { reportCommand } from './command';

/** `npm run report`. */
const { code, said } = reportCommand(process.argv.slice(2));
(code === 0 ? process.stdout : process.stderr).write(said);
process.exitCode = code;
