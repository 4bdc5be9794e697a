// The runtime of one function process: loads the handler from the task root and runs one invocation at a time, as the
// parent tells it over the IPC channel. Plain JavaScript: it runs in a bare Node, without the sandbox's loaders.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Ctrl-C reaches the whole process group; the sandbox ends its functions itself. Without a parent there is no work.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

// Sandbox time: Date moves by an offset, timers and the monotonic clock stay real.
const RealDate = Date;
let offsetMs = 0;
const now = () => RealDate.now() + offsetMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: (target) => new target(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

const loadHandler = async () => {
  const [file, name] = process.env._HANDLER.split('.');
  const found = ['.mjs', '.js', '.cjs'].map((ending) => join(process.env.LAMBDA_TASK_ROOT, file + ending)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Runtime.ImportModuleError: no ${file} in the task root`);
  const loaded = await import(pathToFileURL(found).href);
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== 'function') throw new Error(`Runtime.HandlerNotFound: ${process.env._HANDLER} is not a function`);
  return handler;
};

const contextOf = ({ requestId, functionArn, remainingMs }) => {
  const deadline = performance.now() + remainingMs;
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
};

const errorOf = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: 'Error', errorMessage: String(error), trace: [] };

// All output of an invocation lies before its mark, so the parent can tell whose a line is.
const finish = (requestId, result) => {
  process.stdout.write(`\u001e${requestId}\n`);
  process.stderr.write(`\u001e${requestId}\n`);
  process.send({ type: 'result', requestId, ...result });
};

let handler;
process.on('message', async (message) => {
  offsetMs = message.offsetMs;
  try {
    handler ??= await loadHandler();
    const value = await handler(message.event, contextOf(message));
    finish(message.requestId, { ok: true, payload: JSON.stringify(value) ?? 'null' });
  } catch (error) {
    console.error(JSON.stringify({ level: 'ERROR', message: 'Invoke Error', requestId: message.requestId, ...errorOf(error) }));
    finish(message.requestId, { ok: false, ...errorOf(error) });
  }
});
