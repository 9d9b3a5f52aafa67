type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings whose `name` decides which other fields there are. */
const variants = new Set(['optimiser', 'schedule']);

/**
 * Lays settings over others: objects are merged field by field, everything else is replaced.
 *
 * Another variant than the one below (`schedule: { name: cosine }` over a plateau) replaces it
 * whole, because the old variant's fields would be unknown to the new one.
 */
export function mergeSettings(below: Plain, above: Plain): Plain {
  const merged: Plain = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const old = merged[key];
    const otherVariant =
      variants.has(key) && isPlain(value) && isPlain(old) && (value.name ?? old.name) !== old.name;
    merged[key] =
      isPlain(old) && isPlain(value) && !otherVariant ? mergeSettings(old, value) : value;
  }
  return merged;
}

/**
 * Budget and epochs bound each other, so a layer that sets one of them drops the other from the
 * layers below: `--epochs 10` means ten epochs, whatever time the preset allows.
 */
export function withOneBound(layer: Plain): Plain {
  const hasEpochs = layer.epochs !== undefined;
  const hasBudget = layer.budget !== undefined;
  if (hasEpochs && !hasBudget && layer.epochs !== 'auto') return { ...layer, budget: null };
  if (hasBudget && !hasEpochs && layer.budget !== null) return { ...layer, epochs: 'auto' };
  return layer;
}
