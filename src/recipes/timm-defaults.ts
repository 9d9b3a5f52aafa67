import { areaFrom, flipped, jittered, resizedCrop, shapesOf } from './operations.js';
import type { Source, ToolDefaults } from './tool-defaults.js';

const file = 'timm/data/transforms_factory.py';
const parameters = (values: Source['values']): Source[] => [
  { file, kind: 'parameters', within: 'create_transform', values },
];
const flags = (values: Source['values']): Source => ({
  file: 'train.py',
  kind: 'flags',
  values,
  repository: true,
});

/** timm: `train.py` (read at commit aa4b5850 of its repository), which hands its flags to `create_transform`. */
export const timmDefaults: ToolDefaults = {
  id: 'timm',
  tool: 'timm',
  read: { packages: { timm: '1.0.31', torchvision: '0.29.2' }, date: '2026-11-27' },
  tasks: {
    classification: {
      what: 'train.py, create_transform(is_training=True)',
      note: '--no-aug switches everything off at once. The names in parentheses are arguments of create_transform.',
      defaults: [
        {
          name: 'RandomResizedCrop',
          setting: '--scale 0.08 1.0 --ratio 0.75 1.33',
          p: 1,
          how: 'one',
          operations: [resizedCrop([0.08, 1])],
          off: '--scale 1 1 --ratio 1 1 (scale, ratio)',
          limit: {
            options: ['scale'],
            write: (leftOut, { ratio }) =>
              `--scale ${areaFrom(leftOut)} 1 --ratio ${shapesOf(ratio).join(' ')}`,
          },
          source: [
            ...parameters({ scale: null, ratio: null, train_crop_mode: null }),
            {
              file,
              kind: 'assigned',
              within: 'transforms_imagenet_train',
              values: {
                scale: 'tuple(scale or (0.08, 1.0))',
                ratio: 'tuple(ratio or (3.0 / 4.0, 4.0 / 3.0))',
              },
            },
            flags({ '--scale': [0.08, 1], '--ratio': [3 / 4, 4 / 3] }),
          ],
        },
        {
          name: 'RandomHorizontalFlip',
          setting: '--hflip 0.5',
          p: 0.5,
          how: 'one',
          operations: [flipped],
          off: '--hflip 0 (hflip)',
          source: [...parameters({ hflip: 0.5 }), flags({ '--hflip': 0.5 })],
        },
        {
          name: 'ColorJitter',
          setting: '--color-jitter 0.4',
          p: 1,
          only: '--aa is not given',
          how: 'together',
          operations: jittered(0.4),
          off: '--color-jitter 0 (color_jitter)',
          source: [
            ...parameters({ color_jitter: 0.4, color_jitter_prob: null, auto_augment: null }),
            flags({ '--color-jitter': 0.4, '--color-jitter-prob': null, '--aa': null }),
          ],
        },
      ],
      leavesOff: {
        VerticalFlip: '--vflip 0.5 (vflip)',
        ToGray: '--grayscale-prob 0.1 (grayscale_prob)',
        GaussianBlur: '--gaussian-blur-prob 0.1 (gaussian_blur_prob)',
        RandomErasing: '--reprob 0.25 (re_prob)',
      },
      whole: [
        ...parameters({ vflip: 0, grayscale_prob: 0, gaussian_blur_prob: 0, re_prob: 0 }),
        {
          file,
          kind: 'parameter names',
          within: 'transforms_imagenet_train',
          values: [
            ...['img_size', 'scale', 'ratio', 'train_crop_mode', 'hflip', 'vflip'],
            ...['color_jitter', 'color_jitter_prob', 'force_color_jitter', 'grayscale_prob'],
            ...['gaussian_blur_prob', 'auto_augment', 'interpolation', 'mean', 'std', 're_prob'],
            ...['re_mode', 're_count', 're_num_splits', 'use_prefetcher', 'normalize'],
            ...['separate', 'naflex', 'patch_size', 'max_seq_len', 'patchify'],
            'patchify_channels_last',
          ],
        },
      ],
    },
  },
};
