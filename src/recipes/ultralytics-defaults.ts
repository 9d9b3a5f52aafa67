import { thirteen, flipped, moved, resizedCrop, timesFactor, erased } from './operations.js';
import type { Source, TaskDefaults, ToolDefault, ToolDefaults } from './tool-defaults.js';

const settings = 'ultralytics/cfg/default.yaml';
const code = 'ultralytics/data/augment.py';
const yaml = (values: Source['values']): Source => ({ file: settings, kind: 'yaml', values });
const grey = 114;

const flip: ToolDefault = {
  name: 'horizontal flip',
  setting: 'fliplr=0.5',
  p: 0.5,
  how: 'one',
  operations: [flipped],
  off: 'fliplr=0',
  source: [yaml({ fliplr: 0.5 })],
};

/** Off by default, as every task has them. */
const offEverywhere = { VerticalFlip: 'flipud=0.5' };
const off = yaml({ flipud: 0, degrees: 0, shear: 0, perspective: 0, mixup: 0, cutmix: 0 });

/** 2 of 14 at level 9 of 0 to 30, with repetition. */
const randAugment: ToolDefault = {
  name: 'RandAugment',
  setting: 'auto_augment=randaugment',
  p: 1 - (1 / 14) ** 2,
  how: 'drawn',
  operations: thirteen({
    translate: (150 / 331) * 0.3,
    rotate: 9,
    enhance: 0.27,
    posterize: 1,
    solarize: 76.5,
    fixed: true,
    share: 1 - (13 / 14) ** 2,
  }),
  off: 'auto_augment=None hsv_h=0 hsv_s=0 hsv_v=0',
  source: [
    yaml({ auto_augment: 'randaugment', hsv_h: 0.015, hsv_s: 0.7, hsv_v: 0.4 }),
    {
      file: 'torchvision/transforms/autoaugment.py',
      kind: 'parameters',
      within: 'RandAugment',
      values: { num_ops: 2, magnitude: 9, num_magnitude_bins: 31 },
    },
    {
      file: 'torchvision/transforms/autoaugment.py',
      kind: 'dictionary',
      within: 'RandAugment._augmentation_space',
      values: {
        Identity: '(torch.tensor(0.0), False)',
        ShearX: '(torch.linspace(0.0, 0.3, num_bins), True)',
        ShearY: '(torch.linspace(0.0, 0.3, num_bins), True)',
        TranslateX: '(torch.linspace(0.0, 150.0 / 331.0 * image_size[1], num_bins), True)',
        TranslateY: '(torch.linspace(0.0, 150.0 / 331.0 * image_size[0], num_bins), True)',
        Rotate: '(torch.linspace(0.0, 30.0, num_bins), True)',
        Brightness: '(torch.linspace(0.0, 0.9, num_bins), True)',
        Color: '(torch.linspace(0.0, 0.9, num_bins), True)',
        Contrast: '(torch.linspace(0.0, 0.9, num_bins), True)',
        Sharpness: '(torch.linspace(0.0, 0.9, num_bins), True)',
        Posterize: '(8 - (torch.arange(num_bins) / ((num_bins - 1) / 4)).round().int(), False)',
        Solarize: '(torch.linspace(255.0, 0.0, num_bins), False)',
        AutoContrast: '(torch.tensor(0.0), False)',
        Equalize: '(torch.tensor(0.0), False)',
      },
    },
  ],
};

const classification: TaskDefaults = {
  what: 'yolo classify train',
  note: 'hsv_h, hsv_s and hsv_v act only where auto_augment is None: switching RandAugment off alone would switch them on.',
  defaults: [
    {
      name: 'RandomResizedCrop',
      setting: 'scale=0.5',
      p: 1,
      how: 'one',
      operations: [resizedCrop([0.5, 1])],
      off: 'scale=0',
      source: [
        yaml({ scale: 0.5 }),
        {
          file: 'ultralytics/data/dataset.py',
          kind: 'assigned',
          within: 'ClassificationDataset.__init__',
          values: { scale: '(1.0 - args.scale, 1.0)' },
        },
      ],
    },
    flip,
    randAugment,
    {
      name: 'RandomErasing',
      setting: 'erasing=0.4',
      p: 0.4,
      how: 'one',
      operations: [erased],
      off: 'erasing=0',
      source: [
        yaml({ erasing: 0.4 }),
        {
          file: 'torchvision/transforms/transforms.py',
          kind: 'parameters',
          within: 'RandomErasing',
          values: { scale: [0.02, 0.33], ratio: [0.3, 3.3], value: 0 },
        },
      ],
    },
  ],
  leavesOff: offEverywhere,
  whole: [
    off,
    {
      file: code,
      kind: 'call names',
      within: 'classify_augmentations',
      values: [
        'RandomResizedCrop',
        'RandomHorizontalFlip',
        'RandomVerticalFlip',
        'RandAugment',
        'AugMix',
        'AutoAugment',
        'ColorJitter',
        'ToTensor',
        'Normalize',
        'RandomErasing',
      ],
    },
  ],
};

/** One image in a hundred, by Albumentations at its own defaults. */
function rare(name: string, operation: ToolDefault['operations'][number]): ToolDefault {
  return {
    name,
    setting: `albumentations.${name}(p=0.01)`,
    p: 0.01,
    only: 'the package albumentations is installed',
    how: 'one',
    operations: [operation],
    off: 'augmentations=[] in Python, or uninstalling albumentations',
    source: [
      {
        file: code,
        kind: 'call',
        within: 'Albumentations.__init__',
        call: `A.${name}`,
        values: { p: 0.01 },
      },
    ],
  };
}

const segmentation: TaskDefaults = {
  what: 'yolo segment train, yolo semantic train',
  note: 'Mosaic puts four images into one until the last ten epochs. Moved images are surrounded by grey (114), where ShiftScaleRotate mirrors them unless the run says otherwise.',
  defaults: [
    {
      name: 'Mosaic',
      setting: 'mosaic=1.0',
      p: 1,
      how: 'one',
      operations: [{ name: 'Mosaic', same: [] }],
      off: 'mosaic=0',
      source: [yaml({ mosaic: 1, close_mosaic: 10 })],
    },
    {
      name: 'scale',
      setting: 'scale=0.5',
      p: 1,
      how: 'one',
      operations: [
        {
          name: 'scale',
          same: [moved({ scaleLimit: 0.5 }, grey)],
          near: ['ShiftScaleRotate'],
        },
      ],
      off: 'scale=0',
      limit: { options: ['scaleLimit'], write: (reach) => `scale=${reach}` },
      source: [yaml({ scale: 0.5 })],
    },
    {
      name: 'translate',
      setting: 'translate=0.1',
      p: 1,
      how: 'one',
      operations: [
        {
          name: 'translate',
          same: [
            { transform: 'Translate', options: { limit: 0.1, fill: grey } },
            moved({ shiftLimit: 0.1 }, grey),
          ],
          near: ['Translate', 'ShiftScaleRotate'],
        },
      ],
      off: 'translate=0',
      limit: { options: ['limit', 'shiftLimit'], write: (reach) => `translate=${reach}` },
      source: [yaml({ translate: 0.1 })],
    },
    flip,
    {
      name: 'RandomHSV',
      setting: 'hsv_h=0.015 hsv_s=0.7 hsv_v=0.4',
      p: 1,
      how: 'together',
      operations: [
        {
          name: 'hue',
          same: [
            {
              transform: 'HueSaturationValue',
              options: { hueShiftLimit: 0.015 * 180, satShiftLimit: 0, valShiftLimit: 0 },
            },
          ],
          near: ['HueSaturationValue'],
        },
        { name: 'saturation', same: [], near: ['HueSaturationValue', 'ToGray'] },
        { ...timesFactor(0.4), name: 'value' },
      ],
      off: 'hsv_h=0 hsv_s=0 hsv_v=0',
      source: [yaml({ hsv_h: 0.015, hsv_s: 0.7, hsv_v: 0.4 })],
    },
    rare('Blur', { name: 'Blur', same: [{ transform: 'Blur', options: {} }] }),
    rare('MedianBlur', { name: 'MedianBlur', same: [], near: ['Blur'] }),
    rare('ToGray', { name: 'ToGray', same: [{ transform: 'ToGray', options: {} }] }),
    rare('CLAHE', { name: 'CLAHE', same: [{ transform: 'CLAHE', options: {} }] }),
  ],
  leavesOff: { ...offEverywhere, ShiftScaleRotate: 'degrees=45 scale=0.1 translate=0.0625' },
  whole: [
    off,
    yaml({ copy_paste: 0, bgr: 0 }),
    {
      file: code,
      kind: 'call names',
      within: 'v8_transforms',
      values: [
        'Mosaic',
        'RandomPerspective',
        'CopyPaste',
        'MixUp',
        'CutMix',
        'Albumentations',
        'RandomHSV',
        'RandomFlip',
      ],
    },
  ],
};

/** Ultralytics: `default.yaml`, and the transforms that its data sets build from it. */
export const ultralyticsDefaults: ToolDefaults = {
  id: 'ultralytics',
  tool: 'Ultralytics',
  read: {
    packages: { ultralytics: '8.4.190', torchvision: '0.29.2' },
    date: '2026-11-27',
  },
  tasks: { classification, segmentation },
};
