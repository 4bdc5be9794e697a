import { documentNamed, FOLDERS, scriptOf } from './support/rendered';

/**
 * What bash 4.2 and util-linux 2.23 have not got, or do otherwise. Neither can be had for a test (old-userland.long.test.ts runs
 * the oldest that can), so the documents' text is searched for it. From CHANGES of bash and the release notes of util-linux.
 */
const LATER: readonly { readonly what: string; readonly pattern: RegExp; readonly example: string }[] = [
  { what: 'references (4.3)', pattern: /\b(local|declare|typeset)\s+(-\w+\s+)*-\w*n/, example: 'local -n list=$1' },
  { what: 'local - (4.4)', pattern: /\blocal\s+-(\s|;|$)/m, example: 'local -; set -f' },
  { what: 'inherited locals (5.1)', pattern: /\b(local|declare)\s+-\w*I/, example: 'local -I name' },
  { what: 'wait -n (4.3), -f, -p', pattern: /\bwait\s+-/, example: 'wait -n' },
  { what: 'mapfile -d (4.4)', pattern: /\b(mapfile|readarray)\b[^|;&<]*\s-\w*d/, example: "mapfile -t -d '' files" },
  { what: 'transformations (4.4)', pattern: /\$\{!?\w+(\[[^\]]*\])?@[A-Za-z]\}/, example: '"${name@Q}" "${list[@]@Q}"' },
  {
    what: 'variables (5.0 and later)',
    pattern: /\b(EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASH_ARGV0|BASH_MONOSECONDS|BASH_TRAPSIG|GLOBSORT|CHILD_MAX)\b/,
    example: 'now=$EPOCHSECONDS',
  },
  { what: '-v of an element (4.3)', pattern: /\[\[?[^\]\n]*\s-v\s+["']?\w+\[/, example: '[[ -v list[0] ]]' },
  { what: '-R, -N in [[ (4.3)', pattern: /\[\[\s(!\s)?-R\s/, example: '[[ -R name ]]' },
  { what: 'assignment to a negative subscript (4.3)', pattern: /\b\w+\[-\d+\]\+?=/, example: 'list[-1]=x' },
  { what: 'unset of a negative subscript (4.3)', pattern: /\bunset\s+(-\w\s+)?["']?\w+\[-/, example: "unset 'list[-1]'" },
  { what: 'set -u: an empty array is an error before 4.4', pattern: /\bset\s+-\w*u|\bnounset\b/, example: 'set -eu' },
  {
    what: 'shell options (4.3 and later)',
    pattern:
      /\b(inherit_errexit|assoc_expand_once|array_expand_once|localvar_inherit|localvar_unset|globasciiranges|globskipdots|patsub_replacement|varredir_close|progcomp_alias)\b/,
    example: 'shopt -s inherit_errexit',
  },
  { what: 'a time without an argument (4.3)', pattern: /%\([^)]*\)T/, example: "printf '%(%s)T'" },
  { what: 'key and value as words (5.1)', pattern: /\bdeclare\s+-A\s+\w+=\((?!\)|\[)/, example: 'declare -A map=(key value)' },
  { what: '${ command; } (5.3)', pattern: /\$\{[\s|]/, example: 'now=${ date; }' },
  { what: 'coproc: the second one fails', pattern: /\bcoproc\b/, example: 'coproc psql' },
  {
    what: 'quotes in a quoted replacement: kept by 4.2',
    pattern: /"[^"\n]*\$\{\w+(\[[^\]]*\])?\/\/?(?!\/)[^}/"]*\/(?!\$')[^}"\n]*'/,
    example: `echo "\${text//a/'b'}"`,
  },
  { what: 'tables that differ between versions', pattern: /\b(lsblk|findmnt|mountpoint|lsns|lslocks)\b(?=\s+[-"$/])/, example: 'lsblk -J' },
];

/** Options of util-linux that the documents may use, and since when there are any. `sync -f` has something to fall back on. */
const KNOWN: Readonly<Record<string, string>> = {
  'flock -w': '2.13',
  'flock --version': '2.13',
  'fsfreeze -f': '2.17',
  'fsfreeze -u': '2.17',
  'losetup -O': '2.21',
  'runuser -u': '2.23',
};

const UTIL_LINUX =
  /\b(blkid|blockdev|chrt|dmesg|fallocate|flock|fsfreeze|fstrim|getopt|ionice|kill -L|logger|losetup|lscpu|mount|nsenter|prlimit|rename|runuser|script|setsid|swapon|taskset|umount|unshare|uuidgen|wipefs) (--?[A-Za-z][\w-]*)/g;

const names = Object.keys(FOLDERS).filter((name): name is keyof typeof FOLDERS => name !== 'scripted');

describe('a document for bash 4.2 and util-linux 2.23', () => {
  test.each(LATER)('$what would be found', ({ pattern, example }) => {
    expect(example).toMatch(pattern);
  });

  test.each(names)('%s has nothing of later versions', (name) => {
    const lines = scriptOf(documentNamed(name), {}).split('\n');
    const found = LATER.flatMap(({ what, pattern }) => lines.filter((line) => pattern.test(line)).map((line) => `${what}: ${line.trim()}`));
    expect(found).toEqual([]);
  });

  test.each(names)('%s uses only options that util-linux 2.23 has', (name) => {
    const used = [...scriptOf(documentNamed(name), {}).matchAll(UTIL_LINUX)].map(([, command, option]) => `${command} ${option}`);
    expect(used).toContain('fsfreeze -f');
    expect(used.filter((words) => !(words in KNOWN))).toEqual([]);
  });
});
