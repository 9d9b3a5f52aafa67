import { Rng } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import { createTransform, definitionOf } from '../registry.js';
import type { Policy, PolicyNode, Step, StreamKey, Transform } from '../transform.js';

const transformOf = new WeakMap<PolicyNode, Transform>();

/**
 * Draws what a policy does to one image of `size`; `applySteps` then does it, with the policy's
 * `restore` and `size`.
 *
 * Every part has its own stream (seed, purpose, epoch, index, path), so that a change in one leaves the
 * others' draws alone.
 *
 * @throws UserError `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`, `CROP_TOO_LARGE`.
 */
export function drawPolicy(policy: Policy, size: Size, key: StreamKey): Step[] {
  const steps: Step[] = [];
  visit(policy.root, 'root', false, { steps, size, key });
  return steps;
}

interface Walk {
  readonly steps: Step[];
  /** Size of the image after the steps so far. */
  size: Size;
  readonly key: StreamKey;
}

/** Draws a part; `chosen` parts are used whatever their `p`. */
function visit(node: PolicyNode, path: string, chosen: boolean, walk: Walk): void {
  const { seed, purpose, epoch, index } = walk.key;
  const rng = new Rng(seed, purpose, epoch, index, 'policy', path);
  if (!rng.bool(chosen ? 1 : node.p)) return;
  switch (node.kind) {
    case 'transform':
      step(node, rng, walk);
      break;
    case 'compose':
      node.members.forEach((member, i) => visit(member, `${path}.${i}`, false, walk));
      break;
    case 'oneOf': {
      const i = weighted(
        node.members.map((m) => m.p),
        rng,
      );
      visit(node.members[i], `${path}.${i}`, true, walk);
      break;
    }
    case 'someOf':
      chooseSome(node, rng).forEach((i, k) =>
        visit(node.members[i], `${path}.${i}#${k}`, false, walk),
      );
  }
}

function step(node: PolicyNode & { kind: 'transform' }, rng: Rng, walk: Walk): void {
  let transform = transformOf.get(node);
  if (transform === undefined) {
    transform = createTransform(node);
    transformOf.set(node, transform);
  }
  const params = transform.sample(rng, walk.size);
  if (transform.isIdentity(params, walk.size)) return;
  walk.steps.push({ name: node.name, params });
  walk.size = definitionOf(node.name).outputSize(params, walk.size);
}

/** Members that are drawn, in the order of use. */
function chooseSome(node: PolicyNode & { kind: 'someOf' }, rng: Rng): number[] {
  const weights = node.weights ? [...node.weights] : node.members.map(() => 1);
  const chosen: number[] = [];
  for (let k = 0; k < node.n; k++) {
    const i = weighted(weights, rng);
    chosen.push(i);
    if (!node.replace) weights[i] = 0;
  }
  return node.order === 'listed' ? chosen.sort((a, b) => a - b) : chosen;
}

/** An index, drawn with the given weights. */
function weighted(weights: readonly number[], rng: Rng): number {
  let rest = rng.float() * weights.reduce((a, b) => a + b, 0);
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return last;
}
