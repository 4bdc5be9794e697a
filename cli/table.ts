/** A cell: one line or several. */
export type Cell = string | number | readonly string[];

const linesOf = (cell: Cell): readonly string[] => {
  if (typeof cell === 'number') return [String(cell)];
  if (typeof cell === 'string') return [cell];
  return cell.length === 0 ? [''] : cell;
};

/** Columns as wide as their widest line; numbers to the right, a rule below the heads. */
export const renderTable = (heads: readonly string[], rows: readonly (readonly Cell[])[]): string => {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.flatMap((row) => linesOf(row[column] ?? '').map(({ length }) => length))),
  );
  const numeric = heads.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const line = (texts: readonly string[]): string =>
    heads
      .map((_, column) => pad(texts[column] ?? '', widths[column] ?? 0, numeric[column] === true))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(heads), rule, ...rows.flatMap((row) => renderRow(row, line))].join('\n');
};

const pad = (text: string, width: number, right: boolean): string => (right ? text.padStart(width) : text.padEnd(width));

const renderRow = (row: readonly Cell[], line: (texts: readonly string[]) => string): readonly string[] => {
  const cells = row.map(linesOf);
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, index) => line(cells.map((lines) => lines[index] ?? '')));
};
