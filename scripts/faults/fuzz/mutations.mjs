import { chunksOf, joined } from '../support/png.mjs';

/** Bytes with one to four changes: bits, runs of one value, parts cut out, put in, doubled or swapped. */
export function mutatedBytes(bytes, rng) {
  let changed = Buffer.from(bytes);
  for (let n = 1 + rng.int(4); n > 0; n--)
    changed = byteChanges[rng.int(byteChanges.length)](changed, rng);
  return changed;
}

const byteChanges = [
  (b, rng) => at(b, rng, (i) => (b[i] ^= 1 << rng.int(8))),
  (b, rng) => at(b, rng, (i) => (b[i] = rng.pick([0, 1, 127, 128, 255]))),
  // Lengths and sizes stand at the start of most formats.
  (b, rng) => at(b, { int: (n) => rng.int(Math.min(n, 128)) }, (i) => (b[i] = rng.int(256))),
  (b, rng) =>
    at(b, rng, (i) => b.fill(rng.pick([0, 255]), i, Math.min(b.length, i + 1 + rng.int(16)))),
  (b, rng) => b.subarray(0, rng.int(b.length + 1)),
  (b, rng) => {
    const [from, to] = part(b, rng);
    return Buffer.concat([b.subarray(0, from), b.subarray(to)]);
  },
  (b, rng) => {
    const [from, to] = part(b, rng);
    return Buffer.concat([b.subarray(0, to), b.subarray(from)]);
  },
  (b, rng) => {
    const i = rng.int(b.length + 1);
    const more = Buffer.from(Array.from({ length: 1 + rng.int(64) }, () => rng.int(256)));
    return Buffer.concat([b.subarray(0, i), more, b.subarray(i)]);
  },
];

function at(bytes, rng, change) {
  if (bytes.length > 0) change(rng.int(bytes.length));
  return bytes;
}

function part(bytes, rng) {
  const from = rng.int(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + rng.int(64))];
}

/** A PNG whose chunks are changed and whose checksums are right, so that decoders look at what they hold. */
export function mutatedPng(bytes, rng) {
  const chunks = chunksOf(bytes);
  if (chunks === undefined || rng.float() < 0.3) return mutatedBytes(bytes, rng);
  const i = rng.int(chunks.length);
  const { type, content } = chunks[i];
  const choice = rng.int(5);
  if (choice === 0) chunks.splice(i, 1);
  else if (choice === 1) chunks.splice(i, 0, chunks[i]);
  else if (choice === 2 && chunks[0].content.length >= 13) {
    const head = Buffer.from(chunks[0].content);
    if (rng.float() < 0.5) head.writeUInt32BE(rng.pick(sides), rng.pick([0, 4]));
    else head[8 + rng.int(5)] = rng.pick([0, 1, 2, 3, 4, 6, 8, 16, 255]);
    chunks[0] = { type: 'IHDR', content: head };
  } else if (choice === 3)
    chunks.splice(1, 0, {
      type: rng.pick(['PLTE', 'tRNS', 'iCCP', 'eXIf', 'gAMA', 'acTL', 'zTXt', 'sBIT']),
      content: mutatedBytes(content.subarray(0, 48), rng),
    });
  else chunks[i] = { type, content: mutatedBytes(content, rng) };
  return joined(chunks);
}

const sides = [0, 1, 2, 255, 256, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Values that no reader expects; text in `raw` stands in the file as it is. */
const strange = [
  null,
  true,
  '',
  'x',
  'a\u0000b',
  '\u001b[31mred\u001b[2J',
  '../../..',
  '/dev/zero',
  'a'.repeat(70_000),
  [],
  {},
  [[]],
  [null],
  -1,
  0,
  0.5,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  { raw: '1e999' },
  { raw: '-0' },
  { raw: 'NaN' },
  { raw: `${'['.repeat(2_000)}${']'.repeat(2_000)}` },
  { raw: `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}` },
];

/** The text of a JSON value with one change: a value, a key, an order; now and then bytes of the text instead. */
export function mutatedJson(text, rng) {
  if (rng.float() < 0.15) return mutatedBytes(Buffer.from(text), rng);
  const value = parsedOr(text);
  if (value === undefined) {
    // A log of one JSON value a line.
    const lines = text.trimEnd().split('\n');
    const i = rng.int(lines.length);
    if (lines.length < 2 || parsedOr(lines[i]) === undefined)
      return mutatedBytes(Buffer.from(text), rng);
    lines[i] = mutatedJson(lines[i], rng);
    return `${lines.join('\n')}\n`;
  }
  const places = placesIn(value);
  if (places.length === 0) return mutatedBytes(Buffer.from(text), rng);
  const { parent, key } = rng.pick(places);
  const raw = [];
  const put = (given) => {
    if (!isRaw(given)) return given;
    raw.push(given.raw);
    return `@raw${raw.length - 1}@`;
  };
  const choice = rng.int(8);
  if (choice < 4) parent[key] = put(rng.pick(strange));
  else if (choice === 4) {
    if (Array.isArray(parent)) parent.splice(key, 1);
    else delete parent[key];
  } else if (choice === 5) {
    const other = rng.pick(places);
    [parent[key], other.parent[other.key]] = [other.parent[other.key], parent[key]];
    if (!isTree(value)) parent[key] = null;
  } else if (choice === 6) {
    const copy = structuredClone(parent[key]);
    if (Array.isArray(parent)) parent.push(...Array.from({ length: 1 + rng.int(50) }, () => copy));
    else parent[rng.pick([`${key}x`, '__proto', 'constructor', 'toString', ''])] = copy;
  } else if (typeof parent[key] === 'number') parent[key] *= rng.pick([-1, 1000, 1e-9, 1e12, 0.5]);
  else parent[key] = String(parent[key]).slice(0, rng.int(20));
  return JSON.stringify(value, null, rng.pick([0, 2])).replace(
    /"@raw(\d+)@"/g,
    (_, i) => raw[Number(i)],
  );
}

function parsedOr(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRaw = (value) => typeof value === 'object' && value !== null && 'raw' in value;

function isTree(value) {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** Where values stand in a document: at most 400 places. */
function placesIn(value, found = []) {
  if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value)) {
      if (found.length >= 400) return found;
      found.push({ parent: value, key: Array.isArray(value) ? Number(key) : key });
      placesIn(value[key], found);
    }
  return found;
}

/** Lines with one change: words, control characters, very long lines, other encodings. */
export function mutatedText(text, rng) {
  const lines = text.split('\n');
  const i = rng.int(lines.length);
  const change = rng.int(10);
  if (change === 0) lines.splice(i, 1);
  else if (change === 1) lines.splice(i, 0, lines[i]);
  else if (change === 2)
    lines[i] += rng.pick(['\u0000', '\u001b[2J', '\ufeff', '\ud800', '\t\t', '\r']);
  else if (change === 3)
    lines[i] = rng.pick(['', ' '.repeat(20_000), 'x'.repeat(100_000), '../../etc', '-1']);
  else if (change === 4) lines[i] = `${' '.repeat(5_000)}${lines[i]}${' '.repeat(5_000)}x`;
  else if (change === 5)
    lines[i] = rng.pick(['__proto__', 'constructor', '#ffffff', 'ignored', '\u0000']);
  else if (change === 6) return `\ufeff${text}`;
  else if (change === 7) return text.replaceAll('\n', rng.pick(['\r\n', '\r', ' ', '\t']));
  else if (change === 8) return `${text}\n`.repeat(1 + rng.int(300));
  else return mutatedBytes(Buffer.from(text), rng);
  return lines.join('\n');
}

/** A safetensors file whose header, or the state kept in it as JSON, is changed and fits again. */
export function mutatedSafetensors(bytes, rng) {
  if (rng.float() < 0.3) return mutatedBytes(bytes, rng);
  const length = Number(bytes.readBigUInt64LE(0));
  const data = bytes.subarray(8 + length);
  let header = bytes.toString('utf8', 8, 8 + length);
  const parsed = JSON.parse(header);
  const state = parsed.__metadata__?.state;
  if (state !== undefined && rng.float() < 0.7) {
    parsed.__metadata__.state = mutatedJson(state, rng).toString();
    header = JSON.stringify(parsed);
  } else header = mutatedJson(header, rng);
  const text = Buffer.from(header);
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([head, text, data]);
}
