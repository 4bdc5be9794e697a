import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const answerSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Answer = z.infer<typeof answerSchema>;

const evaluatedSchema = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ text: z.string(), exception: z.object({ description: z.string() }).optional() }).optional(),
});

export interface View {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A headless Chromium with one page, driven by the DevTools protocol over its pipe: no port, nothing that others could reach. */
export class Browser {
  private next = 1;
  private sessionId: string | undefined;
  private rest = '';
  private readonly waiting = new Map<number, { resolve(result: Record<string, unknown>): void; reject(error: Error): void }>();
  private readonly heard = new Map<string, () => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly commands: Writable,
    answers: Readable,
  ) {
    answers.setEncoding('utf8');
    answers.on('data', (chunk: string) => this.hear(chunk));
    child.once('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the browser ended'));
    });
  }

  static async start(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), 'stillpoint-browser-'));
    const options = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run'];
    const child = spawn('chromium-headless-shell', [...options, `--user-data-dir=${folder}`, '--remote-debugging-pipe', 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const [, , , commands, answers] = child.stdio;
    if (!(commands instanceof Writable && answers instanceof Readable)) throw new Error('the browser has no pipe');
    const browser = new Browser(child, folder, commands, answers);
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    browser.sessionId = z.string().parse(sessionId);
    await browser.send('Page.enable');
    return browser;
  }

  async open(file: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.heard.set('Page.loadEventFired', resolve));
    await this.send('Page.navigate', { url: pathToFileURL(file).href });
    await loaded;
  }

  async show({ width, scheme }: View, media: 'screen' | 'print' = 'screen'): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: width < 500 });
    await this.send('Emulation.setEmulatedMedia', { media, features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  /** The value of an expression on the page. */
  async read(expression: string): Promise<unknown> {
    const answer = evaluatedSchema.parse(await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }));
    if (answer.exceptionDetails !== undefined)
      throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
    return answer.result.value;
  }

  async pointAt(x: number, y: number): Promise<void> {
    await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
  }

  async press(key: string): Promise<void> {
    for (const type of ['rawKeyDown', 'keyUp'])
      await this.send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: 9 });
  }

  /** A PNG of the whole page, or of a part of it. */
  async picture(clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): Promise<Buffer> {
    const area = clip === undefined ? {} : { clip: { ...clip, scale: 1 } };
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, ...area });
    return Buffer.from(z.string().parse(data), 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.sessionId = undefined;
      void this.send('Browser.close').catch(() => undefined);
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = this.next++;
    const session = this.sessionId === undefined ? {} : { sessionId: this.sessionId };
    this.commands.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private hear(chunk: string): void {
    const messages = `${this.rest}${chunk}`.split('\0');
    this.rest = messages.pop() ?? '';
    for (const message of messages) this.take(answerSchema.parse(JSON.parse(message)));
  }

  private take({ id, method, result, error }: Answer): void {
    if (method !== undefined) this.heard.get(method)?.();
    const waiting = this.waiting.get(id ?? 0);
    if (waiting === undefined) return;
    this.waiting.delete(id ?? 0);
    if (error === undefined) waiting.resolve(result ?? {});
    else waiting.reject(new Error(error.message));
  }
}
