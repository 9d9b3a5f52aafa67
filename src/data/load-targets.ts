import { PixelStore } from './pixel-store.js';
import type { LoadedTargets, TargetsHandle } from './targets.js';

/** Targets as a thread uses them: masks are mapped or shared, not copied. */
export function loadTargets(handle: TargetsHandle): LoadedTargets {
  if (handle.kind !== 'mask') return handle;
  return { kind: 'mask', store: new PixelStore(handle.store) };
}

/** The plain object for `postMessage`. */
export function handleOf(targets: LoadedTargets): TargetsHandle {
  if (targets.kind !== 'mask') return targets;
  return { kind: 'mask', store: targets.store.handle() };
}
