import { inflateSync } from 'node:zlib';

/** How many pixels of a PNG (8 bits, RGB or RGBA, not interlaced: as Chromium makes them) have each colour, as `#rrggbb`. */
export const coloursOf = (png: Buffer): ReadonlyMap<string, number> => {
  const header = png.subarray(16);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bytes = header[9] === 6 ? 4 : 3;
  const pixels = unfilter(inflateSync(dataOf(png)), width * bytes, height, bytes);
  const colours = new Map<string, number>();
  for (let at = 0; at < pixels.length; at += bytes) {
    const colour = `#${pixels.toString('hex', at, at + 3)}`;
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  return colours;
};

const dataOf = (png: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(parts);
};

/** Each row begins with the number of its filter (PNG specification, 9.2). */
const unfilter = (data: Buffer, stride: number, height: number, bytes: number): Buffer => {
  const out = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = data[row * (stride + 1)] ?? 0;
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      const left = column < bytes ? 0 : (out[at - bytes] ?? 0);
      const up = row === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = row === 0 || column < bytes ? 0 : (out[at - stride - bytes] ?? 0);
      out[at] = (data[row * (stride + 1) + 1 + column] ?? 0) + predict(filter, left, up, corner);
    }
  }
  return out;
};

const predict = (filter: number, left: number, up: number, corner: number): number => {
  if (filter < 3) return [0, left, up][filter] ?? 0;
  if (filter === 3) return (left + up) >> 1;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
};
