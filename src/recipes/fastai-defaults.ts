import { flipped, moved } from './operations.js';
import type {
  Operation,
  Source,
  TaskDefaults,
  ToolDefault,
  ToolDefaults,
} from './tool-defaults.js';

const file = 'fastai/vision/augment.py';
const parameters = (values: Source['values']): Source[] => [
  { file, kind: 'parameters', within: 'aug_transforms', values },
];

function affine(
  name: string,
  argument: string,
  operation: Operation,
  more: Pick<ToolDefault, 'setting' | 'off' | 'limit'>,
  value: number,
): ToolDefault {
  return {
    name,
    p: 0.75,
    how: 'one',
    operations: [operation],
    source: parameters({ [argument]: value, p_affine: 0.75 }),
    ...more,
  };
}

const lighting = (name: string, near: string): Operation => ({ name, same: [], near: [near] });

const tables: TaskDefaults = {
  what: 'aug_transforms()',
  note: 'A DataBlock or ImageDataLoaders augments only with batch_tfms=aug_transforms(), as the tutorials have it. Brightness and contrast act on the logits of the values, which nothing here does.',
  defaults: [
    {
      name: 'Flip',
      setting: 'do_flip=True',
      p: 0.5,
      how: 'one',
      operations: [flipped],
      off: 'do_flip=False',
      source: [
        ...parameters({ do_flip: true, flip_vert: false }),
        { file, kind: 'call', within: 'aug_transforms', call: 'Flip', values: { p: 0.5 } },
      ],
    },
    affine(
      'Warp',
      'max_warp',
      { name: 'Warp', same: [], near: ['Perspective'] },
      { setting: 'max_warp=0.2', off: 'max_warp=0' },
      0.2,
    ),
    affine(
      'Rotate',
      'max_rotate',
      { name: 'Rotate', same: [moved({ rotateLimit: 10 }, null)], near: ['ShiftScaleRotate'] },
      {
        setting: 'max_rotate=10',
        off: 'max_rotate=0',
        limit: { options: ['rotateLimit'], write: (reach) => `max_rotate=${reach}` },
      },
      10,
    ),
    affine(
      'Zoom',
      'max_zoom',
      {
        name: 'Zoom',
        same: [{ transform: 'RandomSizedCrop', options: { minMaxScale: [1 / 1.1, 1] } }],
        near: ['RandomCrop', 'ShiftScaleRotate'],
      },
      {
        setting: 'max_zoom=1.1',
        off: 'max_zoom=1',
        limit: {
          options: ['minMaxScale'],
          write: (reach) => `max_zoom=${Math.floor((100 * 1) / (1 - reach)) / 100}`,
        },
      },
      1.1,
    ),
    {
      name: 'Brightness and Contrast',
      setting: 'max_lighting=0.2',
      p: 0.75,
      how: 'together',
      operations: [
        lighting('Brightness', 'RandomBrightness'),
        lighting('Contrast', 'RandomContrast'),
      ],
      off: 'max_lighting=0',
      source: parameters({ max_lighting: 0.2, p_lighting: 0.75 }),
    },
  ],
  leavesOff: {
    VerticalFlip: 'flip_vert=True (with quarter turns and transposition)',
    RandomRotate90: 'flip_vert=True (with flips and transposition)',
    Transpose: 'flip_vert=True (with flips and quarter turns)',
  },
  whole: [
    ...parameters({ mult: 1, min_zoom: 1, xtra_tfms: null, min_scale: 1 }),
    {
      file,
      kind: 'parameter names',
      within: 'aug_transforms',
      values: [
        ...['mult', 'do_flip', 'flip_vert', 'max_rotate', 'min_zoom', 'max_zoom'],
        ...['max_lighting', 'max_warp', 'p_affine', 'p_lighting', 'xtra_tfms', 'size', 'mode'],
        ...['pad_mode', 'align_corners', 'batch', 'min_scale'],
      ],
    },
    {
      file,
      kind: 'call names',
      within: 'aug_transforms',
      values: [
        ...['Dihedral', 'Flip', 'Warp', 'Rotate', 'Zoom', 'Brightness', 'Contrast'],
        ...['RandomResizedCropGPU', 'L'],
      ],
    },
  ],
};

/** fastai: what `aug_transforms()` gives without arguments; masks are moved along. */
export const fastaiDefaults: ToolDefaults = {
  id: 'fastai',
  tool: 'fastai',
  read: { packages: { fastai: '2.8.12' }, date: '2026-11-27' },
  tasks: { classification: tables, segmentation: tables },
};
