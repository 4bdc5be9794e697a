import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { drawReport } from '../../report/draw-report';
import { DARK, LIGHT } from '../../report/page/theme';
import { describeWith } from '../support/capabilities';
import { Browser, type View } from './support/browser';
import { coloursOf } from './support/png';
import { jsonLines, sampleEvents } from './support/sample';

const WIDE = { width: 1200, scheme: 'light' } as const;

/** Text whose contrast with what lies behind it is below 4.5 (WCAG 2.2, AA), as the browser paints it. */
const FAINT_TEXT = `(() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''));
  const contrasts = texts.map((element) => {
    const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(ground(element))].sort((x, y) => y - x);
    return { text: element.textContent.slice(0, 40), contrast: (a + 0.05) / (b + 0.05) };
  });
  return { texts: texts.length, faint: contrasts.filter(({ contrast }) => !(contrast >= 4.5)) };
})()`;

/** Elements that reach beyond the window, and how wide the page is. */
const OVERFLOW = `({
  width: document.documentElement.scrollWidth,
  beyond: [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 0.5 || box.left < -0.5);
  }).map((element) => element.outerHTML.slice(0, 120)),
})`;

/** Pairs of an axis' times that stand on each other. */
const CROWDED_TICKS = `[...document.querySelectorAll('.ticks')].flatMap((ticks) => {
  const boxes = [...ticks.querySelectorAll('b, small')].map((text) => text.getBoundingClientRect()).filter(({ width }) => width > 0);
  return boxes.flatMap((a) => boxes.filter((b) => a.left < b.left && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
}).reduce((sum, count) => sum + count, 0)`;

const SHOWN = `[...document.querySelectorAll('.readout')].filter((readout) => getComputedStyle(readout).visibility === 'visible' && readout.offsetHeight > 0).map((readout) => readout.textContent.trim())`;

const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

describeWith(['chromium'], 'the page in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-page-'));
    const report = drawReport('events.jsonl', jsonLines(sampleEvents()));
    writeFileSync(join(folder, 'report.html'), report.ok ? report.page : '');
    browser = await Browser.start();
    await browser.open(join(folder, 'report.html'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs nothing that the events hold', async () => {
    await browser.show(WIDE);
    expect(await browser.read('document.title')).toBe('7 executions of nightly \u2013 Stillpoint');
    expect(await browser.read(`document.querySelectorAll('script, img').length`)).toBe(0);
    expect(await browser.read(`document.body.textContent.includes("</style></script><script>document.title='taken'")`)).toBe(true);
  });

  it.each([1200, 900, 720, 360])('fits into a window of %d px', async (width) => {
    await browser.show({ width, scheme: 'light' });
    await browser.read(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
    expect(await browser.read(OVERFLOW)).toEqual({ width, beyond: [] });
    expect(await browser.read(CROWDED_TICKS)).toBe(0);
  });

  it.each<View>([WIDE, { ...WIDE, scheme: 'dark' }])('has text with enough contrast: $scheme', async (view) => {
    await browser.show(view);
    await browser.read(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
    expect(await browser.read(FAINT_TEXT)).toEqual({ texts: expect.any(Number), faint: [] });
  });

  it('is light or dark as the reader has it', async () => {
    const ground = async (scheme: View['scheme']): Promise<unknown> => {
      await browser.show({ ...WIDE, scheme });
      return browser.read('getComputedStyle(document.body).backgroundColor');
    };
    expect([await ground('light'), await ground('dark')]).toEqual(['rgb(244, 246, 248)', 'rgb(14, 19, 25)']);
  });

  it('draws the freeze as long as it was, within the scripts', async () => {
    await browser.show(WIDE);
    const [pre, freeze, set, post] = z
      .array(z.object({ left: z.number(), width: z.number() }))
      .parse(
        await browser.read(
          `['pre', 'freeze', 'set', 'post'].map((kind) => document.querySelector('.target .lane.' + kind + ' .bar').getBoundingClientRect().toJSON())`,
        ),
      );
    const pixels = (freeze?.width ?? 0) / 412;
    const ms = (bar: typeof pre): number => ((bar?.left ?? 0) - (pre?.left ?? 0)) / pixels;
    expect((pre?.width ?? 0) / pixels).toBeCloseTo(1_010, -1);
    expect([freeze, set, post].map((bar) => Math.round(ms(bar) / 5) * 5)).toEqual([900, 1_030, 1_190]);
  });

  it.each<View>([WIDE, { ...WIDE, scheme: 'dark' }, { width: 360, scheme: 'light' }])('paints it: $width px, $scheme', async (view) => {
    await browser.show(view);
    const box = boxSchema.parse(await browser.read(`document.querySelector('.target .chart').getBoundingClientRect().toJSON()`));
    const scrolled = z.number().parse(await browser.read('scrollY'));
    const colours = coloursOf(await browser.picture({ ...box, y: box.y + scrolled }));
    const theme = view.scheme === 'dark' ? DARK : LIGHT;
    const area = (colour: string): number => (colours.get(colour) ?? 0) / (box.width * box.height);
    for (const colour of [theme.freeze, theme.freezeGround]) expect([colour, area(colour) > 0.03]).toEqual([colour, true]);
    for (const colour of [theme.script, theme.set, theme.card]) expect([colour, area(colour) > 0.002]).toEqual([colour, true]);
  });

  it('tells the event of the line that the mouse is on, and of the one that has the focus', async () => {
    await browser.show(WIDE);
    await browser.read(`document.activeElement.blur(), scrollTo(0, 0), document.querySelector('.target').scrollIntoView()`);
    const lane = boxSchema.parse(await browser.read(`document.querySelector('.lane.freeze').getBoundingClientRect().toJSON()`));
    expect(await browser.read(SHOWN)).toEqual([]);
    await browser.pointAt(lane.x + 20, lane.y + lane.height / 2);
    expect(await browser.read(SHOWN)).toEqual([expect.stringMatching(/^Frozen for 412.ms, thawed by the post-script\./)]);
    await browser.pointAt(1, 1);
    expect(await browser.read(SHOWN)).toEqual([]);
    await browser.read(`document.querySelector('.lane.freeze').focus()`);
    await browser.press('Tab');
    expect(await browser.read(SHOWN)).toEqual([expect.stringMatching(/^CreateSnapshots made the set\. Called at 03:00:05\.030/)]);
  });

  it('leads from a line to its event', async () => {
    await browser.show(WIDE);
    await browser.read(`document.querySelectorAll('details').forEach((details) => { details.open = false; })`);
    await browser.read(`document.querySelector('.lane.pre').click()`);
    expect(await browser.read(`document.querySelector(':target').textContent`)).toMatch(/^03:00:05\.010 .*Pre-script success, attempt 1/);
    expect(await browser.read(`document.querySelector(':target').checkVisibility()`)).toBe(true);
  });

  it('prints every event, and no place for the mouse', async () => {
    await browser.show({ width: 720, scheme: 'light' }, 'print');
    await browser.read(`document.querySelectorAll('details').forEach((details) => { details.open = false; })`);
    const visible = `(selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility({ contentVisibilityAuto: true })).length`;
    expect(await browser.read(`(${visible})('.events li')`)).toBe(await browser.read(`document.querySelectorAll('.events li').length`));
    expect(await browser.read(`(${visible})('.readouts')`)).toBe(0);
  });
});
