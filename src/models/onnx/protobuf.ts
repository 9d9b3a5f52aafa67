/** Wire types of protocol buffers: https://protobuf.dev/programming-guides/encoding. */
const varintType = 0;
const bytesType = 2;
const fixed32Type = 5;

/** Writes one message of protocol buffers, field by field. */
export class Message {
  private readonly parts: Uint8Array[] = [];

  int(field: number, value: number | bigint): this {
    this.key(field, varintType);
    this.parts.push(varint(BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.key(field, fixed32Type);
    this.parts.push(littleEndian(Float32Array.of(value)));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.key(field, bytesType);
    this.parts.push(varint(BigInt(value.length)), value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  /** Repeated integers, packed. */
  ints(field: number, values: readonly number[]): this {
    return this.bytes(field, Buffer.concat(values.map((value) => varint(BigInt(value)))));
  }

  finish(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  private key(field: number, type: number): void {
    this.parts.push(varint(BigInt(field * 8 + type)));
  }
}

/** Seven bits a byte, the lowest first; negative numbers as 64-bit two's complement. */
function varint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** The bytes of numbers as they lie in memory, which is little-endian wherever Node runs. */
export function littleEndian(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
