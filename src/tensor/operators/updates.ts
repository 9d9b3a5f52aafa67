import { call } from '../native.js';
import { all, fields, h, needNumbers, sizes } from '../op.js';
import { unscoped, type Device, type Tensor } from '../tensor.js';

/** Stochastic gradient descent, one step over all parameters in place. Rules as in torch.optim.SGD. */
export function sgdStep(
  parameters: readonly Tensor[],
  velocities: readonly Tensor[],
  options: { lr: number; momentum: number; weightDecay: number; nesterov: boolean },
): void {
  const { lr, momentum, weightDecay, nesterov } = fields('sgdStep', options);
  const p = all('sgdStep', parameters, 'parameters');
  const v = all('sgdStep', velocities, 'velocities');
  call('sgd', p, v, lr, momentum, weightDecay, nesterov);
}

/** Adam, or with `decoupled` AdamW; one step over all parameters in place. `step` counts from 1. */
export function adamStep(
  parameters: readonly Tensor[],
  firsts: readonly Tensor[],
  seconds: readonly Tensor[],
  options: {
    step: number;
    lr: number;
    betas: readonly [number, number];
    eps: number;
    weightDecay: number;
    decoupled: boolean;
  },
): void {
  const { step, lr, betas, eps, weightDecay, decoupled } = fields('adamStep', options);
  sizes('adamStep', betas, 'betas');
  const p = all('adamStep', parameters, 'parameters');
  const m = all('adamStep', firsts, 'first moments');
  const s = all('adamStep', seconds, 'second moments');
  call('adam', p, m, s, step, lr, betas[0], betas[1], eps, weightDecay, decoupled);
}

/** average += share (value - average), over all tensors in place: a step of a moving average. `share` in [0, 1]. */
export function follow(
  averages: readonly Tensor[],
  values: readonly Tensor[],
  share: number,
): void {
  needNumbers('follow', share);
  call('follow', all('follow', averages, 'averages'), all('follow', values, 'values'), share);
}

/** Moves a parameter to a device and, of rank 4, into channels-last memory; the object stays the same. */
export function moveParameter(tensor: Tensor, device: Device): void {
  const handle = call('leaf', h('moveParameter', tensor), device, true);
  tensor.become(handle);
  unscoped(tensor, handle);
}
