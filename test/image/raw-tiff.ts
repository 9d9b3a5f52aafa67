export interface RawTiff {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** 1: whole numbers; 2: signed; 3: floating point. */
  readonly sampleFormat: number;
  /** Little-endian, row-major. */
  readonly data: Buffer;
  /** RGB of each index, `2 ** bits` of them. */
  readonly palette?: readonly (readonly number[])[];
}

const short = 3;
const long = 4;

/** An uncompressed TIFF of one channel, byte by byte. */
export function rawTiff(given: RawTiff): Buffer {
  const { width, height, bits, sampleFormat, data, palette } = given;
  const photometric = palette ? 3 : 1;
  const count = palette ? 11 : 10;
  const after = 8 + 2 + 12 * count + 4;
  const colours = Buffer.alloc(palette ? 6 * palette.length : 0);
  palette?.forEach((rgb, i) =>
    rgb.forEach((value, c) => colours.writeUInt16LE(257 * value, 2 * (c * palette.length + i))),
  );
  const tags: [number, number, number, number][] = [
    [256, short, 1, width],
    [257, short, 1, height],
    [258, short, 1, bits],
    [259, short, 1, 1],
    [262, short, 1, photometric],
    [273, long, 1, after + colours.length],
    [277, short, 1, 1],
    [278, short, 1, height],
    [279, long, 1, data.length],
    ...(palette
      ? [[320, short, 3 * palette.length, after] as [number, number, number, number]]
      : []),
    [339, short, 1, sampleFormat],
  ];
  const head = Buffer.alloc(after);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(count, 8);
  tags.forEach(([tag, type, length, value], i) => {
    head.writeUInt16LE(tag, 10 + 12 * i);
    head.writeUInt16LE(type, 12 + 12 * i);
    head.writeUInt32LE(length, 14 + 12 * i);
    head.writeUInt32LE(value, 18 + 12 * i);
  });
  return Buffer.concat([head, colours, data]);
}
