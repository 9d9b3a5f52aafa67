import { flipped, thirteen } from './operations.js';
import type { Source, ToolDefaults } from './tool-defaults.js';

const config = 'autogluon/multimodal/configs/model/default.yaml';
const trivial = 'autogluon/multimodal/data/trivial_augmenter.py';
const assigned = (within: string, values: Source['values']): Source => ({
  file: trivial,
  kind: 'assigned',
  within,
  values,
});

/** AutoGluon's MultiModalPredictor: TrivialAugment of its own, and for masks the Segment Anything Model's flip. */
export const autogluonDefaults: ToolDefaults = {
  id: 'autogluon',
  tool: 'AutoGluon',
  read: { packages: { 'autogluon.multimodal': '1.6.3' }, date: '2026-11-27' },
  tasks: {
    classification: {
      what: 'MultiModalPredictor, timm_image',
      note: 'Shifts are up to 10 pixels, compared here as 10 of 224. Moved images are surrounded by black, where ShiftScaleRotate mirrors them unless the run says otherwise.',
      defaults: [
        {
          name: 'TrivialAugment',
          setting: 'train_transforms: trivial_augment',
          p: 13 / 14,
          how: 'drawn',
          operations: thirteen({
            translate: 10 / 224,
            rotate: 30,
            enhance: 0.9,
            posterize: 4,
            solarize: 255,
            fixed: false,
            share: 1 / 14,
          }),
          off: 'hyperparameters={"model.timm_image.train_transforms": ["resize_shorter_side", "center_crop"]}',
          source: [
            {
              file: config,
              kind: 'yaml',
              values: {
                'model.timm_image.train_transforms': [
                  'resize_shorter_side',
                  'center_crop',
                  'trivial_augment',
                ],
              },
            },
            assigned('_rotate_impl', { max: '30' }),
            assigned('_enhancer_impl', { min: '0.1', max: '1.8' }),
            assigned('_shear_x_impl', { max: '0.3' }),
            assigned('_shear_y_impl', { max: '0.3' }),
            assigned('_translate_x_impl', { max: '10' }),
            assigned('_translate_y_impl', { max: '10' }),
            assigned('_posterize_impl', { min: '0' }),
            assigned('set_image_augmentation_space', {
              image_all_transform:
                '[identity, auto_contrast, equalize, rotate, solarize, color, posterize, contrast, brightness, sharpness, shear_x, shear_y, translate_x, translate_y]',
            }),
          ],
        },
      ],
      leavesOff: {
        HorizontalFlip: '"random_horizontal_flip" in model.timm_image.train_transforms',
        VerticalFlip: '"random_vertical_flip" in model.timm_image.train_transforms',
        RandomResizedCrop: '"random_resize_crop" in model.timm_image.train_transforms',
      },
      whole: [],
    },
    segmentation: {
      what: 'MultiModalPredictor, problem_type="semantic_segmentation" (sam)',
      defaults: [
        {
          name: 'RandomHorizontalFlip',
          setting: 'train_transforms: random_horizontal_flip',
          p: 0.5,
          how: 'one',
          operations: [flipped],
          off: 'hyperparameters={"model.sam.train_transforms": []}',
          source: [
            {
              file: config,
              kind: 'yaml',
              values: { 'model.sam.train_transforms': ['random_horizontal_flip'] },
            },
          ],
        },
      ],
      leavesOff: {},
      whole: [],
    },
  },
};
