import { deflateRawSync } from 'node:zlib';

/** Path, content (of a link: where it leads), and type in the archive. */
type File = [name: string, content: string, type?: string];
type ZipFile = [name: string, content: string | Uint8Array, type?: string];

/** A POSIX tar of these files; `type` 2 is a symbolic link to `content`. */
export function tarOf(files: readonly File[]): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content, type = '0'] of files) {
    const data = type === '0' ? Buffer.from(content) : Buffer.alloc(0);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write('0000644\0', 100);
    head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('        ', 148);
    head.write(type, 156);
    if (type === '2') head.write(content, 157);
    head.write('ustar\0' + '00', 257);
    const sum = head.reduce((a, b) => a + b, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(head, data, Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A zip of these files, deflated or stored. */
export function zipOf(
  files: readonly ZipFile[],
  method: 'deflated' | 'stored' = 'deflated',
): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content, type] of files) {
    const data = Buffer.from(content);
    const packed = method === 'stored' ? data : deflateRawSync(data);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(method === 'stored' ? 0 : 8, 8);
    local.writeUInt32LE(crc(data), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(0x031e, 4);
    local.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(type === '2' ? 0o120777 * 65536 : 0o100644 * 65536, 38);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function crc(data: Buffer): number {
  let c = 0xffffffff;
  for (const byte of data) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}
