import { DARK, LIGHT, type Theme } from '../../report/page/theme';

/** WCAG 2's relative luminance. */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

const BARS = [
  ['freeze', 'card'],
  ['freeze', 'freezeGround'],
  ['script', 'card'],
  ['script', 'freezeGround'],
  ['set', 'card'],
  ['set', 'freezeGround'],
  ['failed', 'card'],
  ['failed', 'freezeGround'],
] as const satisfies readonly (readonly [keyof Theme, keyof Theme])[];

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s theme', (_name, theme) => {
  it.each(BARS)('%s bars stand out from %s', (bar, ground) => {
    expect(contrast(theme[bar], theme[ground])).toBeGreaterThanOrEqual(3);
  });
});
