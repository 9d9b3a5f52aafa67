import { areaFrom, flipped, resizedCrop, shapesOf } from './operations.js';
import type { Source, ToolDefault, ToolDefaults } from './tool-defaults.js';

const classify = 'references/classification/presets.py';
const segment = 'references/segmentation/presets.py';
const preset = (file: string, within: string, values: Source['values']): Source => ({
  file,
  kind: 'parameters',
  within,
  values,
  repository: true,
});
const contains = (file: string, within: string, values: string[]): Source => ({
  file,
  kind: 'contains',
  within,
  values,
  repository: true,
});

const flip = (file: string, within: string): ToolDefault => ({
  name: 'RandomHorizontalFlip',
  setting: 'hflip_prob=0.5',
  p: 0.5,
  how: 'one',
  operations: [flipped],
  off: 'hflip_prob=0',
  source: [preset(file, within, { hflip_prob: 0.5 })],
});

/**
 * torchvision: its reference trainings, which lie in its repository and not in the package; read at its commits 080836e5
 * (classification) and 15866918 (segmentation).
 */
export const torchvisionDefaults: ToolDefaults = {
  id: 'torchvision',
  tool: 'torchvision references',
  read: { packages: { torchvision: '0.29.2' }, date: '2026-11-27' },
  tasks: {
    classification: {
      what: 'references/classification/train.py',
      note: `The package itself augments nothing unless told to; these are the defaults of ClassificationPresetTrain in ${classify} of its repository.`,
      defaults: [
        {
          name: 'RandomResizedCrop',
          setting: 'RandomResizedCrop(crop_size)',
          p: 1,
          how: 'one',
          operations: [resizedCrop([0.08, 1])],
          off: 'Resize and CenterCrop in its place',
          limit: {
            options: ['scale'],
            write: (leftOut, { ratio }) =>
              `scale=(${areaFrom(leftOut)}, 1), ratio=(${shapesOf(ratio).join(', ')}) in it`,
          },
          source: [
            {
              file: 'torchvision/transforms/transforms.py',
              kind: 'parameters',
              within: 'RandomResizedCrop',
              values: { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
            },
          ],
        },
        flip(classify, 'ClassificationPresetTrain'),
      ],
      leavesOff: { RandomErasing: '--random-erase 0.1' },
      whole: [
        preset(classify, 'ClassificationPresetTrain', {
          auto_augment_policy: null,
          random_erase_prob: 0,
        }),
        contains(classify, 'ClassificationPresetTrain.__init__', [
          'RandomResizedCrop(crop_size',
          'RandomHorizontalFlip(hflip_prob)',
        ]),
      ],
    },
    segmentation: {
      what: 'references/segmentation/train.py',
      note: `The package itself augments nothing unless told to; these are the defaults of SegmentationPresetTrain in ${segment} of its repository.`,
      defaults: [
        {
          name: 'RandomResize and RandomCrop',
          setting: 'shorter side of 260 to 1040 px, then a crop of 480 px',
          p: 1,
          how: 'one',
          operations: [
            {
              name: 'a window of a resized image',
              same: [],
              near: ['RandomResizedCrop', 'RandomSizedCrop', 'ShiftScaleRotate', 'RandomCrop'],
            },
          ],
          off: 'RandomResize(base_size, base_size) alone',
          source: [
            contains(segment, 'SegmentationPresetTrain.__init__', [
              ...['RandomResize(', 'int(0.5 * base_size)', 'int(2.0 * base_size)'],
              'RandomCrop(crop_size',
            ]),
          ],
        },
        flip(segment, 'SegmentationPresetTrain'),
      ],
      leavesOff: {},
      whole: [
        contains(segment, 'SegmentationPresetTrain.__init__', ['RandomHorizontalFlip(hflip_prob)']),
      ],
    },
  },
};
