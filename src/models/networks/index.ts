import { densenets } from './densenet.js';
import { resnetSmall } from './resnet-small.js';

/** Every network there is, in the order in which settings and messages name them. */
export const networks = [...densenets, resnetSmall] as const;
