import { flipped, moved } from './operations.js';
import type { ToolDefaults } from './tool-defaults.js';

const guide = 'examples/vision/image_classification_from_scratch.py';
const layers = 'keras/src/layers/preprocessing/image_preprocessing';

/**
 * Keras augments nothing by itself: the recipe is that of its guide 'Image classification from scratch', read in the guides'
 * repository at commit 0e918412.
 */
export const kerasDefaults: ToolDefaults = {
  id: 'keras',
  tool: 'Keras',
  read: { packages: { keras: '3.15.1' }, date: '2026-11-27' },
  tasks: {
    classification: {
      what: 'the guide "Image classification from scratch"',
      note: 'Keras augments nothing unless told to; these are the layers of its guide.',
      defaults: [
        {
          name: 'RandomFlip',
          setting: 'layers.RandomFlip("horizontal")',
          p: 0.5,
          how: 'one',
          operations: [flipped],
          off: 'remove layers.RandomFlip("horizontal")',
          source: [
            {
              file: guide,
              kind: 'call',
              call: 'layers.RandomFlip',
              values: { 0: 'horizontal' },
              repository: true,
            },
          ],
        },
        {
          name: 'RandomRotation',
          setting: 'layers.RandomRotation(0.1), ±36 degrees',
          p: 1,
          how: 'one',
          operations: [
            {
              name: 'RandomRotation',
              same: [moved({ rotateLimit: 36 }, null)],
              near: ['ShiftScaleRotate'],
            },
          ],
          off: 'remove layers.RandomRotation(0.1)',
          limit: {
            options: ['rotateLimit'],
            write: (degrees) => `layers.RandomRotation(${Math.floor((1e4 * degrees) / 360) / 1e4})`,
          },
          source: [
            {
              file: guide,
              kind: 'call',
              call: 'layers.RandomRotation',
              values: { 0: 0.1 },
              repository: true,
            },
            {
              file: `${layers}/random_rotation.py`,
              kind: 'parameters',
              within: 'RandomRotation',
              values: { fill_mode: 'reflect', interpolation: 'bilinear' },
            },
          ],
        },
      ],
      leavesOff: {
        VerticalFlip: 'layers.RandomFlip("vertical")',
        ToGray: 'layers.RandomGrayscale(0.1)',
      },
      whole: [],
    },
  },
};
