/** What a BMP is made of; the rows are bytes as they stand in the file, without padding, in the file's order. */
export interface RawBmp {
  readonly width: number;
  /** Negative: the first row is the top one. */
  readonly height: number;
  readonly bits: number;
  /** 0 (default): none; 1: run lengths of 8 bits; 3: masks. */
  readonly compression?: number;
  /** RGB each. */
  readonly palette?: readonly (readonly number[])[];
  readonly masks?: readonly number[];
  readonly rows: readonly (readonly number[])[];
  /** The header of OS/2, 12 bytes. */
  readonly core?: boolean;
}

/** A BMP, byte by byte. */
export function rawBmp(given: RawBmp): Buffer {
  const { width, height, bits, compression = 0, palette = [], masks = [], rows, core } = given;
  const header = Buffer.alloc(core ? 12 : 40);
  header.writeUInt32LE(header.length, 0);
  if (core) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(bits, 10);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    header.writeUInt32LE(compression, 16);
    header.writeUInt32LE(palette.length, 32);
  }
  const fields = Buffer.alloc(4 * masks.length);
  masks.forEach((mask, i) => fields.writeUInt32LE(mask, 4 * i));
  const colours = Buffer.from(palette.flatMap(([r, g, b]) => (core ? [b, g, r] : [b, g, r, 0])));
  const pixels = rows.map((row) => {
    const padded = compression === 1 ? row.length : 4 * Math.ceil(row.length / 4);
    return Buffer.concat([Buffer.from(row)], padded);
  });
  const start = Buffer.alloc(14);
  start.write('BM', 'latin1');
  const before = 14 + header.length + fields.length + colours.length;
  start.writeUInt32LE(before, 10);
  const file = Buffer.concat([start, header, fields, colours, ...pixels]);
  file.writeUInt32LE(file.length, 2);
  return file;
}
