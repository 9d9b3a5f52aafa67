import { setFlagsFromString } from 'node:v8';
import { plain, relaxed } from './module-bytes.js';

// The part of the standard's interface that is used; TypeScript has its types only together with a browser's.
declare const WebAssembly: {
  validate(code: Uint8Array): boolean;
  Module: new (code: Uint8Array) => object;
};

const relaxedSimd = 'experimental-wasm-relaxed-simd';
/** Another thread may take the flag away at the very moment in which this one needs it. */
const attempts = 3;

/** How the kernels run: `relaxed` and `plain` give the same bytes. */
export type Variant = 'relaxed' | 'plain';

/** The kernels, compiled, with relaxed SIMD where there is any; null where WebAssembly or its SIMD is missing. */
export function loadModule(): { readonly module: object; readonly variant: Variant } | null {
  if (process.env.SAFE_AUGMENT_NO_WASM || typeof WebAssembly === 'undefined') return null;
  if (!process.env.SAFE_AUGMENT_NO_RELAXED_SIMD) {
    const module = compileRelaxed(Buffer.from(relaxed, 'base64'));
    if (module !== undefined) return { module, variant: 'relaxed' };
  }
  const code = Buffer.from(plain, 'base64');
  if (!WebAssembly.validate(code)) return null;
  return { module: new WebAssembly.Module(code), variant: 'plain' };
}

/**
 * Node 22 and later know relaxed SIMD. In Node 20 it is complete, but waits behind a flag of V8, which is set for as
 * long as this one module compiles.
 */
function compileRelaxed(code: Uint8Array): object | undefined {
  if (WebAssembly.validate(code)) return new WebAssembly.Module(code);
  if (!process.versions.v8?.startsWith('11.3.')) return undefined;
  for (let attempt = 0; attempt < attempts; attempt++)
    try {
      setFlagsFromString(`--${relaxedSimd}`);
      return new WebAssembly.Module(code);
    } catch {
      continue;
    } finally {
      setFlagsFromString(`--no-${relaxedSimd}`);
    }
  return undefined;
}
