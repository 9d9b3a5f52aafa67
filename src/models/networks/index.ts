import { densenets } from './densenet.js';
import { efficientnetLite0 } from './efficientnet.js';
import { resnets } from './resnet.js';
import { resnetSmall } from './resnet-small.js';

/** Every network there is, in the order in which settings and messages name them. */
export const networks = [...densenets, resnetSmall, efficientnetLite0, ...resnets] as const;
