import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runStripes } from '../wasm/run.js';
import { applyLut, curveBytes, curveLeast } from './lut.js';

/** Bytes that go through all tables before the next ones do: with those on their way they fit the L1 cache. */
const chunk = 8192;
/** Bytes from which on it pays to look at the tables singly. */
const chainFrom = 4096;
const mostTables = 8;

// Costs in vector operations for sixteen bytes.
const lookUpCost = 75;
const shiftCost = 5;

type Kernel = (from: number, to: number, n: number) => void;

/** One table's kernel; `cost` is what it takes for sixteen bytes. */
interface Link {
  readonly kernel: Kernel;
  readonly cost: number;
}

/** Where the composed table, the parts of curves and the values between two tables lie in the engine's memory. */
let places: { table: number; parts: number; between: readonly number[] } | undefined;

/**
 * Replaces every value by the tables' one after the other. One pass over the image: through the table that they
 * make together or, where that is a mere look-up, through one fast kernel after the other, in pieces.
 *
 * @param tables `[256]` each, at least one
 */
export function applyTables(src: Uint8Array, tables: readonly Uint8Array[], dst: Uint8Array): void {
  const whole = tables.reduce((sofar, table) => sofar.map((value) => table[value]));
  const engine = wasmEngine();
  const tried = engine !== null && tables.length <= mostTables && src.length >= chainFrom;
  const links = tried ? linksOf(engine, tables, whole) : undefined;
  if (engine === null || links === undefined || !runChain(engine, src, links, dst))
    applyLut(src, whole, dst);
}

/** The tables' kernels where they are cheaper than that of the whole. */
function linksOf(
  engine: WasmEngine,
  tables: readonly Uint8Array[],
  whole: Uint8Array,
): Link[] | undefined {
  places ??= {
    table: reserveTable(256),
    parts: reserveTable(curveBytes * mostTables),
    between: [reserveTable(chunk + 16), reserveTable(chunk + 16)],
  };
  const { parts } = places;
  let left = curveOf(engine, whole, parts)?.cost ?? lookUpCost;
  const links: Link[] = [];
  for (const table of tables) {
    const link =
      shiftOf(engine, table) ?? curveOf(engine, table, parts + curveBytes * links.length);
    left -= link?.cost ?? lookUpCost;
    if (link === undefined || left <= 0) return undefined;
    links.push(link);
  }
  engine.bytes.set(whole, places.table);
  return links;
}

/** The kernel of a table that adds the same to all values and cuts off. */
function shiftOf({ kernels }: WasmEngine, table: Uint8Array): Link | undefined {
  const levels = table[0] > 0 ? table[0] : table[255] - 255;
  for (let i = 0; i < 256; i++)
    if (table[i] !== Math.max(0, Math.min(255, i + levels))) return undefined;
  return { kernel: (from, to, n) => kernels.addSaturated(from, to, n, levels), cost: shiftCost };
}

/** The kernel of a table that `fitCurve` takes apart. */
function curveOf(engine: WasmEngine, table: Uint8Array, parts: number): Link | undefined {
  engine.bytes.set(table, places!.table);
  const answer = engine.kernels.fitCurve(places!.table, parts);
  if (answer < 0) return undefined;
  const curve = engine.curve(answer);
  const extra =
    (answer & 0x80) !== 0 ? 6 : (answer & 0x40) !== 0 ? 4 : (answer & 0x20) !== 0 ? 1 : 0;
  return {
    kernel: (from, to, n) => curve(from, to, n, parts),
    cost: 8 + 4 * (answer & 15) + extra + ((answer & 0x10) !== 0 ? 2 : 0),
  };
}

function runChain(
  engine: WasmEngine,
  src: Uint8Array,
  links: readonly Link[],
  dst: Uint8Array,
): boolean {
  const { table, between } = places!;
  return runStripes(engine, src, 1, dst, 1, (from, to, n) => {
    for (let at = 0; at < n; at += chunk) {
      const length = Math.min(chunk, n - at);
      if (length < curveLeast) {
        engine.kernels.lookUp(from + at, to + at, length, table);
        return;
      }
      let source = from + at;
      for (let i = 0; i < links.length; i++) {
        const target = i === links.length - 1 ? to + at : between[i & 1];
        links[i].kernel(source, target, length);
        source = target;
      }
    }
  });
}
