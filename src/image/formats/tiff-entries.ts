/** One entry of a TIFF's directory. */
export interface TiffEntry {
  readonly type: number;
  readonly count: number;
  /** Where its values stand: in the entry itself, or where that points to. */
  readonly valuesAt: number;
}

/** Bytes of one value, by its type. */
const typeBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/**
 * The whole numbers of a TIFF's, or BigTIFF's, first directory by their tags, and how numbers are read there.
 *
 * @throws RangeError where the file ends before
 * Sources: TIFF 6.0, section 2; for BigTIFF libtiff's page on its design.
 */
export function tiffEntries(file: Buffer): {
  entries: Map<number, TiffEntry>;
  read: (at: number, bytes: number) => number;
  first: (tag: number) => number | undefined;
} {
  const little = file.readUInt8(0) === 0x49;
  const read = (at: number, bytes: number): number => {
    if (!(at + bytes <= file.length)) throw new RangeError('beyond the end');
    if (bytes < 8) return little ? file.readUIntLE(at, bytes) : file.readUIntBE(at, bytes);
    return Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  };
  const big = read(2, 2) === 43;
  const pointer = big ? 8 : 4;
  const start = read(big ? 8 : 4, pointer);
  const count = read(start, big ? 8 : 2);
  const entries = new Map<number, TiffEntry>();
  for (let i = 0; i < count; i++) {
    const at = start + (big ? 8 + 20 * i : 2 + 12 * i);
    const type = read(at + 2, 2);
    const bytes = typeBytes[type];
    if (bytes === undefined) continue;
    const values = read(at + 4, pointer);
    const field = at + 4 + pointer;
    const valuesAt = values * bytes > pointer ? read(field, pointer) : field;
    entries.set(read(at, 2), { type, count: values, valuesAt });
  }
  const first = (tag: number): number | undefined => {
    const entry = entries.get(tag);
    return entry && read(entry.valuesAt, typeBytes[entry.type]);
  };
  return { entries, read, first };
}
