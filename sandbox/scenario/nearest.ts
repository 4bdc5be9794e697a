import { distance } from 'fastest-levenshtein';

/** The known word that a mistyped one was most likely meant to be; none when nothing is close. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const ranked = known
    .map((candidate) => ({ candidate, apart: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.apart - b.apart);
  const best = ranked[0];
  return best !== undefined && best.apart <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
};

/** The known words, and the one that was probably meant in front. */
export const suggest = (word: string, known: readonly string[]): string => {
  const meant = nearest(word, known);
  const all = known.length === 0 ? 'none is known' : `known: ${known.join(', ')}`;
  return meant === undefined ? all : `did you mean ${meant}? ${all}`;
};
