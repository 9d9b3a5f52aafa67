import { areaFrom, flipped, resizedCrop, shapesOf } from './operations.js';
import type { Source, ToolDefaults } from './tool-defaults.js';

const file = 'autotrain/trainers/image_classification/utils.py';
const within = 'process_data';
const called = (call: string, values: Source['values']): Source => ({
  file,
  kind: 'call',
  within,
  call,
  values,
});
const removed = (call: string): string => `remove ${call}`;

/** AutoTrain Advanced: a fixed list of Albumentations, at the defaults of the release that it asks for. */
export const autotrainDefaults: ToolDefaults = {
  id: 'autotrain',
  tool: 'AutoTrain',
  read: {
    packages: { 'autotrain-advanced': '0.8.36', albumentations: '1.4.23' },
    date: '2026-11-27',
  },
  tasks: {
    classification: {
      what: 'image classification',
      note: `AutoTrain has no argument for its augmentations: edit process_data in ${file}.`,
      defaults: [
        {
          name: 'RandomResizedCrop',
          setting: 'A.RandomResizedCrop(height, width)',
          p: 1,
          how: 'one',
          operations: [resizedCrop([0.08, 1])],
          off: 'A.Resize(height=height, width=width) in its place',
          limit: {
            options: ['scale'],
            write: (leftOut, { ratio }) =>
              `scale=(${areaFrom(leftOut)}, 1), ratio=(${shapesOf(ratio).join(', ')}) in it`,
          },
          source: [
            {
              file: 'albumentations/augmentations/crops/transforms.py',
              kind: 'parameters',
              within: 'RandomResizedCrop',
              values: { scale: [0.08, 1], ratio: [0.75, 1.3333333333333333], p: 1 },
            },
          ],
        },
        {
          name: 'RandomRotate90',
          setting: 'A.RandomRotate90()',
          p: 0.5,
          how: 'one',
          operations: [
            { name: 'RandomRotate90', same: [{ transform: 'RandomRotate90', options: {} }] },
          ],
          off: removed('A.RandomRotate90()'),
          source: [
            called('A.RandomRotate90', {}),
            {
              file: 'albumentations/core/transforms_interface.py',
              kind: 'parameters',
              within: 'BasicTransform',
              values: { p: 0.5 },
            },
          ],
        },
        {
          name: 'HorizontalFlip',
          setting: 'A.HorizontalFlip(p=0.5)',
          p: 0.5,
          how: 'one',
          operations: [flipped],
          off: removed('A.HorizontalFlip(p=0.5)'),
          source: [called('A.HorizontalFlip', { p: 0.5 })],
        },
        {
          name: 'RandomBrightnessContrast',
          setting: 'A.RandomBrightnessContrast(p=0.2)',
          p: 0.2,
          how: 'together',
          operations: [
            {
              name: 'contrast',
              same: [{ transform: 'RandomContrast', options: { limit: 0.2 } }],
            },
            {
              name: 'brightness',
              same: [{ transform: 'RandomBrightness', options: { limit: 0.2 } }],
            },
          ],
          off: removed('A.RandomBrightnessContrast(p=0.2)'),
          source: [
            called('A.RandomBrightnessContrast', { p: 0.2 }),
            {
              file: 'albumentations/augmentations/transforms.py',
              kind: 'parameters',
              within: 'RandomBrightnessContrast',
              values: {
                brightness_limit: [-0.2, 0.2],
                contrast_limit: [-0.2, 0.2],
                brightness_by_max: true,
              },
            },
          ],
        },
      ],
      leavesOff: {},
      whole: [
        {
          file,
          kind: 'call names',
          within,
          values: [
            ...['RandomResizedCrop', 'RandomRotate90', 'HorizontalFlip'],
            ...['RandomBrightnessContrast', 'Normalize', 'Resize', 'ImageClassificationDataset'],
          ],
        },
      ],
    },
  },
};
