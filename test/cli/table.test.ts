import { renderTable } from '../../cli/table';

describe('a table', () => {
  it('has columns as wide as their widest line and numbers to the right', () => {
    expect(
      renderTable(
        ['name', 'n'],
        [
          ['a', 1],
          ['longer', 1000],
        ],
      ),
    ).toBe(['name       n', '------  ----', 'a          1', 'longer  1000'].join('\n'));
  });

  it('gives a cell of several lines several lines, and no trailing blanks', () => {
    expect(renderTable(['a', 'b', 'c'], [['x', ['one', 'two'], 'y']])).toBe(['a  b    c', '-  ---  -', 'x  one  y', '   two'].join('\n'));
  });

  it('is its heads alone without rows', () => {
    expect(renderTable(['a', 'bc'], [])).toBe('a  bc\n-  --');
  });

  it('shows an empty list as an empty cell', () => {
    expect(renderTable(['a', 'b'], [['x', []]])).toBe('a  b\n-  -\nx');
  });
});
