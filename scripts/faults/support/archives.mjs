import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { crc32 } from './png.mjs';

/** A POSIX tar of `[name, bytes]`. */
export function tar(files) {
  const blocks = files.flatMap(([name, bytes]) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write('0000644\0', 100);
    head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('        ', 148);
    head.write('0', 156);
    head.write('ustar\x0000', 257);
    const sum = head.reduce((a, b) => a + b, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const tarGz = (files) => gzipSync(tar(files));

/** A zip of `[name, bytes]`, deflated (APPNOTE.TXT, 4.3). */
export function zip(files) {
  const locals = [];
  const entries = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(0o100644 * 65536, 6);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.from([0x1e, 0x03]);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02'), made, common, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** What `download` is told of an archive whose address is `url`. */
export function archiveOf(url, bytes, kind, gives = 'set') {
  const hex = createHash('md5').update(bytes).digest('hex');
  return { url, checksum: { algorithm: 'md5', hex }, bytes: bytes.length, kind, gives };
}

/**
 * A server on this machine that gives files whole, or from where the client asks.
 * @param {Record<string, Buffer>} files by path, such as `/set.zip`
 */
export async function serve(files) {
  const server = createServer((request, response) => {
    const bytes = files[request.url];
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (bytes === undefined) response.writeHead(404).end();
    else if (from > 0 && from >= bytes.length) response.writeHead(416).end();
    else
      response
        .writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
        .end(bytes.subarray(from));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  return { address, close: () => server.close() };
}
