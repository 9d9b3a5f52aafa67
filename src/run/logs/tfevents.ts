/** An event of TensorBoard's event files. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step?: number;
  /** The first event of a file, which says its format. */
  readonly version?: true;
  /** Steps from this one on that were written before are void. */
  readonly restart?: true;
  readonly scalar?: { readonly tag: string; readonly value: number };
  readonly text?: { readonly tag: string; readonly markdown: string };
}

/**
 * An event as a message of protocol buffers.
 *
 * Field numbers: TensorFlow's `event.proto` (wall_time 1, step 2, file_version 3, summary 5, session_log 7), `summary.proto` (value 1; tag 1,
 * simple_value 2, tensor 8, metadata 9; plugin_data 1, plugin_name 1), `tensor.proto` (dtype 1, tensor_shape 2, string_val 8), `tensor_shape.proto` (dim
 * 2, size 1).
 */
export function eventBytes({
  time,
  step,
  version,
  restart,
  scalar,
  text,
}: TensorBoardEvent): Buffer {
  const parts = [field(1, double(time))];
  if (step !== undefined && step > 0) parts.push(field(2, varint(step)));
  if (version) parts.push(field(3, bytes('brain.Event:2')));
  if (scalar)
    parts.push(
      field(
        5,
        message(field(1, message(field(1, bytes(scalar.tag)), field(2, float(scalar.value))))),
      ),
    );
  if (text) {
    const tensor = message(
      field(1, varint(stringType)),
      field(2, message(field(2, message(field(1, varint(1)))))),
      field(8, bytes(text.markdown)),
    );
    const metadata = message(field(1, message(field(1, bytes('text')))));
    parts.push(
      field(
        5,
        message(field(1, message(field(1, bytes(text.tag)), field(8, tensor), field(9, metadata)))),
      ),
    );
  }
  if (restart) parts.push(field(7, message(field(1, varint(started)))));
  return Buffer.concat(parts);
}

/** `DT_STRING` of TensorFlow's types, and `START` of a session's states. */
const stringType = 7;
const started = 1;

/** A record of a TFRecord file: length, its checksum, content, its checksum. */
export function framed(content: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(content.length));
  head.writeUInt32LE(masked(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(masked(content));
  return Buffer.concat([head, content, tail]);
}

/** CRC-32C, turned by 15 bits and shifted, as TFRecord files have it. */
function masked(content: Uint8Array): number {
  const crc = crc32c(content);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** CRC with Castagnoli's polynomial, reflected (RFC 3720, 12.1). */
export function crc32c(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = castagnoli[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** A value with its wire type. */
interface Encoded {
  readonly wire: number;
  readonly content: Buffer;
}

const field = (number: number, { wire, content }: Encoded): Buffer =>
  Buffer.concat([varintBytes((number << 3) | wire), content]);

const varint = (value: number): Encoded => ({ wire: 0, content: varintBytes(value) });

function double(value: number): Encoded {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  return { wire: 1, content };
}

function bytes(value: string | Buffer): Encoded {
  const content = Buffer.from(value);
  return { wire: 2, content: Buffer.concat([varintBytes(content.length), content]) };
}

const message = (...fields: Buffer[]): Encoded => bytes(Buffer.concat(fields));

function float(value: number): Encoded {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return { wire: 5, content };
}

/** Base 128, the lowest seven bits first. @param value a whole number from 0 to 2^53 */
function varintBytes(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Buffer.from(out);
}
