import type { TargetPicture } from '../model/picture';
import { type Html, html } from './html';
import { VERDICTS } from './words';

export const verdictOf = ({ closing, withdrawn }: TargetPicture): keyof typeof VERDICTS =>
  withdrawn?.consistency ?? closing?.consistency ?? 'open';

const NAMES = { open: 'not closed', none: 'no set' } as const;

const verdictName = (verdict: keyof typeof VERDICTS): string => (verdict === 'open' || verdict === 'none' ? NAMES[verdict] : verdict);

/** The verdict as a word with a sign, so that its colour is not needed. */
export const badge = (verdict: keyof typeof VERDICTS): Html =>
  html`<span class="badge ${verdict}"><span aria-hidden="true">${VERDICTS[verdict].sign}</span> ${verdictName(verdict)}</span>`;
