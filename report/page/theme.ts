/**
 * The page's colours. Text stands on `page`, `card` or the ground of its own badge with a contrast of 4.5 or more, bars with 3 or more;
 * test/report/theme.test.ts holds that.
 */
export interface Theme {
  readonly page: string;
  readonly card: string;
  /** Behind the bars. */
  readonly track: string;
  readonly line: string;
  readonly text: string;
  readonly quiet: string;
  readonly link: string;
  /** What is frozen, and the time in which it is. */
  readonly freeze: string;
  readonly freezeGround: string;
  readonly script: string;
  readonly set: string;
  readonly failed: string;
  readonly good: string;
  readonly goodGround: string;
  readonly fair: string;
  readonly fairGround: string;
  readonly doubt: string;
  readonly doubtGround: string;
  readonly bad: string;
  readonly badGround: string;
  readonly still: string;
  readonly stillGround: string;
}

export const LIGHT: Theme = {
  page: '#f4f6f8',
  card: '#ffffff',
  track: '#f4f6f8',
  line: '#d9dfe6',
  text: '#131a22',
  quiet: '#54606e',
  link: '#0a5aa8',
  freeze: '#0b6fc7',
  freezeGround: '#d6eafb',
  script: '#64748b',
  set: '#7c3fc4',
  failed: '#bf2a1f',
  good: '#0d6438',
  goodGround: '#ddf3e5',
  fair: '#72510a',
  fairGround: '#faeecb',
  doubt: '#96400c',
  doubtGround: '#fde7d7',
  bad: '#a3221a',
  badGround: '#fde3e0',
  still: '#47525f',
  stillGround: '#e6eaef',
};

export const DARK: Theme = {
  page: '#0e1319',
  card: '#161d25',
  track: '#10161d',
  line: '#2c3743',
  text: '#e8edf2',
  quiet: '#a1adba',
  link: '#7cc0ff',
  freeze: '#4ba8f5',
  freezeGround: '#12324d',
  script: '#8796a8',
  set: '#b58cf2',
  failed: '#f2766b',
  good: '#86dfaa',
  goodGround: '#123524',
  fair: '#ecc766',
  fairGround: '#3a2e0e',
  doubt: '#f7ab7c',
  doubtGround: '#42240f',
  bad: '#ff9c93',
  badGround: '#451c19',
  still: '#b9c4d0',
  stillGround: '#29333f',
};

/** A theme as CSS variables: `--freeze-ground: #d6eafb`. */
export const variables = (theme: Theme): string =>
  Object.entries(theme)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}:${value}`)
    .join(';');
