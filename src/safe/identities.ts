import type { TransformName } from '../augment/index.js';

/** Transforms that together are nothing new: what they make, another of the set makes too. */
export interface Identity {
  readonly members: readonly TransformName[];
  readonly same: string;
}

/** The square's symmetries among the fifteen; turns counter-clockwise. */
const identities: readonly Identity[] = [
  {
    members: ['HorizontalFlip', 'VerticalFlip', 'RandomRotate90'],
    same: 'HorizontalFlip and VerticalFlip together are a half turn, one of RandomRotate90',
  },
  {
    members: ['HorizontalFlip', 'Transpose', 'RandomRotate90'],
    same: 'HorizontalFlip and Transpose together are a quarter turn, one of RandomRotate90',
  },
  {
    members: ['VerticalFlip', 'Transpose', 'RandomRotate90'],
    same: 'VerticalFlip and Transpose together are a quarter turn, one of RandomRotate90',
  },
  {
    members: ['HorizontalFlip', 'RandomRotate90'],
    same: 'HorizontalFlip and RandomRotate90 together reach all eight symmetries of the square',
  },
  {
    members: ['RandomCrop', 'CenterCrop'],
    same: 'CenterCrop is one of the windows of RandomCrop where both are of one size',
  },
];

/** The identities all of whose members are in a set. */
export function identitiesIn(names: readonly string[]): Identity[] {
  return identities.filter(({ members }) => members.every((name) => names.includes(name)));
}
