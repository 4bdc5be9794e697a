import { findResultLine } from '../../lambda/core/result-line';
import { line } from './execution/fixtures';

test('the result line is the last line that is one', () => {
  const text = `{"stillpoint":"result/0"}\n${JSON.stringify(line({ heldMs: 1 }))}\n${JSON.stringify(line({ heldMs: 2 }))}\n{ broken\ndone\n`;
  expect(findResultLine(text)?.heldMs).toBe(2);
  expect(findResultLine('done')).toBeUndefined();
});

test('half a character in it, as Python writes of a file name that is no UTF-8, becomes one that can be sent', () => {
  const [filesystem] = line().filesystems;
  const odd = line({
    application: { name: 'app', quiesced: true, coordinates: { 'key\udcff': 'value\udcff 😀' } },
    filesystems: [{ ...filesystem!, mount: '/srv/\udcff' }],
    error: '\ud83d',
  });
  const read = findResultLine(JSON.stringify(odd));
  expect(read).toMatchObject({ application: { coordinates: { 'key�': 'value� 😀' } }, filesystems: [{ mount: '/srv/�' }], error: '�' });
});
